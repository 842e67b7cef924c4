package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/moderation"
	"essaim/internal/organisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// carriers shows organisations to the petitions that they carry. A page with sixty petitions asks sixty times: what was read
// is kept for two seconds. The page bears the organisation's tag, so that a change is seen at once where pages are kept.
type carriers struct {
	read  func(ctx context.Context, id string) (organisation.Profile, error)
	now   func() time.Time
	mu    sync.Mutex
	known map[string]knownCarrier
	times int64 // that all was forgotten
}

type knownCarrier struct {
	organisation.Profile
	since time.Time
}

const (
	carrierLife = 2 * time.Second
	carrierMost = 1000
)

func (c *carriers) carrier(ctx context.Context, id string) (mobilisation.Carrier, error) {
	c.mu.Lock()
	k, ok := c.known[id]
	times := c.times
	c.mu.Unlock()
	if !ok || c.now().Sub(k.since) > carrierLife {
		profile, err := c.read(ctx, id)
		if err != nil {
			return mobilisation.Carrier{}, err
		}
		k = knownCarrier{profile, c.now()}
		c.keep(id, k, times)
	}
	web.Tag(ctx, k.Tag())
	return mobilisation.Carrier{Name: k.Name, Path: k.Path(), Line: k.LineIn(web.Lang(ctx)), Emblem: k.Emblem.Draw("")}, nil
}

// keep remembers an organisation, unless something has changed since it was read.
func (c *carriers) keep(id string, k knownCarrier, times int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times != times {
		return
	}
	if c.known == nil || len(c.known) >= carrierMost {
		c.known = map[string]knownCarrier{}
	}
	c.known[id] = k
}

// purging returns a purge of the page cache that forgets the organisations first: a page that is made anew shows what is new.
func (c *carriers) purging(purge func(tags ...string)) func(tags ...string) {
	return func(tags ...string) {
		c.mu.Lock()
		c.times++
		clear(c.known)
		c.mu.Unlock()
		purge(tags...)
	}
}

// author finds who proposed a petition.
func (h *House) author(ctx context.Context, personID string) (mobilisation.Author, error) {
	p, err := h.Account.Person(ctx, personID)
	if errors.Is(err, storage.ErrNoRows) {
		err = fault.New(fault.NotFound, "account.nobody")
	}
	return mobilisation.Author{Email: p.Email, Name: p.Name, Lang: p.Lang}, err
}

// speakers are the organisations for which somebody may propose a petition.
func (h *House) speakers(ctx context.Context, actor perm.Actor) ([]mobilisation.Speaker, error) {
	profiles, err := h.Organised.ListOf(ctx, actor.ID)
	speakers := make([]mobilisation.Speaker, len(profiles))
	for i, p := range profiles {
		speakers[i] = mobilisation.Speaker{ID: p.ID, Name: p.Name}
	}
	return speakers, err
}

// moderators are who is called when something waits to be read.
func (h *House) moderators(ctx context.Context) ([]moderation.Person, error) {
	people, err := h.Account.People(ctx)
	var called []moderation.Person
	for _, p := range people {
		if p.Has(perm.RoleModerator) || p.Has(perm.RoleHost) {
			called = append(called, moderation.Person{ID: p.ID, Email: p.Email, Name: p.Name, Lang: p.Lang})
		}
	}
	return called, err
}
