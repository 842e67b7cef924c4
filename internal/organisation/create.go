package organisation

import (
	"context"
	"fmt"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Plan is what an organisation is made from.
type Plan struct {
	Name   string
	Slug   string // empty: made from the name
	Emblem Emblem // what is empty is made from the name
	Links  []Link
	Texts  []Text // the first is the original; Version is ignored
}

// Create makes an organisation. ownerID is the account of who may write its page; empty leaves it to the hosts. The fault is
// Invalid, with the fields of the page that creates.
func (r *Room) Create(ctx context.Context, plan Plan, ownerID string) (Profile, error) {
	p, err := r.profileFrom(ctx, plan)
	if err != nil {
		return Profile{}, err
	}
	taken := false
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		fresh, err := insertProfile(ctx, tx, p)
		if taken = err == nil && !fresh; taken || err != nil {
			return err
		}
		if err := replaceLinks(ctx, tx, p.ID, p.Links); err != nil {
			return err
		}
		for _, t := range p.Texts {
			if _, err := insertText(ctx, tx, p.ID, t, p.Created); err != nil {
				return err
			}
		}
		if ownerID != "" {
			if err := insertMember(ctx, tx, p.ID, ownerID, Owner, p.Created); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { r.Purge(listTag, p.Tag()) })
		return r.Queue.Emit(ctx, tx, Changed{Organisation: p.ID})
	})
	if err != nil {
		return Profile{}, fmt.Errorf("create an organisation: %w", err)
	}
	if taken {
		return Profile{}, fault.InvalidForm(fault.Field{Name: "slug", Key: "organisation.slug_taken"})
	}
	return p, nil
}

// profileFrom reads a plan, or says what to correct.
func (r *Room) profileFrom(ctx context.Context, plan Plan) (Profile, error) {
	now := r.Clock.Now()
	p := Profile{
		ID: id.New(now), Name: prose.Line(plan.Name), Slug: plan.Slug, Links: cleanLinks(plan.Links), Texts: map[string]Text{}, Created: now,
	}
	p.Emblem = plan.Emblem.clean(p.Name)
	if p.Slug == "" {
		p.Slug = prose.Slug(p.Name, maxSlug)
	}
	var f fault.Flaws // in the order of the form
	checkFace(&f, p.Name, p.Emblem)
	f.When(!validSlug(p.Slug) && (plan.Slug != "" || validName(p.Name)), "slug", "organisation.slug_shape", "max", maxSlug)
	f.When(reserved[p.Slug], "slug", "organisation.slug_reserved")
	f.When(len(plan.Texts) == 0, "lede", "organisation.lede_missing")
	for i, t := range plan.Texts {
		t = t.clean()
		t.Version = 1
		if i == 0 {
			p.Lang = t.Lang
		}
		f.When(!slices.Contains(r.Languages.Tags(), t.Lang), "lang", "organisation.lang_unknown")
		checkText(&f, t, i == 0)
		r.refuseWords(ctx, &f, p.Name, t)
		if !t.Empty() {
			p.Texts[t.Lang] = t
		}
	}
	checkLinks(&f, p.Links)
	return p, f.Err()
}
