package guard_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
)

func TestABucketGivesItsBurstAndFillsAgain(t *testing.T) {
	c := clock.NewManual(start)
	l := guard.NewLimiter(c, 100)
	rate := guard.Rate{Burst: 3, Per: time.Minute}
	take := func() (n int) {
		for l.Allow(rate, "k") {
			n++
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 3}, {0, 0}, {20 * time.Second, 1}, {40 * time.Second, 2}, {time.Hour, 3}, {-time.Hour, 0}, {time.Minute, 3}} {
		c.Advance(step.after)
		if got := take(); got != step.want {
			t.Errorf("after %s: %d, want %d", step.after, got, step.want)
		}
	}
}

func TestNoWindowEverHoldsMoreThanTwiceTheBurst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := clock.NewManual(start)
		l := guard.NewLimiter(c, 100)
		burst := rapid.IntRange(1, 20).Draw(t, "burst")
		rate := guard.Rate{Burst: float64(burst), Per: time.Minute}
		var passed []time.Time
		for _, wait := range rapid.SliceOfN(rapid.IntRange(0, 20), 1, 200).Draw(t, "waits") {
			c.Advance(time.Duration(wait) * time.Second)
			if l.Allow(rate, "k") {
				passed = append(passed, c.Now())
			}
		}
		for i := range passed {
			n := 0
			for _, at := range passed[i:] {
				if at.Sub(passed[i]) < time.Minute {
					n++
				}
			}
			if n > 2*burst {
				t.Fatalf("%d in a minute with a burst of %d", n, burst)
			}
		}
	})
}

func TestKeysAreToldApartByTheirParts(t *testing.T) {
	l := guard.NewLimiter(clock.NewManual(start), 100)
	rate := guard.Rate{Burst: 1, Per: time.Hour}
	for _, key := range [][]string{{"a", "bc"}, {"ab", "c"}, {"abc"}, {"abc", ""}, {}, {""}} {
		if !l.Allow(rate, key...) {
			t.Errorf("%q shares a bucket", key)
		}
		if l.Allow(rate, key...) {
			t.Errorf("%q is not remembered", key)
		}
	}
}

func TestMemoryIsBoundedAndTheBusyAreRemembered(t *testing.T) {
	l := guard.NewLimiter(clock.NewManual(start), 1000)
	rate := guard.Rate{Burst: 5, Per: time.Hour}
	for range 5 {
		l.Allow(rate, "busy")
	}
	for i := range 20_000 {
		l.Allow(rate, fmt.Sprint(i))
		if i%100 == 0 && l.Allow(rate, "busy") && i < 400 {
			t.Fatal("the busy one is forgotten at once")
		}
	}
	if n := l.Len(); n > 1000 {
		t.Errorf("%d keys are kept", n)
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	l := guard.NewLimiter(clock.System(), 100)
	var all sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 8 {
		all.Go(func() {
			for range 100 {
				if l.Allow(guard.Rate{Burst: 50, Per: 24 * time.Hour}, "k") {
					mu.Lock()
					passed++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if passed != 50 {
		t.Errorf("%d passed", passed)
	}
}
