// Package account is the people who organise, moderate and host: how they come in, what they may do, and how they leave.
//
// Nobody has a password. Who gives an address receives a link; the link, or the six digits beside it typed into the tab that
// asked, opens a session. Who made a passkey on their device comes in with it, and no address is typed. Signing a mobilisation needs none of this.
//
// What it promises:
//   - asking for a link looks, lasts and leaves the same for an address that is known and for one that is not; where the house is
//     open both receive one, and using it makes the account;
//   - a link opens one session and no second one; a GET opens none, because mail programs follow links;
//   - nothing in the database opens anything: tokens are kept as SHA-256 sums, a link's secret and code are derived from its
//     id under the vault's key, so that a mail that is tried again says the same;
//   - nobody can keep somebody else from coming in. Crowds at the door cost work or a short wait (guard), and are not refused; an
//     address that strangers ask for without end gets its newest open link again each five minutes; open sessions notice nothing;
//   - a code is not to be guessed: five tries a link, and fifteen wrong ones a day for an address, after which only links work and the
//     mails say so. It is counted alike for addresses that are nobody's;
//   - a passkey counts with the device's own check of who holds it (user verification), once for each challenge, in the browser that
//     asked, within ceremonyLife; one that may have been copied opens nothing any more. It is never the only way in: mail stays;
//   - letters to who has no account have guard's budget, and leave later beyond it; those to who has one do not wait;
//   - a session that was revoked, and a role that was taken away, are over at once on this node, and after cacheLife on others;
//   - there is always a host: the last one can neither be removed nor leave;
//   - names, addresses and devices are sealed, found by blind index, and gone with an account.
//
// What is kept how long: a link 30 minutes when it was asked for, three days when a host invites, its row an hour at least so
// that it counts against the limit; a number of wrong codes one day; a session 30 days after it was last used and a year at most; an account until
// its owner or the host erases it.
//
// Where things are: person.go, link.go, session.go, passkey.go and device.go are the rules, signin.go, passkey_*.go and people.go the acts, store*.go the
// SQL, letter*.go the mails, jobs.go the work done later, web_*.go the pages.
package account

import (
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/web"
)

// Deps is what the room needs of the house.
type Deps struct {
	DB        *storage.DB
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Clock     clock.Clock
	Log       *slog.Logger
	Languages *i18n.Catalogue
	Mail      mail.Sender
	Cookies   Cookies
	// Guard says who may ask for a link at once, who waits, and when letters to strangers leave. nil: one of the room's own.
	Guard *guard.Guard
	// Addr tells where a request comes from, behind the site's own proxies: guard's Addr.
	Addr func(r *http.Request) netip.Addr
	// Open lets everybody have an account who can read a mail; otherwise hosts invite.
	Open bool
	// PasskeyFirst withholds the roles of host and moderator from a session that was opened by mail, while the person has a passkey.
	PasskeyFirst bool
	SiteURL      string // public origin without a final slash
	SiteName     string
	// Erasing is told of each erasure before it is done, and returns when it is on disk; nil tells nobody.
	Erasing func(kind string, index []byte) error
}

// Cookies sets and clears the site's cookies.
type Cookies interface {
	SetCookie(w http.ResponseWriter, c web.Cookie)
	ClearCookie(w http.ResponseWriter, name, path string)
}

// Room is the accounts of an instance.
type Room struct {
	Deps
	known *actors
	party *webauthn.WebAuthn // nil where there are no passkeys
}

// New builds the room.
func New(d Deps) *Room {
	if d.Guard == nil {
		own, err := guard.New(guard.Options{Key: d.Vault.Key("guard"), Clock: d.Clock})
		if err != nil {
			panic(err) // no clock was given
		}
		d.Guard = own
	}
	return &Room{Deps: d, known: newActors(), party: newParty(d)}
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
		Name:    "account",
		Routes:  r.routes(),
		Schema:  Schema(),
		Locales: Locales(),
		Workers: []jobs.Worker{
			{Kind: letterKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendLetter},
			{Kind: passkeyLetterKind, MaxPause: 5 * time.Minute, Work: r.sendPasskeyLetter},
		},
		Schedules: []jobs.Schedule{{Name: "account.forget", Every: time.Hour, Run: r.forget}},
		Personal:  []module.Personal{r.personal()},
		Emits:     []jobs.Event{Erased{}},
	}
}
