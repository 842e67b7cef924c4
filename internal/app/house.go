// Package app builds the house: every room by hand, in one visible list, and the commands that open it.
//
// It may import everything, and nobody imports it but cmd. Here are house.go (the list of rooms), serve.go, demo.go and
// the other commands, one a file, and the tests that hold the house together: who may import whom and why, a right on
// every route, every message in both languages, every event that somebody listens to.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"essaim/internal/account"
	"essaim/internal/front"
	"essaim/internal/mobilisation"
	"essaim/internal/mobilisation/page"
	"essaim/internal/moderation"
	"essaim/internal/organisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/hub"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/vault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// House is the whole instance, built and not yet serving.
type House struct {
	config.Settings
	Log       *slog.Logger
	Clock     clock.Clock
	DB        *storage.DB
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Places    *places.Holder
	Words     *i18n.Catalogue
	Web       *web.Server
	API       *web.API
	Hub       *hub.Hub
	Guard     *guard.Guard
	Mail      mail.Sender
	Site      *view.Site
	Search    *search.Index
	Switches  *toggle.Board
	Modules   []module.Module
	Account   *account.Room
	Organised *organisation.Room
	Petitions *mobilisation.Room
	Front     *front.Room
	Moderated *moderation.Room
	press     *picture.Press
	printer   *paper.Printer
	inspector *paper.Inspector
	pictures  mobilisation.Pictures
	metrics   *metrics
	closers   []func()
}

// Options are what tests and the demo put in place of the real thing.
type Options struct {
	Clock    clock.Clock
	Log      *slog.Logger
	Mail     mail.Sender // nil for the mail server of the settings
	Loopback bool        // the listener takes nobody but this machine
	Demo     bool
	Program  bool // this process is essaim itself, and may start itself again
}

// Build opens everything and wires the rooms. Close must be called, also to give the database back.
func Build(ctx context.Context, s config.Settings, o Options) (_ *House, err error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	h := &House{Settings: s, Log: o.Log, Clock: o.Clock, metrics: &metrics{}}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	for _, step := range []func(context.Context, Options) error{h.openStores, h.openSite, h.buildRooms} {
		if err := step(ctx, o); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// openStores opens what keeps: data folder, key, database, places, mail.
func (h *House) openStores(ctx context.Context, o Options) (err error) {
	if err := os.MkdirAll(h.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if h.DB, err = storage.Open(ctx, storage.Options{URL: h.Database, File: h.DatabaseFile(), Clock: h.Clock, Log: h.Log}); err != nil {
		return err
	}
	h.closers = append(h.closers, func() { _ = h.DB.Close() })
	if h.Vault, err = h.openVault(ctx); err != nil {
		return err
	}
	if h.Places, err = h.openPlaces(ctx); err != nil {
		return err
	}
	h.Mail = o.Mail
	if h.Mail == nil {
		if h.Mail, err = h.openMail(); err != nil {
			return err
		}
	}
	h.Mail = countedMail{Sender: h.Mail, metrics: h.metrics}
	return nil
}

func (h *House) openVault(ctx context.Context) (*vault.Vault, error) {
	if h.VaultKey != "" {
		keys, err := vault.Parse(h.VaultKey)
		if err != nil {
			return nil, err
		}
		return vault.New(keys...)
	}
	if _, err := os.Stat(h.KeyFile()); errors.Is(err, fs.ErrNotExist) {
		if kept, _ := h.keptFingerprint(ctx); kept != "" { // a new key would open nothing, and might be copied over the right one
			return nil, fmt.Errorf("the key %s is missing, and the database was written under it (%s): put back the file that was copied to a safe place, as %s",
				h.KeyFile(), kept, h.KeyFile())
		}
	}
	v, created, err := vault.LoadOrCreate(h.KeyFile())
	if created {
		h.Log.Warn("a key was made that seals all personal data; copy it to a safe place: without it nobody can read them again", "file", h.KeyFile())
	}
	return v, err
}

// openPlaces reads the folder of the settings, else what `places update` has put into the data folder, else the sample.
func (h *House) openPlaces(ctx context.Context) (*places.Holder, error) {
	folder := h.Settings.Places
	if folder == "" {
		if _, err := os.Stat(filepath.Join(h.PlacesFolder(), "current")); errors.Is(err, fs.ErrNotExist) {
			sample, err := places.LoadSample(ctx)
			return places.NewHolder(sample), err
		}
		folder = h.PlacesFolder()
	}
	atlas, err := places.Load(ctx, os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	return places.NewHolder(atlas), nil
}

func (h *House) openMail() (mail.Sender, error) {
	if h.SMTP == "" {
		return waitingMail{}, nil
	}
	sender, err := mail.NewSMTP(mail.Config{URL: h.SMTP, From: h.From, FromName: h.Name, Connections: 8}, h.Clock)
	if _, malformed := errors.AsType[*fault.Fault](err); malformed {
		return nil, fmt.Errorf("--from %q is no mail address; write it like petitions@example.org", h.From)
	}
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	h.closers = append(h.closers, func() { _ = sender.Close() })
	return sender, nil
}

// waitingMail stands where no mail server is set: mails wait in the queue until there is one.
type waitingMail struct{}

func (waitingMail) Send(context.Context, mail.Message) error { return jobs.Later(time.Minute) }

// openSite makes what answers visitors.
func (h *House) openSite(_ context.Context, o Options) (err error) {
	if h.Words, err = loadWords(h.Languages, h.Timezone); err != nil {
		return err
	}
	h.Hub = hub.New(hub.Options{Log: h.Log, Block: h.block})
	h.closers = append(h.closers, h.Hub.Close)
	proxies, err := h.Proxies()
	if err != nil {
		return err
	}
	if h.Guard, err = guard.New(guard.Options{
		Key: h.Vault.Key("guard"), Clock: h.Clock, TrustedProxies: proxies, Off: h.GuardOff, Loopback: o.Loopback, LettersAnHour: h.LettersAnHour,
	}); err != nil {
		return err
	}
	h.Site = h.newSite(o.Demo)
	h.Web, err = web.New(web.Options{
		URL: h.Origin(), Languages: h.Words, Clock: h.Clock, Log: h.Log, Failure: h.fail, Decorate: h.decorate, Observe: h.metrics.request,
		Session: func(ctx context.Context, token string) (perm.Actor, error) { return h.Account.Session(ctx, token) },
	})
	if err != nil {
		return err
	}
	if h.press, err = picture.NewPress(); err != nil {
		return err
	}
	if h.printer, err = paper.New(); err != nil {
		return err
	}
	if h.inspector, err = o.inspector(); err != nil {
		return err
	}
	if err := h.openPictures(); err != nil {
		return err
	}
	h.API = web.NewAPI("Essaim", "1")
	h.Queue = jobs.New(h.DB, h.Clock, h.Log)
	if h.Clock == clock.System() { // a clock that was set by hand is obeyed
		h.Queue.ShareTime()
	}
	return nil
}

// buildRooms makes every room, floor by floor, and hands each what the others offer.
func (h *House) buildRooms(ctx context.Context, _ Options) error {
	erased := h.ledger()
	h.Account = account.New(account.Deps{
		DB: h.DB, Queue: h.Queue, Vault: h.Vault, Clock: h.Clock, Log: h.Log, Languages: h.Words, Mail: h.Mail,
		Cookies: h.Web, Addr: h.Guard.Addr, Guard: h.Guard, Open: !h.InvitedOnly, PasskeyFirst: h.PasskeyFirst,
		SiteURL: h.Origin(), SiteName: h.Name, Erasing: erased,
	})
	h.Switches = toggle.New(h.DB, h.Clock, h.Log)
	h.Search = search.New(h.DB, h.Queue, h.Log)
	carriers := &carriers{now: h.Clock.Now}
	refused := func(ctx context.Context, lang, text string) []string { return h.Moderated.Refused(ctx, lang, text) }
	h.Organised = organisation.New(organisation.Deps{
		DB: h.DB, Queue: h.Queue, Clock: h.Clock, Log: h.Log, Languages: h.Words, Purge: carriers.purging(h.Web.Pages.Purge), Refused: refused,
	})
	carriers.read = h.Organised.Get
	h.Petitions = mobilisation.New(mobilisation.Deps{
		DB: h.DB, Queue: h.Queue, Vault: h.Vault, Clock: h.Clock, Log: h.Log, Places: h.Places, Guard: h.Guard, Hub: h.Hub,
		Mail: h.Mail, Languages: h.Words, SiteURL: h.Origin(), SiteName: h.Name, Cookies: h.Web, Purge: h.Web.Pages.Purge, Erasing: erased,
		Carrier: carriers.carrier, Card: h.card, Index: h.Search, Author: h.author, People: people{h}, CarriersOf: h.speakers, MembersOf: h.Organised.Members,
		SignOut: h.Account.SignOut, CharterVersion: func(ctx context.Context) (int64, error) { return h.Moderated.InForce(ctx) }, Switches: h.Switches, Pictures: h.pictures, Printer: h.printer,
		ReviewChanges: h.ReviewChanges, ForgetAfter: time.Duration(h.ForgetAfter) * 24 * time.Hour,
		Inspector: h.inspector,
		Refused:   refused,
	})
	petitions := page.New(h.Petitions)
	h.Front = front.New(front.Deps{
		Places: h.Places, Languages: h.Words, Petitions: petitions.Teasers, Index: h.Search, SiteURL: h.Origin(), SiteName: h.Name,
		From: h.From, Source: h.Source, DB: h.DB, Queue: h.Queue, Vault: h.Vault, Clock: h.Clock, Switches: h.Switches, Purge: h.Web.Pages.Purge,
		Mail: h.Mail, Addr: h.Guard.Addr, ForgetAfter: h.Petitions.ForgetAfter,
	})
	h.Petitions.SetReady(h.Front.Ready)
	h.Moderated = moderation.New(moderation.Deps{
		DB: h.DB, Queue: h.Queue, Vault: h.Vault, Clock: h.Clock, Log: h.Log, Guard: h.Guard, Mail: h.Mail, Languages: h.Words,
		SiteURL: h.Origin(), SiteName: h.Name, Purge: h.Web.Pages.Purge, Moderators: h.moderators, Switches: h.Switches,
		Spool: h.pictures.Spool, ListsFolder: h.ListsFolder(),
	})
	h.Petitions.SetRulings(h.Moderated)
	petitions.AddAPI(h.API)
	h.Front.AddAPI(h.API)
	copying, err := h.copySchedules()
	if err != nil {
		return err
	}
	h.Modules = []module.Module{
		{Name: "app", Schema: appSchema(), Workers: []jobs.Worker{h.resealer()}, Schedules: append(copying, h.diskSchedule())},
		platformModule(h), {Name: "toggle", Schema: toggle.Migrations()}, searchModule(h),
		h.Account.Module(), h.Organised.Module(), petitions.Module(), h.Moderated.Module(), h.Front.Module(),
	}
	return h.introduce()
}

// introduce hands to each room what the others offer, and opens their routes.
func (h *House) introduce() error {
	var slots module.Slots
	var finders module.Finders
	var reviews module.Reviews
	var people module.People
	for _, m := range h.Modules {
		h.Queue.Register(m.Workers, m.Listeners, m.Schedules)
		slots = append(slots, m.Slots...)
		finders = append(finders, m.Finders...)
		reviews = append(reviews, m.Reviews...)
		people = append(people, m.Personal...)
		if err := h.Web.Add(m.Routes...); err != nil {
			return err
		}
	}
	h.Organised.SetSlots(slots)
	slices.SortStableFunc(reviews, func(a, b module.Review) int { return a.Order - b.Order })
	h.Moderated.SetReviews(reviews)
	h.Search.SetSources(finders.Sources())
	h.Front.SetFinders(finders)
	h.Front.SetPeople(people)
	return nil
}

// Start brings the schema up to date and begins the work that goes on beside requests.
func (h *House) Start(ctx context.Context) error {
	if half, err := h.DB.HalfRestored(ctx); err != nil {
		return err
	} else if half {
		return errHalf
	}
	if err := h.beforeUpgrade(ctx); err != nil {
		return err
	}
	ran, err := h.DB.Migrate(ctx, h.schemas())
	if err != nil {
		return err
	}
	if ran > 0 {
		h.Log.Info("the database is up to date", "migrations", ran)
	}
	if err := h.checkKey(ctx); err != nil {
		return err
	}
	for _, m := range h.Modules {
		if m.Start == nil {
			continue
		}
		if err := m.Start(ctx); err != nil {
			return fmt.Errorf("start %s: %w", m.Name, err)
		}
		if m.Stop != nil {
			h.closers = append(h.closers, m.Stop)
		}
	}
	if !h.Workers {
		return nil
	}
	h.closers = append(h.closers, h.Queue.Stop)
	return h.Queue.Start(ctx)
}

// Close ends everything in the reverse order of its beginning.
func (h *House) Close() {
	for i := len(h.closers) - 1; i >= 0; i-- {
		h.closers[i]()
	}
	h.closers = nil
}

func (h *House) card(ctx context.Context, c mobilisation.Card) ([]byte, error) {
	return h.press.Card(ctx, picture.CardSpec{Title: c.Title, By: c.By, Count: c.Count, Site: h.Name, Seed: c.Seed})
}
