package peer

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// result is what a load found. Calls counts the right answers; what fails, even while warming up, is in failed.
type result struct {
	calls, failed uint64
	seconds, cpu  float64
	times         histogram
}

func (r result) print(out io.Writer) error {
	micros := func(nanos float64) float64 { return nanos / 1e3 }
	_, err := fmt.Fprintf(out, "{\"calls\": %d, \"failed\": %d, \"seconds\": %.6f, \"p50_us\": %.2f, "+
		"\"p90_us\": %.2f, \"p99_us\": %.2f, \"p999_us\": %.2f, \"max_us\": %.2f, \"cpu_seconds\": %.6f}\n",
		r.calls, r.failed, r.seconds, micros(r.times.quantile(0.5)), micros(r.times.quantile(0.9)),
		micros(r.times.quantile(0.99)), micros(r.times.quantile(0.999)), micros(float64(r.times.max)), r.cpu)
	return err
}

// caller is one of those that call side by side, each with one call at a time.
type caller struct {
	call   func() error
	failed uint64
	times  histogram
}

// tell why the first call failed.
var tell sync.Once

// attempt makes a call that was due at a time. It counts if counted, which looks at the end of the call, says so.
func (c *caller) attempt(due time.Time, counted func(end time.Time) bool) (end time.Time) {
	err := c.call()
	end = time.Now()
	if err != nil {
		c.failed++
		tell.Do(func() { fmt.Fprintln(os.Stderr, "a call failed:", err) })
	} else if counted(end) {
		c.times.add(end.Sub(due))
	}
	return end
}

// load calls with so many callers: for rate 0 each call follows the one before (closed loop), else calls are
// due at fixed times (open loop) and their time counts from then.
func load(call func() error, inFlight int, length time.Duration, rate float64) result {
	callers := make([]*caller, inFlight)
	for i := range callers {
		callers[i] = &caller{call: call}
	}
	begin := time.Now()
	from := begin.Add(length / 10)
	end := from.Add(length)
	cpuAtFrom := make(chan float64, 1)
	time.AfterFunc(time.Until(from), func() { cpuAtFrom <- cpuSeconds() })
	var cpuAtEnd chan float64
	last := end
	if rate == 0 {
		cpuAtEnd = make(chan float64, 1)
		time.AfterFunc(time.Until(end), func() { cpuAtEnd <- cpuSeconds() })
		closedLoop(callers, from, end)
	} else {
		last = openLoop(callers, begin, from, end, rate)
	}
	found := result{seconds: last.Sub(from).Seconds()}
	if cpuAtEnd != nil {
		found.cpu = <-cpuAtEnd - <-cpuAtFrom
	} else {
		found.cpu = cpuSeconds() - <-cpuAtFrom
	}
	for _, caller := range callers {
		found.failed += caller.failed
		found.times.merge(&caller.times)
	}
	found.calls = found.times.count
	return found
}

// closedLoop counts the calls that end in the measured time.
func closedLoop(callers []*caller, from, end time.Time) {
	var all sync.WaitGroup
	for _, caller := range callers {
		all.Go(func() {
			counted := func(now time.Time) bool { return !now.Before(from) && now.Before(end) }
			for now := time.Now(); now.Before(end); {
				now = caller.attempt(now, counted)
			}
		})
	}
	all.Wait()
}

// openLoop counts the calls that are due in the measured time, however late they end, and says when the last did.
func openLoop(callers []*caller, begin, from, end time.Time, rate float64) time.Time {
	total := int(end.Sub(begin).Seconds() * rate)
	due := make(chan time.Time, total)
	go clock(due, begin, rate, total)
	ends := make(chan time.Time, len(callers))
	for _, caller := range callers {
		go func() {
			last := end
			for at := range due {
				counted := func(time.Time) bool { return !at.Before(from) }
				if now := caller.attempt(at, counted); now.After(last) {
					last = now
				}
			}
			ends <- last
		}()
	}
	last := end
	for range callers {
		if at := <-ends; at.After(last) {
			last = at
		}
	}
	return last
}

// clock says when a call is due, at that time. It sleeps by the kernel's clock on a thread of its own, since
// Go's timers can be a millisecond late.
func clock(due chan<- time.Time, begin time.Time, rate float64, total int) {
	runtime.LockOSThread()
	for i := range total {
		at := begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		for wait := time.Until(at); wait > 0; wait = time.Until(at) {
			sleep := syscall.NsecToTimespec(int64(wait))
			syscall.Nanosleep(&sleep, nil)
		}
		due <- at
	}
	close(due)
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
