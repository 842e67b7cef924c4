package mobilisation_test

import (
	"context"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

func TestMessagesAreDecidedInTheQueue(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.confirmed("email", "ada@example.org", "message", "Ma grand-mère prenait ce train.")
		f.sign(f.visitor(), "email", "waiting@example.org", "message", "Pas confirmé.")
		var review module.Review
		for _, one := range f.Module().Reviews {
			if one.Kind == "mobilisation.message" {
				review = one
			}
		}
		n, err := review.Count(t.Context())
		items, failed := review.Waiting(t.Context(), 10)
		if err != nil || failed != nil || n != 1 || len(items) != 1 {
			t.Fatalf("%d, %d items, %v, %v: only who has confirmed is read", n, len(items), err, failed)
		}
		decide := func(verdict string) error {
			return f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
				return review.Decide(ctx, tx, module.Decision{ID: items[0].ID, Verdict: verdict, By: moderator, At: f.clock.Now()})
			})
		}
		if err := decide("show"); err != nil {
			t.Fatal(err)
		}
		if err := decide("hide"); !fault.Is(err, fault.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		f.within("the message stands on the page", func() bool { return strings.Contains(f.published(), "Ma grand-mère prenait ce train.") })
	})
}
