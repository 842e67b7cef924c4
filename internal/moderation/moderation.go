// Package moderation is where people decide what is shown: the queue of what waits, what anybody reports, the charter that each
// decision names, and the public log.
//
// What it promises:
//   - every kind of thing is decided in one queue, in the order of waiting; the rooms that keep the things carry decisions out, in the
//     transaction that writes the log;
//   - the charter is the host's to edit; each version of it is dated, kept and public, and a decision cites the one of its day;
//   - a refusal names an article of the charter and gives reasons to the person concerned; the log shows what was decided, without
//     names and without those words;
//   - anybody may report a page without an account, and gets a number; the words and the address are sealed, and forgotten a year
//     after the answer.
//
// Where things are: charter.go is the rules and charter_edit.go their next version, decide.go and report.go the acts, call.go the mail that calls moderators, compare.go tells two texts apart, web_*.go the pages.
package moderation

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
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
	// Moderators lists who is called when something waits.
	Moderators func(ctx context.Context) ([]Person, error)
}

// Room is the moderation of an instance.
type Room struct {
	Deps
	reviews module.Reviews
	limiter *guard.Limiter
}

// New builds the room.
func New(d Deps) *Room { return &Room{Deps: d, limiter: guard.NewLimiter(d.Clock, 10_000)} }

// SetReviews hands the room what others want decided. It is called once, before the first request.
func (r *Room) SetReviews(reviews module.Reviews) { r.reviews = reviews }

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
		Name: "moderation", Routes: r.routes(), Schema: Schema(), Locales: Locales(),
		Workers: []jobs.Worker{
			{Kind: answerKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendAnswer},
			{Kind: callKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendCall},
		},
		Listeners: []jobs.Listener{jobs.On[mobilisation.Proposed]("moderation", r.call)},
		Schedules: []jobs.Schedule{{Name: "moderation.forget", Every: 24 * time.Hour, At: 3 * time.Hour, Run: r.forget}},
		Reviews:   []module.Review{r.reports()},
		Start:     r.plant,
	}
}

// reportLife is how long a report is kept after its answer: a court may ask within a year.
const reportLife = 365 * 24 * time.Hour

// forget deletes reports that were answered long ago.
func (r *Room) forget(ctx context.Context) error {
	return r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM moderation_report
			WHERE state <> 'waiting' AND answered_at < $1`, clock.Micros(r.Clock.Now().Add(-reportLife)))
		return err
	})
}
