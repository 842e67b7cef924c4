package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"essaim/internal/app/apptest"
)

// The crowd: enough for every batch of the writer to hold several, slow enough for mails to follow.
const (
	signers    = 24
	confirmers = 8
	thinking   = 10 * time.Millisecond // of a signer, before the next form
)

// signatory is one invented person.
type signatory struct {
	email, postalCode string
}

// postalCodes spread signatures over places; all are in the small sample.
var postalCodes = []string{"01000", "05000", "06000", "06100"}

// signAs sends the form, and returns the status of the answer.
func signAs(ctx context.Context, p *apptest.Person, who signatory) (int, error) {
	a, err := p.Post(ctx, "/m/"+apptest.Slug+"/sign", "given_name", "Ada", "family_name", "Martin", "email", who.email,
		"postal_code", who.postalCode, "country", "FR")
	return a.Status, err
}

// crowd is many people who sign and confirm until the program is gone.
type crowd struct {
	stop context.CancelFunc
	wait sync.WaitGroup
}

func (c *crowd) leave() {
	c.stop()
	c.wait.Wait()
}

// gather sends the crowd to the site.
func (d *drill) gather(round int) *crowd {
	ctx, stop := context.WithCancel(d.t.Context())
	c := &crowd{stop: stop}
	transport := &http.Transport{MaxIdleConnsPerHost: signers + confirmers}
	for n := range signers {
		c.wait.Go(func() { d.sign(ctx, transport, round, n) })
	}
	links := make(chan apptest.Letter)
	c.wait.Go(func() { d.deliver(ctx, links) })
	for range confirmers {
		c.wait.Go(func() { d.confirm(ctx, transport, links) })
	}
	context.AfterFunc(ctx, transport.CloseIdleConnections)
	return c
}

// sign signs with one new address after the other.
func (d *drill) sign(ctx context.Context, transport http.RoundTripper, round, n int) {
	person := apptest.NewPerson(d.t, d.settings.URL, transport)
	for i := 0; ctx.Err() == nil; i++ {
		who := signatory{email: fmt.Sprintf("r%d-c%d-n%d@drill.example", round, n, i), postalCode: postalCodes[i%len(postalCodes)]}
		d.ledger.asks(who)
		status, err := signAs(ctx, person, who)
		if err != nil {
			return // killed: whether it was kept is not known to the visitor
		}
		d.ledger.answered(who, status)
		time.Sleep(thinking)
	}
}

// deliver hands out the links of mails that nobody has used yet.
func (d *drill) deliver(ctx context.Context, links chan<- apptest.Letter) {
	for ctx.Err() == nil {
		fresh := d.ledger.unconfirmed(d.inbox.Letters())
		for i, letter := range fresh {
			select {
			case links <- letter:
			case <-ctx.Done():
				d.ledger.putBack(fresh[i:])
				return
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// confirm presses the button behind each link.
func (d *drill) confirm(ctx context.Context, transport http.RoundTripper, links <-chan apptest.Letter) {
	person := apptest.NewPerson(d.t, d.settings.URL, transport)
	for {
		select {
		case <-ctx.Done():
			return
		case letter := <-links:
			d.ledger.confirms(letter.To)
			a, err := person.Post(ctx, letter.Confirm)
			if err != nil {
				d.ledger.putBack([]apptest.Letter{letter})
				return
			}
			d.ledger.confirmationAnswered(letter.To, a.Status)
		}
	}
}

// ledger is what visitors know: what they asked for, and what they were told.
type ledger struct {
	mu        sync.Mutex
	signed    map[string]signing // by address
	confirmed map[string]told
	read      int              // letters that were handed out
	back      []apptest.Letter // whose button had no answer
	wrong     []string         // answers that nobody should get
}

// told is what a visitor knows of an act.
type told int

const (
	asked    told = iota + 1 // no answer came
	accepted                 // the answer said so
)

type signing struct {
	who   signatory
	state told
	asked int // times
}

func newLedger() *ledger {
	return &ledger{signed: map[string]signing{}, confirmed: map[string]told{}}
}

func (l *ledger) asks(who signatory) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.signed[who.email] = signing{who: who, state: asked, asked: 1}
}

func (l *ledger) answered(who signatory, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if status != http.StatusSeeOther {
		l.wrong = append(l.wrong, fmt.Sprintf("%s signed and was answered %d", who.email, status))
		return
	}
	s := l.signed[who.email]
	s.state = accepted
	l.signed[who.email] = s
}

// again notes that who had no answer has signed a second time, with one.
func (l *ledger) again(who signatory) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.signed[who.email] = signing{who: who, state: accepted, asked: 2}
}

// unconfirmed returns the letters that were not yet handed out, and those whose button had no answer.
func (l *ledger) unconfirmed(all []apptest.Letter) []apptest.Letter {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := append(l.back, all[l.read:]...)
	l.back, l.read = nil, len(all)
	return fresh
}

func (l *ledger) putBack(letters []apptest.Letter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.back = append(l.back, letters...)
}

// confirms notes that somebody presses the button.
func (l *ledger) confirms(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.confirmed[address] == 0 {
		l.confirmed[address] = asked
	}
}

func (l *ledger) confirmationAnswered(address string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if status != http.StatusSeeOther {
		l.wrong = append(l.wrong, fmt.Sprintf("%s confirmed and was answered %d", address, status))
		return
	}
	l.confirmed[address] = accepted
}

// acknowledged counts what was accepted so far.
func (l *ledger) acknowledged() (signed, confirmed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.signed {
		if s.state == accepted {
			signed++
		}
	}
	for _, state := range l.confirmed {
		if state == accepted {
			confirmed++
		}
	}
	return signed, confirmed
}

// unanswered lists who does not know whether they have signed, in order.
func (l *ledger) unanswered() []signatory {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []signatory
	for _, s := range l.signed {
		if s.state == asked {
			all = append(all, s.who)
		}
	}
	slices.SortFunc(all, func(a, b signatory) int { return strings.Compare(a.email, b.email) })
	return all
}

func (l *ledger) takeWrong() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	wrong := l.wrong
	l.wrong = nil
	return wrong
}

// snapshot copies what is known.
func (l *ledger) snapshot() (signed map[string]signing, confirmed map[string]told) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.signed), maps.Clone(l.confirmed)
}
