package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"time"

	"fortio.org/fortio/fgrpc"
	"fortio.org/fortio/fhttp"
)

// sliceWithoutRate is how long a slice is without a target rate, where nothing is due.
const sliceWithoutRate = 100 * time.Millisecond

// connection is one of those to a variant.
type connection struct {
	client  client
	sleeper *sleeper
}

// loaded is a variant under load: its connections, and what was measured over all of them.
type loaded struct {
	variant
	connections []*connection

	mutex       sync.Mutex
	serviceTime *histogram
	// Without a target rate nothing is due, and what follows stays empty.
	moments                      *moments
	responseTime, generatorDelay *histogram
	late                         lateSends
	sentInTime                   int64
}

// loop makes the requests of one load of one or several variants.
type loop struct {
	variants []*loaded
	// schedule says what is due when; without a target rate nothing is.
	schedule
	// duration is how long the load is to last. No request is sent after it.
	duration time.Duration
	start    time.Time
	took     time.Duration
	machine  *machineUse
}

// newLoop opens all connections.
func newLoop(o *fgrpc.GRPCRunnerOptions, http *fhttp.HTTPOptions, variants []variant, grpc bool, plan schedule, duration time.Duration) (*loop, error) {
	l := &loop{schedule: plan, duration: duration}
	for i, v := range variants {
		one := &loaded{variant: v, serviceTime: newHistogram()}
		l.variants = append(l.variants, one)
		if plan.rate > 0 {
			one.moments, one.responseTime, one.generatorDelay = plan.momentsOf(i), newHistogram(), newHistogram()
		}
		for range o.NumThreads {
			connection, err := newConnection(o, http, v, grpc)
			if err != nil {
				l.close()
				return nil, err
			}
			one.connections = append(one.connections, connection)
		}
	}
	return l, nil
}

func newConnection(o *fgrpc.GRPCRunnerOptions, http *fhttp.HTTPOptions, v variant, grpc bool) (*connection, error) {
	sleeper, err := newSleeper()
	if err != nil {
		return nil, err
	}
	var client client
	if grpc {
		client, err = connectDapr(*o, v)
	} else {
		client, err = connectHTTP(*http, v, o.AllowInitialErrors)
	}
	if err != nil {
		sleeper.close()
		return nil, err
	}
	return &connection{client, sleeper}, nil
}

// run makes the load, until it is done or interrupted.
func (l *loop) run() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	before, known := readProcessorTimes()
	l.start = time.Now()
	var running sync.WaitGroup
	if l.rate > 0 {
		l.sendAllDue(ctx, &running)
	} else {
		for i := range l.variants[0].connections {
			running.Go(func() { l.sendWithoutRate(ctx, i) })
		}
	}
	running.Wait()
	l.took = l.now()
	if after, stillKnown := readProcessorTimes(); known && stillKnown {
		l.machine = before.until(after)
	}
}

// now is the time since the start of the load.
func (l *loop) now() time.Duration { return time.Since(l.start) }

func (l *loop) sendAllDue(ctx context.Context, running *sync.WaitGroup) {
	for _, v := range l.variants {
		for _, c := range v.connections {
			context.AfterFunc(ctx, c.sleeper.wake)
			running.Go(func() { l.sendDue(ctx, v, c) })
		}
	}
}

// sendDue sends requests of its variant over one connection: as soon as that is free it takes the next request that no other
// connection has taken, and waits until it is due. So all connections are used equally. At the end of the load it stops,
// whatever was not sent until then.
func (l *loop) sendDue(ctx context.Context, v *loaded, c *connection) {
	for free := time.Duration(0); free < l.duration && ctx.Err() == nil; {
		due, isAny := v.take()
		if !isAny || (due > free && !c.sleeper.sleep(due-free)) {
			return
		}
		sent := l.now()
		c.client.send()
		ended := l.now()
		v.record(due, free, sent, ended, l.duration)
		free = ended
	}
}

// take is when the next request is due; false after the last one.
func (v *loaded) take() (time.Duration, bool) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.moments.next()
}

// record keeps the times of a request: when it was due, since when its connection was free, when it was sent and ended, and
// when the load is to end.
func (v *loaded) record(due, free, sent, ended, end time.Duration) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.serviceTime.record(ended - sent)
	v.responseTime.record(ended - due)
	v.generatorDelay.record(sent - max(due, free))
	v.late.add(free - due)
	if sent <= end {
		v.sentInTime++
	}
}

// sendWithoutRate sends requests over the i-th connection to each variant, one after the other, each to the variant whose
// slice it is.
func (l *loop) sendWithoutRate(ctx context.Context, i int) {
	for now := l.now(); now < l.duration && ctx.Err() == nil; {
		v := l.variants[variantOf(int(now/sliceWithoutRate), len(l.variants))]
		v.connections[i].client.send()
		ended := l.now()
		v.mutex.Lock()
		v.serviceTime.record(ended - now)
		v.mutex.Unlock()
		now = ended
	}
}

// close ends all connections, and returns what was counted for each variant.
func (l *loop) close() []*counts {
	var all []*counts
	for _, v := range l.variants {
		total := newCounts()
		for _, c := range v.connections {
			c.client.addTo(total)
			total.extra.add(c.client.close())
			c.sleeper.close()
		}
		all = append(all, total)
	}
	return all
}
