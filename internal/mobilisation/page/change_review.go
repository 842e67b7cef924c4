package page

import (
	"context"
	"errors"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// changeReviews are what moderators are asked about words that were published: changes of a demand that people have signed, before they
// stand where the host wants so; all others afterwards.
func (r *Pages) changeReviews() []module.Review {
	refused := &module.Appeal{Verdicts: []string{mobilisation.VerdictRefuse}, Concerned: r.changeConcerned, Reverse: r.ReverseChange}
	back := &module.Appeal{Verdicts: []string{mobilisation.VerdictBack}, Concerned: r.changeConcerned, Reverse: r.ReverseChange}
	return []module.Review{
		{
			Kind: "mobilisation.change", Label: "mobilisation.change_review", Order: 11,
			Verdicts: []module.Verdict{
				{Name: mobilisation.VerdictAdopt, Icon: "check", Tell: true},
				{Name: mobilisation.VerdictRefuse, Icon: "x", Look: "danger", Reason: true, Tell: true},
			},
			Waiting: func(ctx context.Context, limit int) ([]module.ReviewItem, error) {
				return r.changeItems(ctx, false, limit)
			},
			Count:  func(ctx context.Context) (int64, error) { return r.CountChanges(ctx, false) },
			Decide: r.DecideChange, Appeal: refused,
		},
		{
			Kind: "mobilisation.changed", Label: "mobilisation.changed_review", Order: 12,
			Verdicts: []module.Verdict{
				{Name: mobilisation.VerdictSeen, Icon: "check"},
				{Name: mobilisation.VerdictBack, Icon: "undo-2", Look: "alt", Reason: true, Tell: true},
			},
			Waiting: func(ctx context.Context, limit int) ([]module.ReviewItem, error) {
				return r.changeItems(ctx, true, limit)
			},
			Count:  func(ctx context.Context) (int64, error) { return r.CountChanges(ctx, true) },
			Decide: r.LookAt, Appeal: back,
		},
	}
}

// changeItems are changes as moderators read them, the oldest first.
func (r *Pages) changeItems(ctx context.Context, standing bool, limit int) ([]module.ReviewItem, error) {
	changes, err := r.ChangesWaiting(ctx, standing, limit)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(changes))
	for _, c := range changes {
		p, text, err := r.PetitionAndText(ctx, c.PetitionID)
		if err != nil {
			return nil, err
		}
		before, err := r.BeforeChange(ctx, c)
		if err != nil {
			return nil, err
		}
		carrier, err := r.CarrierOf(ctx, p)
		if err != nil {
			return nil, err
		}
		item := module.ReviewItem{
			ID: c.ID, Since: c.Proposed, Title: t(ctx, "mobilisation.change_item_"+c.Kind, "title", text.Title), By: carrier.Name, Path: "/m/" + p.Slug,
			Body: changeBody(c.Reason, differences(ctx, c.Edition.Since(before, p.Lang), max(len(c.Edition), len(before)) > 1)),
		}
		items = append(items, item)
	}
	return items, nil
}

// changeConcerned is who proposed a change.
func (r *Pages) changeConcerned(ctx context.Context, changeID string) (module.Concerned, error) {
	c, err := r.Change(ctx, changeID)
	if errors.Is(err, storage.ErrNoRows) {
		return module.Concerned{}, fault.New(fault.NotFound, "mobilisation.unknown")
	}
	if err != nil {
		return module.Concerned{}, err
	}
	p, err := r.PetitionByID(ctx, c.PetitionID)
	if err != nil {
		return module.Concerned{}, err
	}
	author, err := r.Author(ctx, c.By)
	if err != nil {
		return module.Concerned{}, err
	}
	text, _ := p.TextIn(r.Languages.For(author.Lang).Tag())
	return module.Concerned{Email: author.Email, Name: author.Name, Lang: author.Lang, Title: i18n.Typography(text.Lang, text.Title), Path: "/m/" + p.Slug}, nil
}
