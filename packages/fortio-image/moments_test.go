package main

import "time"

// all are the moments at which a variant's requests are due.
func all(s schedule, variant int) []time.Duration {
	var due []time.Duration
	for m := s.momentsOf(variant); ; {
		next, isAny := m.next()
		if !isAny {
			return due
		}
		due = append(due, next)
	}
}
