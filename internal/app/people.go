package app

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

// people shows accounts to the teams of mobilisations.
type people struct{ *House }

func (p people) Find(ctx context.Context, email string) (string, error) {
	return p.Account.Find(ctx, email)
}

func (p people) Admit(ctx context.Context, email, lang string) error {
	return p.Account.Admit(ctx, email, lang)
}

func (p people) Seen(ctx context.Context, personID string) (time.Time, error) {
	at, err := p.Account.Seen(ctx, personID)
	if errors.Is(err, storage.ErrNoRows) {
		err = fault.New(fault.NotFound, "account.nobody")
	}
	return at, err
}

func (p people) Moderators(ctx context.Context) (ids []string, err error) {
	all, err := p.moderators(ctx)
	for _, one := range all {
		ids = append(ids, one.ID)
	}
	return ids, err
}
