package app_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// TestKillNineDuringAStartHarmsNoInstance kills the program while it makes its key and its tables, and while it takes up its work,
// again and again; then it starts as if nothing had been.
func TestKillNineDuringAStartHarmsNoInstance(t *testing.T) {
	kills, seed := 5*setting(t, crashRounds, usualRounds), setting(t, crashSeed, int(time.Now().UnixNano()))
	t.Logf("%d kills, %s=%d", kills, crashSeed, seed)
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		dice, listen := rand.New(rand.NewPCG(uint64(seed), 3)), apptest.FreeAddress(t)
		s := apptest.Settings(t, o, "http://"+listen)
		for range kills {
			p := apptest.Launch(t, apptest.Args(s, listen)...)
			time.Sleep(time.Duration(dice.Int64N(int64(120 * time.Millisecond))))
			p.Kill()
		}
		p := apptest.Start(t, apptest.Args(s, listen)...)
		apptest.NewPerson(t, s.URL, nil).MustGet(t, http.StatusOK, "/about")
		apptest.NewPerson(t, s.URL, nil).MustGet(t, http.StatusOK, "/healthz")
		p.Stop()
	})
}
