package main

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sleeper sleeps for times that need not be whole milliseconds, as those of Go's timers are on Linux, where the runtime
// waits in epoll: there it waits for a timer of the kernel's, which has nanoseconds (timerfd_create(2)).
type sleeper struct {
	timer *os.File
	poll  syscall.RawConn
	// step sets the timer, and then says whether it has expired.
	step  func(fd uintptr) bool
	pause time.Duration
	isSet bool
	end   time.Time
}

func newSleeper() (*sleeper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("cannot create a timer: %w", err)
	}
	s := &sleeper{timer: os.NewFile(uintptr(fd), "timer")}
	if s.poll, err = s.timer.SyscallConn(); err != nil {
		return nil, err
	}
	s.step = func(fd uintptr) bool {
		if s.isSet {
			return !time.Now().Before(s.end)
		}
		once := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(s.pause))}
		s.isSet = unix.TimerfdSettime(int(fd), 0, &once, nil) == nil
		return !s.isSet
	}
	return s, nil
}

// sleep returns false if it was woken. Nothing is read from the timer: the runtime waits for a change of its state, which
// setting it anew prepares.
func (s *sleeper) sleep(pause time.Duration) bool {
	s.pause, s.isSet, s.end = pause, false, time.Now().Add(pause)
	return s.poll.Read(s.step) == nil
}

// wake ends the current sleep, and all later ones.
func (s *sleeper) wake() { _ = s.timer.SetReadDeadline(time.Now()) }

func (s *sleeper) close() { _ = s.timer.Close() }
