package mobilisation

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// shelf keeps petitions in memory for two seconds, so that signing reads none from the database. A change on this node clears
// it at once; another node's is seen when the two seconds are over.
type shelf struct {
	room  *Room
	mu    sync.RWMutex
	slugs map[string]kept
	ids   map[string]kept
	loads singleflight.Group
}

type kept struct {
	petition *Petition
	since    time.Time
}

const (
	shelfLife = 2 * time.Second
	shelfMost = 1000 // petitions; beyond, the shelf is emptied
)

func newShelf(r *Room) *shelf {
	return &shelf{room: r, slugs: map[string]kept{}, ids: map[string]kept{}}
}

// bySlug finds a petition that may be shown; others are a fault of kind NotFound.
func (s *shelf) bySlug(ctx context.Context, slug string) (*Petition, error) {
	p, err := s.get(ctx, s.slugs, "slug", slug)
	if err != nil {
		return nil, err
	}
	if !p.Shown() {
		return nil, fault.New(fault.NotFound, "mobilisation.unknown")
	}
	return p, nil
}

// byID finds any petition.
func (s *shelf) byID(ctx context.Context, id string) (*Petition, error) {
	return s.get(ctx, s.ids, "id", id)
}

func (s *shelf) get(ctx context.Context, from map[string]kept, column, key string) (*Petition, error) {
	s.mu.RLock()
	k, ok := from[key]
	s.mu.RUnlock()
	if ok && s.room.Clock.Now().Sub(k.since) < shelfLife {
		return k.petition, nil
	}
	p, err, _ := s.loads.Do(column+" "+key, func() (any, error) {
		p, err := s.room.loadPetition(context.WithoutCancel(ctx), column, key)
		if errors.Is(err, storage.ErrNoRows) {
			return nil, fault.New(fault.NotFound, "mobilisation.unknown")
		}
		if err != nil {
			return nil, err
		}
		s.keep(p)
		return p, nil
	})
	if err != nil {
		return nil, err
	}
	return p.(*Petition), nil
}

func (s *shelf) keep(p *Petition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ids) >= shelfMost {
		clear(s.ids)
		clear(s.slugs)
	}
	k := kept{p, s.room.Clock.Now()}
	s.slugs[p.Slug], s.ids[p.ID] = k, k
}

// forget takes a petition off the shelf.
func (s *shelf) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.ids[id]; ok {
		delete(s.slugs, k.petition.Slug)
		delete(s.ids, id)
	}
}

// Changed tells everyone on this node that a petition is not what it was.
func (r *Room) Changed(id string) {
	r.shelf.forget(id)
	r.Purge("petition:"+id, "petitions")
}

// Petition finds a petition that may be shown, by its slug; others are a fault of kind NotFound.
func (r *Room) Petition(ctx context.Context, slug string) (*Petition, error) {
	return r.shelf.bySlug(ctx, slug)
}

// PetitionByID finds any petition, also one that may not be shown. The fault is NotFound.
func (r *Room) PetitionByID(ctx context.Context, id string) (*Petition, error) {
	return r.shelf.byID(ctx, id)
}

// AnyPetition finds any petition by its slug, also one that may not be shown. The fault is NotFound.
func (r *Room) AnyPetition(ctx context.Context, slug string) (*Petition, error) {
	return r.shelf.get(ctx, r.shelf.slugs, "slug", slug)
}

// PetitionAndText reads a petition with its words in the language of the page.
func (r *Room) PetitionAndText(ctx context.Context, id string) (*Petition, Text, error) {
	p, err := r.PetitionByID(ctx, id)
	if err != nil {
		return nil, Text{}, err
	}
	text, _ := p.TextIn(web.Lang(ctx))
	return p, text, nil
}
