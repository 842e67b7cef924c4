package mail_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
)

func TestTheBoxOfTheDemoKeepsTheNewest(t *testing.T) {
	now := clock.NewManual(noon)
	box := mail.NewCaptured(now, 3)
	if len(box.All()) != 0 || box.Count() != 0 {
		t.Error("a new box is not empty")
	}
	for number := 1; number <= 5; number++ {
		if err := box.Send(t.Context(), letter(number)); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Minute)
		for wanted := max(1, number-2); wanted <= number; wanted++ {
			if got, ok := box.Get(wanted); !ok || got.Number != wanted {
				t.Errorf("after %d: Get(%d) = %d, %v", number, wanted, got.Number, ok)
			}
		}
	}
	all := box.All()
	if len(all) != 3 || all[0].Number != 5 || all[2].Number != 3 || box.Count() != 5 {
		t.Errorf("kept %d of %d, the first is %d", len(all), box.Count(), all[0].Number)
	}
	if all[0].MessageID != "confirm-5" || !all[0].At.Equal(noon.Add(4*time.Minute)) {
		t.Errorf("the newest is %s of %v", all[0].MessageID, all[0].At)
	}
	for _, number := range []int{-1, 0, 1, 2, 6} {
		if _, ok := box.Get(number); ok {
			t.Errorf("message %d is there", number)
		}
	}
}

func TestTheBoxOfTheDemoIsForManyAtOnce(t *testing.T) {
	box := mail.NewCaptured(clock.NewManual(noon), 10)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 50 {
				if err := box.Send(t.Context(), letter(worker*50+i)); err != nil {
					t.Error(err)
				}
				box.All()
			}
		})
	}
	group.Wait()
	if box.Count() != 400 || len(box.All()) != 10 {
		t.Errorf("kept %d of %d", len(box.All()), box.Count())
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := box.Send(ended, letter(1)); err == nil || mail.Permanent(err) {
		t.Errorf("after the end: %v", err)
	}
}
