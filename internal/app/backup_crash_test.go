package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// countsOf reads the confirmed signatures by place, from the rows themselves and from what the pages add up.
func countsOf(t *testing.T, s config.Settings) (rows, sums string) {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{URL: s.Database, File: s.DatabaseFile()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	read := func(query string) string {
		found, err := db.Query(t.Context(), query)
		all, err := storage.All(found, err, func(r *storage.Rows) (line string, err error) {
			var place string
			var n int64
			err = r.Scan(&place, &n)
			return fmt.Sprint(place, " ", n), err
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, ", ")
	}
	rows = read(`SELECT commune, COUNT(*) FROM mobilisation_signature WHERE state = 1 GROUP BY commune ORDER BY commune`)
	sums = read(`
		SELECT commune, CAST(SUM(n) AS BIGINT)
		FROM (SELECT commune, n FROM mobilisation_count UNION ALL SELECT commune, n FROM mobilisation_delta) AS both
		GROUP BY commune
		HAVING SUM(n) <> 0
		ORDER BY commune`)
	return rows, sums
}

// A backup under load is one moment: its sums are those of its rows, its jobs those of its signatures, and what was acknowledged
// before it began is in it.
func TestABackupUnderLoadIsOneMoment(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, o)
		s.GuardOff, s.Workers = true, false
		h := apptest.Build(t, s, app.Options{})
		p, err := h.Petitions.Petition(t.Context(), apptest.Slug)
		if err != nil {
			t.Fatal(err)
		}
		var next, acknowledged atomic.Int64
		var stop atomic.Bool
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				for !stop.Load() {
					receipt, err := h.Petitions.Sign(t.Context(), p, person(5000+int(next.Add(1))), false)
					if err == nil {
						_, err = h.Petitions.ConfirmByLink(t.Context(), receipt.Signature, h.Vault.Token("mobilisation.confirm", receipt.Signature))
					}
					if err != nil {
						t.Error(err)
						return
					}
					acknowledged.Add(1)
				}
			})
		}
		apptest.Within(t, time.Minute, "some signatures", func() bool { return acknowledged.Load() > 100 })
		before := acknowledged.Load()
		file := filepath.Join(t.TempDir(), "essaim.backup")
		mustRun(t, s, "backup", file)
		stop.Store(true)
		crowd.Wait()
		h.Close()
		empty := elsewhere(t, engine(t), s)
		mustRun(t, empty, "restore", file)
		rows, sums := countsOf(t, empty)
		if rows != sums || rows == "" {
			t.Errorf("the rows say %s, the sums %s", rows, sums)
		}
		h = apptest.Build(t, empty, app.Options{})
		if n := h.Petitions.Count(p.ID); n < 60+before || n > 60+acknowledged.Load() {
			t.Errorf("%d count, not %d to %d", n, 60+before, 60+acknowledged.Load())
		}
	})
}

// A restore that is killed leaves a site that does not serve, and is done again.
func TestAKilledRestoreIsDoneAgain(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := inhabited(t, engine(t))
		h := apptest.Build(t, s, app.Options{})
		p, err := h.Petitions.Petition(t.Context(), apptest.Slug)
		if err != nil {
			t.Fatal(err)
		}
		plantPeople(t, h, p.ID, 10_000, 8_000)
		h.Close()
		file := filepath.Join(t.TempDir(), "essaim.backup")
		mustRun(t, s, "backup", file, "--hurry")
		empty := elsewhere(t, o, s)
		args := []string{"restore", file, "--data", empty.Data}
		if o.URL != "" {
			args = append(args, "--database", o.URL)
		}
		halves := 0
		for pause := 100 * time.Millisecond; halves < 3 && pause < 2*time.Second; pause += 30 * time.Millisecond {
			process := apptest.Launch(t, args...)
			time.Sleep(pause) // what is tried is any moment
			process.Kill()
			if strings.Contains(process.Output(), "is back") {
				break
			}
			if !half(t, empty) {
				continue // nothing was written yet
			}
			halves++
			if out, code := command(t, empty, "admin", "list"); code != 1 || !strings.Contains(out, "cut short") {
				t.Errorf("half a site is opened: %d %s", code, out)
			}
		}
		if halves == 0 {
			t.Fatal("no restore was killed in its middle")
		}
		mustRun(t, empty, "restore", file)
		mustBeTheSame(t, everything(t, s), everything(t, empty))
	})
}

// half tells whether a database is half restored.
func half(t *testing.T, s config.Settings) bool {
	t.Helper()
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), storage.Options{URL: s.Database, File: s.DatabaseFile()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	half, err := db.HalfRestored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return half
}

func TestRestoreSaysWhatIsWrong(t *testing.T) {
	s := inhabited(t, engine(t))
	file := filepath.Join(t.TempDir(), "essaim.backup")
	mustRun(t, s, "backup", file)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bent := append([]byte{}, whole...)
	bent[len(bent)/2] ^= 1
	newer := append([]byte{}, whole...)
	newer[len("essaim backup\n")] = 9
	for want, data := range map[string][]byte{
		"damaged near byte": bent, "cut off": whole[:len(whole)-5], "no backup of Essaim": []byte("PK\x03\x04 something else that is long enough"),
		"install the version that made it": newer,
	} {
		name := filepath.Join(t.TempDir(), "wrong.backup")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		empty := elsewhere(t, engine(t), s)
		if out, code := command(t, empty, "restore", name); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", want, code, out)
		}
		if _, err := os.Stat(empty.Data); err == nil {
			t.Errorf("%s: something was written", want)
		}
	}
	unkeyed := apptest.Settings(t, engine(t), s.URL)
	if out, code := command(t, unkeyed, "restore", file); code != 1 || !strings.Contains(out, "the key is missing") {
		t.Errorf("without a key: %d %s", code, out)
	}
	strange := elsewhere(t, engine(t), inhabited(t, engine(t)))
	if out, code := command(t, strange, "restore", file); code != 1 || !strings.Contains(out, "another key") {
		t.Errorf("under another key: %d %s", code, out)
	}
	before := everything(t, s)
	if out, code := command(t, s, "restore", file); code != 1 || !strings.Contains(out, "never writes over") {
		t.Errorf("over a site: %d %s", code, out)
	}
	mustBeTheSame(t, before, everything(t, s))
}
