// Package mobilisation is the demand, its signatures and its news.
//
// What it promises:
//   - a signature that was acknowledged is on disk together with the job that sends its mail;
//   - only confirmed signatures are counted; sums by hour and place equal the total; a nightly recount repairs and reports;
//   - nobody learns from a page whether somebody has signed: new, known and refused look the same;
//   - names and addresses are sealed, found by blind index, and gone with a withdrawal.
//
// Where things are: petition.go and signature.go are the rules, sign.go, confirm.go and withdraw.go the acts, counter.go and
// fold.go the numbers, recount.go the exact check by night, letter.go the mails, picture.go the photos, batch.go the paper; edition.go
// and change.go say what may become of the words once they are published, adopt.go does it, tell.go writes to who has signed, retain.go forgets them in the end;
// store*.go the SQL, shelf.go the petitions in memory. The pages, and the same for programs, are in the folder page, which calls
// this one and is not called by it.
package mobilisation

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"essaim/internal/account"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/hub"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// Deps is what the room needs of the house.
type Deps struct {
	DB        *storage.DB
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Clock     clock.Clock
	Log       *slog.Logger
	Places    *places.Holder
	Guard     *guard.Guard
	Hub       *hub.Hub
	Mail      Sender
	Languages *i18n.Catalogue
	SiteURL   string // public origin without a final slash
	SiteName  string
	Cookies   Cookies
	Purge     func(tags ...string)                                       // of the page cache
	Carrier   func(ctx context.Context, id string) (Carrier, error)      // who carries a petition
	Author    func(ctx context.Context, personID string) (Author, error) // who has an account; NotFound for who left
	People    People
	// CarriersOf lists the organisations for which an actor may speak.
	CarriersOf func(ctx context.Context, actor perm.Actor) ([]Speaker, error)
	// MembersOf lists the accounts that speak for an organisation; nil for none.
	MembersOf func(ctx context.Context, organisationID string) ([]string, error)
	// CharterVersion is the version of the charter in force; nil where there is none.
	CharterVersion func(ctx context.Context) (int64, error)
	// Switches tells what the host has switched off.
	Switches *toggle.Board
	Card     func(ctx context.Context, c Card) ([]byte, error) // a PNG of 1200 × 630
	Index    *search.Index                                     // nil finds nothing
	Pictures Pictures                                          // this room's alone
	Printer  *paper.Printer
	// ReviewChanges has moderators read a change of a demand that people have signed before it stands.
	ReviewChanges bool
	// ForgetAfter is how long after the end of a petition, and after its last delivery, who signed it is forgotten; 0 for the default.
	ForgetAfter time.Duration
	// Inspector makes documents anew.
	Inspector *paper.Inspector
	// Refused tells which words of a text its writer is to replace; nil asks nobody.
	Refused func(ctx context.Context, lang, text string) []string
	// Erasing is told of each erasure before it is done, and returns when it is on disk; nil tells nobody.
	Erasing func(kind string, index []byte) error
	// SignOut ends the session of a token: a tablet that becomes a stand bears none. nil where there are no sessions.
	SignOut func(ctx context.Context, token string) error
}

// Card is what the picture of a shared link says.
type Card struct {
	Title, By, Count string
	Seed             string // the same seed, the same drawing
}

// Sender hands one mail to the mail server.
type Sender interface {
	Send(ctx context.Context, m mail.Message) error
}

// Cookies sets and clears the site's cookies.
type Cookies interface {
	SetCookie(w http.ResponseWriter, c web.Cookie)
	ClearCookie(w http.ResponseWriter, name, path string)
}

// Author is who proposed a petition, as it is written to.
type Author struct{ Email, Name, Lang string }

// Speaker is an organisation for which somebody may speak.
type Speaker struct{ ID, Name string }

// Carrier is who carries a petition, as its page shows them.
type Carrier struct {
	Name string
	Path string // of the public page, without language prefix; empty when there is none
	Line string // postal address or kind, for the foot of mails
	// Emblem stands for it in a list; nil for the initials of its name.
	Emblem view.Component
}

// CarrierOf is who carries a petition: an organisation, or a person in their own name.
func (r *Room) CarrierOf(ctx context.Context, p *Petition) (Carrier, error) {
	if p.OrganisationID != "" {
		return r.Carrier(ctx, p.OrganisationID)
	}
	if p.AuthorName == "" {
		gone := i18n.From(ctx).T("mobilisation.author_gone")
		return Carrier{Name: gone}, nil
	}
	return Carrier{Name: p.AuthorName}, nil
}

// Room is the mobilisations of an instance.
type Room struct {
	Deps
	db       *storage.DB
	shelf    *shelf
	counter  *counter
	tally    *storage.Tally
	told     *storage.Tally // letters about changes, by change and state
	wordings wordings
	ready    func(ctx context.Context) error // nil where nothing must be in order before a publication
	rulings  Rulings                         // nil where nothing can be contested
	spares   *guard.Limiter                  // who has asked for mails to whom
	invites  *guard.Limiter                  // who has invited how many
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// SetReady hands over what must be in order before anything is published. It is called once, before the first request.
func (r *Room) SetReady(ready func(ctx context.Context) error) { r.ready = ready }

// Rulings are what moderation says of its decisions.
type Rulings interface {
	// Because adds to a letter the article of the charter that a decision rests on, and how to contest it.
	Because(ctx context.Context, letter *mail.Letter, decisionID string) error
	// Decide carries a decision out and writes it into the public log. The faults are those of moderation, and of the room of the thing.
	Decide(ctx context.Context, kind string, d module.Decision) error
	// ArticleOptions are the articles of the charter in force, to choose from.
	ArticleOptions(ctx context.Context) ([]view.Option, error)
	// AppealPath is the page on which whom a decision concerns contests it.
	AppealPath(decisionID string) string
}

// SetRulings hands over what moderation says of its decisions. It is called once, before the first request.
func (r *Room) SetRulings(rulings Rulings) { r.rulings = rulings }

// AppealPath is where what moderators decided about a petition is contested; empty where it cannot be.
func (r *Room) AppealPath(v Verdict) string {
	if r.rulings == nil || v.Verdict != VerdictReject {
		return ""
	}
	return r.rulings.AppealPath(v.ID)
}

// Off tells whether the host has switched a part off.
func (r *Room) Off(ctx context.Context, name toggle.Name) bool {
	return r.Switches.Off(ctx, name)
}

// New builds the room. Start must be called before it counts.
func New(d Deps) *Room {
	if d.ForgetAfter <= 0 {
		d.ForgetAfter = DefaultForgetAfter
	}
	r := &Room{Deps: d, db: d.DB, spares: guard.NewLimiter(d.Clock, 100_000), invites: guard.NewLimiter(d.Clock, 10_000)}
	r.shelf = newShelf(r)
	r.counter = newCounter(r)
	r.tally = &storage.Tally{Name: "signatures", Write: r.writeDeltas}
	r.told = &storage.Tally{Name: "letters about changes", Write: r.writeTold}
	return r
}

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed locales/*.po
var locales embed.FS

// Module is what the room hands to the assembly.
func (r *Room) Module() module.Module {
	return module.Module{
		Name:    "mobilisation",
		Schema:  Schema(),
		Locales: Locales(),
		Workers: []jobs.Worker{
			{Kind: letterKind, Parallel: 8, MaxPause: 5 * time.Minute, Work: r.sendLetter},
			{Kind: invalidateKind, MaxPause: time.Minute, Work: r.workInvalidation},
			{Kind: verdictKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.tellVerdict},
			{Kind: transferKind, MaxPause: time.Minute, Work: r.workTransfer},
			{Kind: teamLetterKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendTeamLetter},
			{Kind: inviteKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendInvite},
			{Kind: tellKind, MaxPause: time.Minute, Timeout: 5 * time.Minute, KeepFor: 30 * day, Work: r.tell},
			{Kind: changeLetterKind, Parallel: 4, MaxPause: 5 * time.Minute, KeepFor: 30 * day, Work: r.sendChangeLetter},
			{Kind: foldKind, MaxPause: 10 * time.Second, Work: r.fold},
		},
		Schedules: []jobs.Schedule{
			{Name: "mobilisation.recount", Every: 24 * time.Hour, At: 2*time.Hour + 40*time.Minute, Timeout: time.Hour, Run: r.Recount},
			{Name: "mobilisation.forget", Every: time.Hour, Run: r.forget},
			{Name: "mobilisation.retention", Every: time.Hour, Timeout: 50 * time.Minute, Run: r.forgetSignatories},
			{Name: "mobilisation.pictures", Every: 24 * time.Hour, At: 3*time.Hour + 50*time.Minute, Timeout: time.Hour, Run: r.sweepPictures},
			{Name: "mobilisation.stands", Every: time.Hour, Run: r.foldStands},
			{Name: "mobilisation.silence", Every: 24 * time.Hour, At: 4 * time.Hour, Timeout: time.Hour, Run: r.tellSilence},
			{Name: "mobilisation.end", Every: 10 * time.Minute, Run: r.endDue},
		},
		Personal:  []module.Personal{r.personal(), r.teamPersonal()},
		Listeners: []jobs.Listener{jobs.On[account.Erased]("mobilisation", r.forgetAuthor)},
		Emits:     []jobs.Event{Signed{}, MilestoneReached{}, Closing{}, Proposed{}, Opening{}, Invalidating{}, Rewritten{}},
		Start:     r.Start,
		Stop:      r.Stop,
	}
}

// Locales returns the room's words.
func Locales() fs.FS { return module.Folder(locales, "locales") }

// Schema returns the room's tables.
func Schema() fs.FS { return module.Folder(migrations, "migrations") }

// Start reads the counters and keeps them fresh until Stop.
func (r *Room) Start(ctx context.Context) error {
	if err := r.learnWordings(ctx); err != nil {
		return err
	}
	if err := r.counter.refresh(ctx); err != nil {
		return err
	}
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.running.Go(func() { r.counter.keepFresh(ctx) })
	return nil
}

// Stop ends what Start began, and waits.
func (r *Room) Stop() {
	if r.stop != nil {
		r.stop()
	}
	r.running.Wait()
}
