package app_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail/mailtest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// The variables of the drill: how often the program is killed, and the seed of a run that is to be seen again.
const (
	crashRounds = "ESSAIM_CRASH_ROUNDS"
	crashSeed   = "ESSAIM_CRASH_SEED"
)

const (
	usualRounds = 3
	backWithin  = 3 * time.Second // what is promised is one second, on a machine that does nothing else
	letterHands = 8               // of mobilisation.letter: what may be in flight at a kill
)

// drill is one instance that is killed again and again, and what its visitors have seen of it.
type drill struct {
	t        *testing.T
	settings config.Settings
	engine   storage.Options
	listen   string
	petition string
	server   *apptest.Process
	inbox    *apptest.Inbox
	ledger   *ledger
	dice     *rand.Rand
}

// TestKillNineLosesNothingAcknowledged signs and confirms from many sides, kills the program in the middle of it, starts it
// again and looks: what was acknowledged is there, once; mails, counts and sums agree.
func TestKillNineLosesNothingAcknowledged(t *testing.T) {
	rounds, seed := setting(t, crashRounds, usualRounds), setting(t, crashSeed, int(time.Now().UnixNano()))
	t.Logf("%d rounds, %s=%d", rounds, crashSeed, seed)
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		d := newDrill(t, o, seed)
		for round := 1; round <= rounds; round++ {
			d.crash(round)
			d.check(round)
		}
		d.settle(rounds)
	})
}

// setting reads a number from the environment.
func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func newDrill(t *testing.T, o storage.Options, seed int) *drill {
	t.Helper()
	server := mailtest.New(t, mailtest.Options{})
	d := &drill{
		t: t, engine: o, listen: apptest.FreeAddress(t), inbox: apptest.NewInbox(server), ledger: newLedger(),
		dice: rand.New(rand.NewPCG(uint64(seed), 1)),
	}
	d.settings = apptest.Settings(t, o, "http://"+d.listen)
	d.settings.SMTP, d.settings.GuardOff = server.URL(), true
	d.engine.File = d.settings.DatabaseFile()
	d.petition = apptest.Plant(t, d.settings)
	d.start()
	return d
}

// start starts the program and returns how long it took until a page came.
func (d *drill) start() time.Duration {
	d.t.Helper()
	began := time.Now()
	d.server = apptest.Start(d.t, apptest.Args(d.settings, d.listen)...)
	apptest.NewPerson(d.t, d.settings.URL, nil).MustGet(d.t, http.StatusOK, "/m/"+apptest.Slug)
	return time.Since(began)
}

// crash lets people sign, kills the program at a random moment, and starts it again.
func (d *drill) crash(round int) {
	d.t.Helper()
	moment := 200*time.Millisecond + time.Duration(d.dice.Int64N(int64(1800*time.Millisecond)))
	signed, confirmed := d.ledger.acknowledged()
	crowd := d.gather(round)
	time.Sleep(moment)
	d.server.Kill()
	crowd.leave()
	signedNow, confirmedNow := d.ledger.acknowledged()
	back := d.start()
	d.t.Logf("round %d: killed after %s with %d signatures and %d confirmations acknowledged, %d without an answer; back to 200 in %s",
		round, moment.Round(time.Millisecond), signedNow-signed, confirmedNow-confirmed, len(d.ledger.unanswered()), back.Round(time.Millisecond))
	if back > backWithin {
		d.t.Errorf("round %d: back to 200 after %s, later than %s", round, back, backWithin)
	}
	if signedNow == signed {
		d.t.Errorf("round %d: nobody could sign before the kill: the round proves nothing", round)
	}
	for _, wrong := range d.ledger.takeWrong() {
		d.t.Errorf("round %d: while it ran, %s", round, wrong)
	}
}

// settle lets who had no answer try again, waits for the last mail, and looks for the last time.
func (d *drill) settle(rounds int) {
	d.t.Helper()
	if rounds <= usualRounds && d.engine.URL != "" {
		d.endLeases()
	}
	d.tryAgain()
	limit := time.Minute // a job whose worker was killed is due again when its lease ends, after forty seconds
	apptest.Within(d.t, limit, "every mail has left", func() bool { return len(d.waitingLetters()) == 0 })
	d.check(rounds + 1)
	d.checkMails(rounds)
	d.server.Stop()
}

// endLeases does what forty seconds do: PostgreSQL may have other nodes, so that a start there leaves leases alone.
func (d *drill) endLeases() {
	d.t.Helper()
	d.server.Kill()
	db := d.open()
	err := db.InTx(d.t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE jobs_job SET run_at = $1 WHERE leased = 1 AND dead = 0`, clock.Micros(time.Now()))
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	_ = db.Close()
	d.start()
}

// tryAgain signs once more for everybody who does not know whether they have signed.
func (d *drill) tryAgain() {
	d.t.Helper()
	for _, who := range d.ledger.unanswered() {
		status, err := signAs(d.t.Context(), apptest.NewPerson(d.t, d.settings.URL, nil), who)
		if err != nil || status != http.StatusSeeOther {
			d.t.Fatalf("%s signs a second time: %d, %v", who.email, status, err)
		}
		d.ledger.again(who)
	}
}
