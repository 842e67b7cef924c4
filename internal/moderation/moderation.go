// Package moderation is where people decide what is shown: the queue of what waits, what anybody reports, the charter that each
// decision names, and the public log.
//
// What it promises:
//   - every kind of thing is decided in one queue, in the order of waiting; the rooms that keep the things carry decisions out, in the
//     transaction that writes the log;
//   - the charter is the host's to edit; each version of it is dated, kept and public, and a decision cites the one of its day;
//   - a refusal names an article of the charter and gives reasons to the person concerned; the log shows what was decided, without
//     names and without those words;
//   - who got a decision may contest it once, without an account; another moderator answers, where there is another, and the log says so;
//   - what people write is screened for lists of words that moderators keep, on every node within seconds of a change; nobody but
//     them learns what stands there;
//   - anybody may report a page without an account, and gets a number; the words and the address are sealed, and forgotten a year
//     after the answer.
//
// Where things are: charter.go is the rules and charter_edit.go their next version, decide.go, report.go and appeal.go the acts,
// ruling.go what is told of a decision, opinion.go what moderators tell each other, saved.go the texts that they keep, call.go the mail
// that calls moderators, list*.go the lists of words and screen.go what asks them, web_*.go the pages.
package moderation

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
)

// Deps is what the room needs of the house.
type Deps struct {
	DB        *storage.DB
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Clock     clock.Clock
	Log       *slog.Logger
	Guard     *guard.Guard
	Mail      mail.Sender
	Languages *i18n.Catalogue
	SiteURL   string // public origin without a final slash
	SiteName  string
	Purge     func(tags ...string) // of the page cache
	// Spool gives an empty file for a list that comes over the network.
	Spool func() (*os.File, error)
	// ListsFolder is where a host lays lists of words (*.tsv, *.txt) for moderators to take over; it need not be there.
	ListsFolder string
	// Moderators lists who is called when something waits.
	Moderators func(ctx context.Context) ([]Person, error)
	// Switches tells whether a mobilisation may be refused by one moderator; nil lets them.
	Switches *toggle.Board
}

// Room is the moderation of an instance.
type Room struct {
	Deps
	reviews module.Reviews
	limiter *guard.Limiter
	screen  screen
}

// New builds the room.
func New(d Deps) *Room {
	return &Room{Deps: d, limiter: guard.NewLimiter(d.Clock, 10_000), screen: screen{changes: -1}}
}

// SetReviews hands the room what others want decided. It is called once, before the first request.
func (r *Room) SetReviews(reviews module.Reviews) { r.reviews = reviews }

// queued are the kinds of things that wait in the queue.
func (r *Room) queued() module.Reviews {
	return slices.DeleteFunc(slices.Clone(r.reviews), func(review module.Review) bool { return review.Waiting == nil })
}

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed locales/*.po
var locales embed.FS

// Schema returns the room's tables.
func Schema() fs.FS { return module.Folder(migrations, "migrations") }

// Locales returns the room's words.
func Locales() fs.FS { return module.Folder(locales, "locales") }

// Module is what the room hands to the assembly.
func (r *Room) Module() module.Module {
	return module.Module{
		Name: "moderation", Routes: append(r.routes(), r.listRoutes()...), Schema: Schema(), Locales: Locales(),
		Workers: []jobs.Worker{
			{Kind: answerKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendAnswer},
			{Kind: tellKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendTold},
			{Kind: appealAnswerKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendAppealAnswer},
			{Kind: callKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendCall},
		},
		Listeners: []jobs.Listener{
			jobs.On("moderation", func(ctx context.Context, _ mobilisation.Proposed) error { return r.call(ctx) }),
			jobs.On("moderation", func(ctx context.Context, _ mobilisation.Rewritten) error { return r.call(ctx) }),
			jobs.On[mobilisation.Invalidating]("moderation", r.logInvalidation),
		},
		Schedules: []jobs.Schedule{
			{Name: "moderation.forget", Every: 24 * time.Hour, At: 3 * time.Hour, Run: r.forget},
			{Name: "moderation.forget_sent", Every: 24 * time.Hour, At: 3 * time.Hour, Run: r.forgetSent},
		},
		Reviews: []module.Review{r.appeals(), r.reports()},
		Start:   r.plant,
	}
}

// reportLife is how long a report, and the words of an appeal, are kept after their answer: a court may ask within a year.
const reportLife = 365 * 24 * time.Hour

// forget deletes reports and what moderators noted, and empties appeals, that were answered long ago.
func (r *Room) forget(ctx context.Context) error {
	long := clock.Micros(r.Clock.Now().Add(-reportLife))
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			UPDATE moderation_appeal
			SET sealed = $2
			WHERE state <> 'waiting' AND answered_at < $1`, long, []byte{}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			DELETE FROM moderation_opinion
			WHERE given_at < $1`, long); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			DELETE FROM moderation_report
			WHERE state <> 'waiting' AND answered_at < $1`, long)
		return err
	})
}
