package app

import (
	"context"
	"sync"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/web"
)

// carriers shows organisations to the petitions that they carry. A page with sixty petitions asks sixty times: what was read
// is kept for two seconds. The page bears the organisation's tag, so that a change is seen at once where pages are kept.
type carriers struct {
	read  func(ctx context.Context, id string) (organisation.Profile, error)
	now   func() time.Time
	mu    sync.Mutex
	known map[string]knownCarrier
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
	c.mu.Unlock()
	if !ok || c.now().Sub(k.since) > carrierLife {
		profile, err := c.read(ctx, id)
		if err != nil {
			return mobilisation.Carrier{}, err
		}
		k = knownCarrier{profile, c.now()}
		c.keep(id, k)
	}
	web.Tag(ctx, k.Tag())
	return mobilisation.Carrier{Name: k.Name, Path: k.Path(), Line: k.LineIn(web.Lang(ctx))}, nil
}

func (c *carriers) keep(id string, k knownCarrier) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= carrierMost {
		c.known = map[string]knownCarrier{}
	}
	c.known[id] = k
}
