//go:build !linux

package main

import (
	"sync"
	"time"
)

// sleeper sleeps with Go's timers, which other systems than Linux keep to the nanosecond.
type sleeper struct {
	timer *time.Timer
	woken chan struct{}
	once  sync.Once
}

func newSleeper() (*sleeper, error) {
	return &sleeper{timer: time.NewTimer(0), woken: make(chan struct{})}, nil
}

// sleep returns false if it was woken.
func (s *sleeper) sleep(pause time.Duration) bool {
	s.timer.Reset(pause)
	select {
	case <-s.timer.C:
		return true
	case <-s.woken:
		return false
	}
}

// wake ends the current sleep, and all later ones.
func (s *sleeper) wake() { s.once.Do(func() { close(s.woken) }) }

func (s *sleeper) close() { s.timer.Stop() }
