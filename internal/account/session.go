package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

const (
	sessionLife = 30 * 24 * time.Hour  // after it was last used
	sessionMost = 365 * 24 * time.Hour // in all: as long as the cookie
	seenEvery   = time.Hour            // a use is noted at most so often
	cacheLife   = 5 * time.Second
	cacheSize   = 10_000 // people at once; each costs about 300 bytes
)

// Session is a browser that is signed in, as its owner sees it.
type Session struct {
	ID      string
	Device  string // "Firefox, Android"; empty when it did not say
	Created time.Time
	Seen    time.Time // at most seenEvery ago when it is in use
	Current bool      // the one that asks
	Passkey bool      // opened with a passkey
}

// Session returns who bears a session's cookie: nobody when it is unknown, over or revoked. It is called for each request.
func (r *Room) Session(ctx context.Context, token string) (perm.Actor, error) {
	if !isToken(token) {
		return perm.Actor{}, nil
	}
	hash := sha256.Sum256([]byte(token))
	now := r.Clock.Now()
	actor, generation, ok := r.known.get(hash, now)
	if ok {
		return actor, nil
	}
	found, err := r.readSession(ctx, hash[:], now)
	if errors.Is(err, storage.ErrNoRows) {
		return perm.Actor{}, nil
	}
	if err != nil {
		return perm.Actor{}, err
	}
	if now.Sub(found.seen) >= seenEvery {
		if err := r.noteSeen(ctx, found, now); err != nil {
			r.Log.Warn("the use of a session cannot be noted", "error", err) // whoever reads on a full disk may go on reading
		}
	}
	r.known.put(hash, found.actor, min(cacheLife, found.expires.Sub(now)), now, generation)
	return found.actor, nil
}

// renewed is until when a session lasts that is used now.
func renewed(created, now time.Time) time.Time {
	until, most := now.Add(sessionLife), created.Add(sessionMost)
	if until.After(most) {
		return most
	}
	return until
}

// actors remembers for a moment who bears which token, so that a page of ten requests is one look-up.
type actors struct {
	mu         sync.Mutex
	by         map[[sha256.Size]byte]rememberedActor
	generation int64 // counts the times that all was forgotten
}

type rememberedActor struct {
	actor perm.Actor
	until time.Time
}

func newActors() *actors { return &actors{by: map[[sha256.Size]byte]rememberedActor{}} }

func (a *actors) get(hash [sha256.Size]byte, now time.Time) (perm.Actor, int64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.by[hash]
	return found.actor, a.generation, ok && now.Before(found.until)
}

// put remembers an actor, unless all was forgotten since generation was read: what was found may have ended meanwhile.
func (a *actors) put(hash [sha256.Size]byte, actor perm.Actor, life time.Duration, now time.Time, generation int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.generation != generation {
		return
	}
	if len(a.by) >= cacheSize {
		clear(a.by)
	}
	a.by[hash] = rememberedActor{actor: actor, until: now.Add(life)}
}

// forget forgets everybody. Sessions end and roles change seldom: a finer knife would cut no better.
func (a *actors) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.generation++
	clear(a.by)
}
