package clock_test

import (
	"testing"
	"time"

	"essaim/internal/platform/clock"
)

func TestMicrosAndTimeAreInverse(t *testing.T) {
	for _, want := range []time.Time{{}, time.Date(2026, 3, 29, 1, 59, 59, 999_999_000, time.UTC), time.Unix(-1, 0).UTC()} {
		if got := clock.Time(clock.Micros(want)); !got.Equal(want) {
			t.Errorf("there and back: got %v, want %v", got, want)
		}
	}
}

func TestManualStandsStillUntilAdvanced(t *testing.T) {
	start := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	c := clock.NewManual(start)
	if !c.Now().Equal(start) {
		t.Fatalf("got %v, want %v", c.Now(), start)
	}
	c.Advance(-time.Hour)
	if want := start.Add(-time.Hour); !c.Now().Equal(want) {
		t.Fatalf("after going back: got %v, want %v", c.Now(), want)
	}
}

func TestSystemIsUTCAndCutToTheMicrosecond(t *testing.T) {
	now := clock.System().Now()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Fatalf("got %v", now)
	}
}
