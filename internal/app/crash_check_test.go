package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// addressPurpose is under what the vault indexes the addresses of signatories: part of the format on disk.
const addressPurpose = "mobilisation.address"

// row is a signature as stored.
type row struct {
	id, address     string
	state, mailings int64
}

// open opens the database beside the program that uses it.
func (d *drill) open() *storage.DB {
	d.t.Helper()
	db, err := storage.Open(d.t.Context(), d.engine)
	if err != nil {
		d.t.Fatal(err)
	}
	return db
}

// check compares the database with what visitors were told, while the program runs and nobody signs.
func (d *drill) check(round int) {
	d.t.Helper()
	db := d.open()
	defer db.Close()
	if d.engine.URL == "" {
		if said := texts(d.t, db, "PRAGMA integrity_check"); !slices.Equal(said, []string{"ok"}) {
			d.t.Errorf("round %d: the database says of itself: %q", round, said)
		}
	}
	waiting := letters(d.t, db) // before the inbox is read: a job that is done has left its mail there
	rows := signatures(d.t, db, d.petition)
	total := d.checkSignatures(round, rows, waiting)
	d.checkSums(round, db, total)
	d.checkCounter(round, total)
	if d.t.Failed() {
		d.t.Fatalf("round %d: stopped here; the program said:\n%s", round, d.server.Output())
	}
}

// checkSignatures compares rows with the ledger, and returns how many count.
func (d *drill) checkSignatures(round int, rows []row, waiting []string) int64 {
	d.t.Helper()
	signed, confirmed := d.ledger.snapshot()
	keys, _, err := vault.LoadOrCreate(d.settings.KeyFile())
	if err != nil {
		d.t.Fatal(err)
	}
	known := map[string]string{} // blind index → address
	for address := range signed {
		known[string(keys.Index(addressPurpose, mail.Canonical(address)))] = address
	}
	stored := map[string][]row{}
	var total int64
	for _, r := range rows {
		address, there := known[r.address]
		if !there {
			d.t.Errorf("round %d: signature %s is nobody's who signed", round, r.id)
		}
		stored[address] = append(stored[address], r)
		if r.state == 1 {
			total++
		}
		if r.state == 1 && confirmed[address] == 0 {
			d.t.Errorf("round %d: the signature of %s counts, and nobody confirmed it", round, address)
		}
	}
	for address, s := range signed {
		here := stored[address]
		switch {
		case s.state == accepted && len(here) == 0:
			d.t.Errorf("round %d: the acknowledged signature of %s is lost", round, address)
		case len(here) > 1:
			d.t.Errorf("round %d: %s has signed %d times", round, address, len(here))
		case len(here) == 1 && confirmed[address] == accepted && here[0].state != 1:
			d.t.Errorf("round %d: the acknowledged confirmation of %s is lost", round, address)
		case len(here) == 1 && len(d.inbox.To(address)) == 0 && !slices.Contains(waiting, here[0].id):
			d.t.Errorf("round %d: the mail to %s is lost: neither sent nor waiting", round, address)
		}
	}
	return total
}

// checkSums compares the sums by place and hour, and the total, with the signatures.
func (d *drill) checkSums(round int, db *storage.DB, total int64) {
	d.t.Helper()
	counted, err := db.Query(d.t.Context(), `
		SELECT hour, country, commune, SUM(n)
		FROM (
			SELECT hour, country, commune, n FROM mobilisation_count WHERE petition_id = $1
			UNION ALL
			SELECT hour, country, commune, n FROM mobilisation_delta WHERE petition_id = $1) AS kept
		GROUP BY hour, country, commune
		HAVING SUM(n) <> 0
		ORDER BY hour, country, commune`, d.petition)
	exact, exactErr := db.Query(d.t.Context(), `
		SELECT confirmed_at / 3600000000, country, commune, COUNT(*)
		FROM mobilisation_signature
		WHERE petition_id = $1 AND state = 1
		GROUP BY confirmed_at / 3600000000, country, commune
		ORDER BY confirmed_at / 3600000000, country, commune`, d.petition)
	kept, want := sums(d.t, counted, err), sums(d.t, exact, exactErr)
	if !slices.Equal(kept, want) {
		d.t.Errorf("round %d: by place and hour %v are kept, and %v signed", round, kept, want)
	}
	if total > 0 && len(want) < len(postalCodes)-1 {
		d.t.Logf("round %d: only %d places", round, len(want))
	}
	var n int64
	if err := db.QueryRow(d.t.Context(), `
		SELECT COALESCE(SUM(n), 0)
		FROM (
			SELECT n FROM mobilisation_total WHERE petition_id = $1
			UNION ALL
			SELECT n FROM mobilisation_delta WHERE petition_id = $1) AS kept`, d.petition).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	if n != total {
		d.t.Errorf("round %d: the kept total is %d, and %d signatures count", round, n, total)
	}
}

// checkCounter waits until the public number is the exact one; it may be two seconds old.
func (d *drill) checkCounter(round int, total int64) {
	d.t.Helper()
	person := apptest.NewPerson(d.t, d.settings.URL, nil)
	var shown struct{ Count int64 }
	apptest.Within(d.t, backWithin, fmt.Sprintf("round %d: count.json says %d", round, total), func() bool {
		a := person.MustGet(d.t, http.StatusOK, "/m/"+apptest.Slug+"/count.json")
		return json.Unmarshal([]byte(a.Body), &shown) == nil && shown.Count == total
	})
}

// waitingLetters lists the signatures whose mail is still to be sent.
func (d *drill) waitingLetters() []string {
	d.t.Helper()
	db := d.open()
	defer db.Close()
	return letters(d.t, db)
}

// checkMails looks at every mail since the beginning: each signature has one, and a second copy only where a kill came between
// the mail server's answer and our note of it. A copy bears the Message-ID of the first.
func (d *drill) checkMails(rounds int) {
	d.t.Helper()
	signed, _ := d.ledger.snapshot()
	copies := 0
	for address, s := range signed {
		ids := map[string]int{}
		for _, l := range d.inbox.To(address) {
			ids[l.MessageID]++
		}
		if len(ids) == 0 {
			d.t.Errorf("%s got no mail", address)
		}
		if len(ids) > s.asked {
			d.t.Errorf("%s signed %d times and got %d different mails", address, s.asked, len(ids))
		}
		for _, n := range ids {
			copies += n - 1
		}
	}
	d.t.Logf("%d mails, %d of them second copies", len(d.inbox.Letters()), copies)
	if copies > letterHands*rounds {
		d.t.Errorf("%d second copies, and at %d kills at most %d mails were in flight", copies, rounds, letterHands*rounds)
	}
}

// letters lists the signatures to which a mail is still to be sent.
func letters(t *testing.T, db *storage.DB) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `SELECT payload, dead FROM jobs_job WHERE kind = 'mobilisation.letter'`)
	all, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) {
		var payload string
		var dead int64
		if err := r.Scan(&payload, &dead); err != nil {
			return "", err
		}
		if dead != 0 {
			return "", fmt.Errorf("a mail was given up: %s", payload)
		}
		var task struct{ S string }
		err = json.Unmarshal([]byte(payload), &task)
		return task.S, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func signatures(t *testing.T, db *storage.DB, petition string) []row {
	t.Helper()
	rows, err := db.Query(t.Context(), `
		SELECT id, address, state, mails
		FROM mobilisation_signature
		WHERE petition_id = $1`, petition)
	all, err := storage.All(rows, err, func(r *storage.Rows) (s row, err error) {
		var address []byte
		err = r.Scan(&s.id, &address, &s.state, &s.mailings)
		s.address = string(address)
		return s, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sums(t *testing.T, rows *storage.Rows, err error) []string {
	t.Helper()
	all, err := storage.All(rows, err, func(r *storage.Rows) (string, error) {
		var hour, n int64
		var country, commune string
		err := r.Scan(&hour, &country, &commune, &n)
		return fmt.Sprintf("%s %s at %s: %d", country, commune, time.Unix(hour*3600, 0).UTC().Format("15 h"), n), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
