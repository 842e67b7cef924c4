package id_test

import (
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/id"
)

func TestIdentifiersSortByTime(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	previous := id.New(start)
	for i := 1; i < 200; i++ {
		next := id.New(start.Add(time.Duration(i) * time.Millisecond))
		if next <= previous {
			t.Fatalf("%s does not sort after %s", next, previous)
		}
		previous = next
	}
}

func TestIdentifiersDiffer(t *testing.T) {
	now := time.Now()
	seen := map[string]bool{}
	for range 10_000 {
		s := id.New(now)
		if seen[s] || !id.Valid(s) {
			t.Fatalf("%q: seen %v, valid %v", s, seen[s], id.Valid(s))
		}
		seen[s] = true
	}
}

func TestValidRefusesOtherShapes(t *testing.T) {
	for _, s := range []string{"", "0", strings.Repeat("i", id.Len), strings.Repeat("A", id.Len), strings.Repeat("0", id.Len+1), "../../etc/passwd00000000"} {
		if id.Valid(s) {
			t.Errorf("%q is taken for an identifier", s)
		}
	}
}

func TestTokensAndCodesHaveTheirShape(t *testing.T) {
	if got := len(id.Token()); got != id.TokenLen {
		t.Errorf("token of %d characters", got)
	}
	if got := id.Code(); len(got) != 6 || strings.Trim(got, "0123456789") != "" {
		t.Errorf("code %q", got)
	}
}
