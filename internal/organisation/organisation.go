// Package organisation is the groups that carry what people do: their public page, and who may write it.
//
// What it promises:
//   - a page says what is missing in a language, and shows the original meanwhile;
//   - no text is lost: each save is a version, and who saves over somebody else's words is shown them first;
//   - a slug never changes, because it is printed on posters;
//   - a change is seen at once: the cached pages that show an organisation bear the tag "organisation:ID", the list bears
//     "organisations", and both are purged after the commit.
//
// What is kept how long: an organisation's words are public and stay; who wrote a version is not kept; a member's row goes with
// their account.
//
// Where things are: profile.go, link.go and member.go are the rules, create.go and edit.go the acts, store*.go the SQL,
// web_*.go the pages.
package organisation

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"

	"essaim/internal/account"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// Deps is what the room needs of the house.
type Deps struct {
	DB        *storage.DB
	Queue     *jobs.Queue
	Clock     clock.Clock
	Log       *slog.Logger // nil is slog.Default()
	Languages *i18n.Catalogue
	Purge     func(tags ...string) // of the page cache
	// Refused tells which words of a text its writer is to replace; nil asks nobody.
	Refused func(ctx context.Context, lang, text string) []string
}

// Room is the organisations of an instance.
type Room struct {
	Deps
	slots module.Slots
}

// New builds the room.
func New(d Deps) *Room {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	return &Room{Deps: d}
}

// PagePlace is where other rooms show their part of an organisation, whose id is the slot's subject.
const PagePlace = "organisation.page"

// SetSlots hands the room what others show at PagePlace. It is called once, before the first request.
func (r *Room) SetSlots(slots module.Slots) { r.slots = slots }

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
		Name:      "organisation",
		Routes:    r.routes(),
		Schema:    Schema(),
		Locales:   Locales(),
		Listeners: []jobs.Listener{jobs.On[account.Erased]("organisation", r.forgetPerson)},
		Emits:     []jobs.Event{Changed{}},
	}
}
