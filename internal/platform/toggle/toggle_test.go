package toggle_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/toggle"
)

func each(t *testing.T, test func(t *testing.T, db *storage.DB, now *clock.Manual, board func() *toggle.Board)) {
	t.Helper()
	storagetest.Each(t, []storage.Migrations{{Room: "toggle", Files: toggle.Migrations()}}, func(t *testing.T, db *storage.DB) {
		now := clock.NewManual(time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC))
		test(t, db, now, func() *toggle.Board { return toggle.New(db, now, slog.New(slog.NewTextHandler(io.Discard, nil))) })
	})
}

func TestASwitchIsObeyedHereAtOnceAndElsewhereWithinTwoSeconds(t *testing.T) {
	each(t, func(t *testing.T, _ *storage.DB, now *clock.Manual, board func() *toggle.Board) {
		here, there := board(), board()
		if here.Off(t.Context(), toggle.Signing) || there.Off(t.Context(), toggle.Signing) {
			t.Fatal("off from the start")
		}
		if err := here.Set(t.Context(), toggle.Signing, false, "host"); err != nil {
			t.Fatal(err)
		}
		if !here.Off(t.Context(), toggle.Signing) || here.Off(t.Context(), toggle.Mail) {
			t.Error("not obeyed here, or more than was switched")
		}
		now.Advance(2 * time.Second)
		if !there.Off(t.Context(), toggle.Signing) {
			t.Error("not obeyed elsewhere")
		}
		if err := there.Set(t.Context(), toggle.Signing, true, "host"); err != nil {
			t.Fatal(err)
		}
		now.Advance(2 * time.Second)
		if here.Off(t.Context(), toggle.Signing) {
			t.Error("not on again")
		}
	})
}

func TestWhatIsOffStaysOffWhileTheDatabaseIsAway(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, now *clock.Manual, board func() *toggle.Board) {
		b := board()
		if err := b.Set(t.Context(), toggle.Signing, false, "host"); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Minute)
		if !b.Off(t.Context(), toggle.Signing) {
			t.Error("it came on by itself")
		}
	})
}
