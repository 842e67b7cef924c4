package fault_test

import (
	"errors"
	"testing"

	"essaim/internal/platform/fault"
)

func TestTheFirstWordAboutAFieldStands(t *testing.T) {
	var f fault.Flaws
	if err := f.Err(); err != nil {
		t.Fatalf("a form without a flaw: %v", err)
	}
	f.When(false, "title", "test.right")
	f.When(true, "title", "test.missing")
	f.When(true, "title", "test.long", "max", 80)
	f.When(true, "why", "test.long", "max", 20)
	told, ok := errors.AsType[*fault.Fault](f.Err())
	if !ok || told.Kind != fault.Invalid || len(told.Fields) != 2 || told.Fields[0].Key != "test.missing" || told.Fields[1].Name != "why" {
		t.Errorf("%v", told)
	}
}
