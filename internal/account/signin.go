package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Waiting is what the tab keeps that asked for a link.
type Waiting struct {
	Link  string    `json:"link"` // id, which says nothing of whether a mail was sent
	Email string    `json:"email"`
	Until time.Time `json:"until"`
}

// NoStranger is a lateness: who has no account is not written to at all.
const NoStranger time.Duration = -1

// Ask has a link sent to an address, if it is somebody's, or if the house is open to everybody. For an address that is nobody's it takes the same steps, writes the
// same rows and returns the same; only the mail is not written. late is how long a letter to who has no account has to wait.
//
// It refuses no address: one that was asked for too often in an hour gets its newest open link once more, at most each againAfter.
// Who may ask how often is the guard's to say, before. The fault is Invalid with the field email.
func (r *Room) Ask(ctx context.Context, email, lang, next string, late time.Duration) (Waiting, error) {
	who, err := r.addressOf(email)
	if err != nil {
		return Waiting{}, err
	}
	l := r.newLink(who.index, lang, next, true)
	task := letterTask{Link: l.id, NotBefore: int64(late)}
	if late > 0 {
		l.expires = l.expires.Add(late)
		task.NotBefore = clock.Micros(l.created.Add(late))
	}
	if r.Open {
		l.joiner = r.joinerOf(who.email)
	}
	sealed := r.Vault.Seal(purposeNext, []byte(l.next), []byte(l.id))
	var kept link
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
		if kept, err = r.askAgain(ctx, tx, l, task); !errors.Is(err, storage.ErrNoRows) {
			return err
		}
		kept = l
		if err := insertLink(ctx, tx, l, sum(r.token(l.id)), sealed); err != nil {
			return err
		}
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: letterKind, Payload: task})
	})
	if err != nil {
		return Waiting{}, fmt.Errorf("ask for a link: %w", err)
	}
	return Waiting{Link: kept.id, Email: who.email, Until: kept.expires.UTC().Truncate(time.Second)}, nil
}

// askAgain returns the open link that stands for a new one, where an address was asked for often enough, and has it sent again when
// its last mail is a while ago. ErrNoRows: a new link is due.
func (r *Room) askAgain(ctx context.Context, tx *storage.Tx, l link, task letterTask) (link, error) {
	if _, err := countGuess(ctx, tx, l.index, 0, l.created); err != nil { // those who ask at once take turns
		return link{}, err
	}
	n, err := countAsked(ctx, tx, l.index, l.created.Add(-time.Hour))
	if err != nil {
		return link{}, err
	}
	if n < askedAnHour {
		return link{}, storage.ErrNoRows
	}
	open, err := openLink(ctx, tx, l.index, l.created)
	if err != nil {
		return link{}, err
	}
	again, err := mailAgain(ctx, tx, open.id, l.created)
	if err != nil || !again {
		return open, err
	}
	task.Link, task.Again = open.id, clock.Micros(l.created)
	return open, r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: letterKind, Payload: task})
}

// Entered is a session that was just opened.
type Entered struct {
	Token string // for the cookie; nobody else has it
	Next  string // the page wanted, "/account" when none was
}

// EnterByLink opens a session with a link's secret. device is the browser's User-Agent. The fault is Gone for a link that was
// used, ended or never was: all three are one answer.
func (r *Room) EnterByLink(ctx context.Context, token, device string) (Entered, error) {
	if !isToken(token) {
		return Entered{}, errOver()
	}
	hash := sum(token)
	entered, err := r.enter(ctx, device, func(ctx context.Context, tx *storage.Tx, now time.Time) (usedLink, error) {
		return useLink(ctx, tx, hash, now)
	})
	if errors.Is(err, storage.ErrNoRows) {
		return Entered{}, errOver()
	}
	return entered, err
}

// EnterByCode opens a session with the six digits, in the tab that asked. A code that is wrong, spent or nobody's is a fault
// of kind Invalid with the field code. After wrongADay wrong ones for an address no code of it counts until the day is over.
func (r *Room) EnterByCode(ctx context.Context, linkID, typed, device string) (Entered, error) {
	digits := prose.Digits(typed)
	if len(digits) != 6 {
		return Entered{}, badCode("account.code_digits")
	}
	right := r.Vault.CheckCode(purposeLink, linkID, digits)
	var left int64
	entered, err := r.enter(ctx, device, func(ctx context.Context, tx *storage.Tx, now time.Time) (l usedLink, err error) {
		// The try is counted before the code counts for anything, so that a thousand at once are no more than five.
		left, err = spendTry(ctx, tx, linkID, right, now)
		if err != nil || left < 0 || !right {
			return l, err
		}
		return useLinkByID(ctx, tx, linkID, now)
	})
	switch {
	case err != nil && !errors.Is(err, storage.ErrNoRows):
		return Entered{}, err
	case entered.Token != "":
		return entered, nil
	case left < 0:
		return Entered{}, badCode("account.code_spent")
	case left == 0:
		return Entered{}, badCode("account.code_last")
	}
	return Entered{}, badCode("account.code_wrong", "left", left)
}

func badCode(key string, args ...any) error {
	return fault.InvalidForm(fault.Field{Name: "code", Key: key, Args: args})
}

func errOver() error { return fault.New(fault.Gone, "account.link_over") }

// enter uses a link and opens a session in one transaction. It returns ErrNoRows, and keeps what use wrote, when there is no
// such link or no such person.
func (r *Room) enter(ctx context.Context, device string, use func(context.Context, *storage.Tx, time.Time) (usedLink, error)) (Entered, error) {
	now := r.Clock.Now()
	token, s := r.newSession(device, now)
	var used usedLink
	opened := false
	err := r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) (err error) {
		opened = false
		if used, err = use(ctx, tx, now); err == nil && used.id != "" {
			if err = r.letIn(ctx, tx, used, now); err != nil {
				return err
			}
			opened, err = openSession(ctx, tx, used.index, s)
		}
		if errors.Is(err, storage.ErrNoRows) {
			return nil // nothing to undo: a try that was counted stays counted
		}
		return err
	})
	if err != nil {
		return Entered{}, fmt.Errorf("sign in: %w", err)
	}
	if !opened {
		return Entered{}, storage.ErrNoRows
	}
	next, err := r.Vault.Open(purposeNext, used.sealed, []byte(used.id))
	if err != nil {
		return Entered{}, fmt.Errorf("sign in: %w", err)
	}
	return Entered{Token: token, Next: orAccount(localPath(string(next)))}, nil
}

// newSession prepares the row of a session, and the token that opens it. device is the browser's User-Agent.
func (r *Room) newSession(device string, now time.Time) (token string, s newSession) {
	token = id.Token()
	s = newSession{id: id.New(now), hash: sum(token), created: now, expires: renewed(now, now)}
	s.label = r.Vault.Seal(purposeDevice, []byte(DeviceOf(device)), []byte(s.id))
	return token, s
}

// letIn makes an account for the bearer of a link who has none, where everybody is let in.
func (r *Room) letIn(ctx context.Context, tx *storage.Tx, used usedLink, now time.Time) error {
	if used.joiner.id == "" || !r.Open {
		return nil
	}
	p := Person{ID: used.joiner.id, Lang: used.lang, Created: now}
	_, err := insertPerson(ctx, tx, p, used.index, used.joiner.email, used.joiner.name)
	return err
}

func orAccount(next string) string {
	if next == "" {
		return "/account"
	}
	return next
}

// LinkFor returns the address of who a link's secret would sign in, and changes nothing. The fault is Gone as in EnterByLink.
func (r *Room) LinkFor(ctx context.Context, token string) (email string, err error) {
	if !isToken(token) {
		return "", errOver()
	}
	p, err := r.personOfLink(ctx, sum(token), clock.Micros(r.Clock.Now()))
	if errors.Is(err, storage.ErrNoRows) {
		p, err = r.joinerOfLink(ctx, sum(token), clock.Micros(r.Clock.Now()))
	}
	if errors.Is(err, storage.ErrNoRows) {
		return "", errOver()
	}
	if err != nil {
		return "", fmt.Errorf("look at a link: %w", err)
	}
	return p.Email, nil
}

// SignOut ends the session of a token. An unknown one is already out.
func (r *Room) SignOut(ctx context.Context, token string) error {
	return r.endSessions(ctx, `
		DELETE FROM account_session
		WHERE token_hash = $1`, sum(token))
}

// RevokeSession ends one session of a person; somebody else's is left alone.
func (r *Room) RevokeSession(ctx context.Context, personID, sessionID string) error {
	return r.endSessions(ctx, `
		DELETE FROM account_session
		WHERE person_id = $1 AND id = $2`, personID, sessionID)
}

// RevokeSessions ends every session of a person.
func (r *Room) RevokeSessions(ctx context.Context, personID string) error {
	return r.endSessions(ctx, `
		DELETE FROM account_session
		WHERE person_id = $1`, personID)
}
