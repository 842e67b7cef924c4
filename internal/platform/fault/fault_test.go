package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"essaim/internal/platform/fault"
)

func TestKindOfFindsTheFaultInTheChain(t *testing.T) {
	err := fmt.Errorf("sign 12: %w", fault.New(fault.Conflict, "mobilisation.closed"))
	if got := fault.KindOf(err); got != fault.Conflict {
		t.Fatalf("got %d", got)
	}
	if got := fault.KindOf(errors.New("disk on fire")); got != fault.Internal {
		t.Fatalf("an unknown error is %d, not Internal", got)
	}
	if fault.Is(nil, fault.Internal) {
		t.Fatal("no error is a fault")
	}
}

func TestWrapKeepsTheCauseForTheLog(t *testing.T) {
	cause := errors.New("no space left on device")
	err := fault.Wrap(cause, fault.Unavailable, "fault.unavailable")
	if !errors.Is(err, cause) {
		t.Fatal("the cause is lost")
	}
}
