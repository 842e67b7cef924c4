// Package front is the pages made of several rooms: the home page, and what the site says of itself.
//
// What it promises:
//   - every page is the same for everybody, is kept in memory, and is made anew when what it shows has changed;
//   - the order of a list is stated beside it, and never depends on how much a thing is signed, seen or paid for;
//   - what the site says of itself is true of this version: a promise is written when the program keeps it.
//
// Where things are: web_home.go is the home page, web_near.go what is near, web_search.go what has some words, web_about.go,
// web_privacy.go and web_accessibility.go what the site says of itself, each beside its templ; notice.go and web_host.go are for who
// runs it; locate.go reads a commune or postal
// code, find.go merges what the rooms' finders answer; feed.go and sitemap.go are for programs, api_places.go too; suggestion.go is
// for pages that are not found. Other rooms' contents come through the functions of Deps and the finders.
package front

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
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
	Places    *places.Holder
	Languages *i18n.Catalogue
	// Petitions returns cards of the latest mobilisations, the newest first, those that ended too. It tags the page with them.
	Petitions func(ctx context.Context, limit int) ([]view.Teaser, error)
	Index     *search.Index // of what the map of the site lists
	SiteURL   string        // public origin without a final slash
	SiteName  string
	From      string // address of the site's mails, where people can write to; shown when its domain is one of the Internet's
	DB        *storage.DB
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Clock     clock.Clock
	Switches  *toggle.Board
	Purge     func(tags ...string) // of the page cache
	Mail      mail.Sender
	Addr      func(r *http.Request) netip.Addr // where a request comes from: guard's
	// ForgetAfter is how long after the end of a mobilisation who signed it is forgotten.
	ForgetAfter time.Duration
	Source      string // URL of the source code of this very program; empty shows no link
}

// Room is the front of an instance.
type Room struct {
	Deps
	finders module.Finders
	people  module.People
	limiter *guard.Limiter
}

// New builds the room.
func New(d Deps) *Room { return &Room{Deps: d, limiter: guard.NewLimiter(d.Clock, limiterSize)} }

// limiterSize bounds the memory of the limits, in keys.
const limiterSize = 20_000

// SetFinders hands over how the rooms' things are found. It is called before the first request.
func (r *Room) SetFinders(finders module.Finders) { r.finders = finders }

//go:embed locales/*.po
var locales embed.FS

// Locales returns the room's words.
func Locales() fs.FS {
	return module.Folder(locales, "locales")
}

//go:embed migrations/*.sql
var migrations embed.FS

// Schema returns the room's tables.
func Schema() fs.FS {
	return module.Folder(migrations, "migrations")
}

// Module is what the room hands to the assembly.
func (r *Room) Module() module.Module {
	return module.Module{Name: "front", Locales: Locales(), Schema: Schema(),
		Workers:   []jobs.Worker{{Kind: requestKind, Parallel: 2, MaxPause: 5 * time.Minute, Work: r.sendRequest}},
		Schedules: []jobs.Schedule{{Name: "front.forget", Every: time.Hour, Run: r.forgetRequests}},
		Routes: []web.Route{
			{Method: http.MethodGet, Path: "/{$}", Right: perm.Anyone, Handle: r.showHome, Cached: true},
			{Method: http.MethodGet, Path: "/data", Right: perm.Anyone, Handle: r.showData},
			{Method: http.MethodPost, Path: "/data", Right: perm.Anyone, Handle: r.askData},
			{Method: http.MethodGet, Path: "/data/{id}/{token}", Right: perm.Token, Handle: r.showKept},
			{Method: http.MethodGet, Path: "/data/{id}/{token}/export.json", Right: perm.Token, Handle: r.exportKept, Raw: true},
			{Method: http.MethodPost, Path: "/data/{id}/{token}/erase", Right: perm.Token, Handle: r.eraseKept},
			{Method: http.MethodGet, Path: "/legal", Right: perm.Anyone, Handle: r.showLegal, Cached: true},
			{Method: http.MethodGet, Path: "/host", Right: perm.Host, Handle: r.showHost},
			{Method: http.MethodPost, Path: "/host/notice", Right: perm.Host, Handle: r.keepNotice},
			{Method: http.MethodPost, Path: "/host/switch", Right: perm.Host, Handle: r.keepSwitch},
			{Method: http.MethodGet, Path: "/about", Right: perm.Anyone, Handle: r.showAbout, Cached: true},
			{Method: http.MethodGet, Path: "/privacy", Right: perm.Anyone, Handle: r.showPrivacy, Cached: true},
			{Method: http.MethodGet, Path: "/accessibility", Right: perm.Anyone, Handle: r.showAccessibility, Cached: true},
			{Method: http.MethodGet, Path: nearPath, Right: perm.Anyone, Handle: r.showNear, Cached: true, Query: nearParameters},
			{Method: http.MethodGet, Path: searchPath, Right: perm.Anyone, Handle: r.showSearch},
			{Method: http.MethodGet, Path: "/feed", Right: perm.Anyone, Handle: r.serveFeed, Cached: true},
			{Method: http.MethodGet, Path: "/feed/theme/{theme}", Right: perm.Anyone, Handle: r.serveThemeFeed, Cached: true},
			{Method: http.MethodGet, Path: "/feed/department/{code}", Right: perm.Anyone, Handle: r.serveDepartmentFeed, Cached: true},
			{Method: http.MethodGet, Path: sitemapPath, Right: perm.Anyone, Handle: r.serveSitemap, Cached: true, Raw: true, Silent: true},
			{Method: http.MethodGet, Path: "/sitemap/{leaf}", Right: perm.Anyone, Handle: r.serveSitemapLeaf, Cached: true, Raw: true, Silent: true},
			{Method: http.MethodGet, Path: "/robots.txt", Right: perm.Anyone, Handle: r.robots, Cached: true, Raw: true, Silent: true},
		}}
}

// robots asks crawlers to leave alone what is for programs, and what only the person named in a mail should open (RFC 9309).
func (r *Room) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rules := "User-agent: *\nDisallow: /api/\nDisallow: /c/\nDisallow: /w/\nDisallow: /*/c/\nDisallow: /*/w/\n"
	_, err := io.WriteString(w, rules+"Sitemap: "+r.SiteURL+sitemapPath+"\n")
	return err
}

func t(ctx context.Context, key string, args ...any) string { return i18n.From(ctx).T(key, args...) }
