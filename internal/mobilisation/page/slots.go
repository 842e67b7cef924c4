package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/module"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// slots are the parts that the room offers to others' pages.
func (r *Pages) slots() []module.Slot {
	return []module.Slot{{Place: "organisation.page", Order: 10, Fill: r.fillOrganisation}}
}

// fillOrganisation shows the mobilisations that an organisation carries.
func (r *Pages) fillOrganisation(ctx context.Context, organisationID string) (view.Component, error) {
	ids, err := r.CarriedBy(ctx, organisationID)
	web.Tag(ctx, "petitions") // one more may come
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	teasers, err := r.teasers(ctx, ids)
	return teasersView(teasers), err
}

// Teasers are cards of the latest petitions, the newest first. They move with their numbers: the page that shows them bears
// their tags.
func (r *Pages) Teasers(ctx context.Context, limit int) ([]view.Teaser, error) {
	ids, err := r.Latest(ctx, limit)
	if err != nil {
		return nil, err
	}
	web.Tag(ctx, "petitions")
	return r.teasers(ctx, ids)
}

func (r *Pages) teasers(ctx context.Context, ids []string) ([]view.Teaser, error) {
	lang := web.Lang(ctx)
	teasers := make([]view.Teaser, 0, len(ids))
	for i, id := range ids {
		p, err := r.PetitionByID(ctx, id)
		if err != nil {
			return nil, err
		}
		web.Tag(ctx, "petition:"+id)
		carrier, err := r.CarrierOf(ctx, p)
		if err != nil {
			return nil, err
		}
		teasers = append(teasers, r.teaser(ctx, p, carrier, lang, i > 2))
	}
	return teasers, nil
}

func (r *Pages) teaser(ctx context.Context, p *mobilisation.Petition, carrier mobilisation.Carrier, lang string, lazy bool) view.Teaser {
	text, ok := p.TextIn(lang)
	gauge := r.gauge(p, "sm")
	one := view.Teaser{
		Title: text.Title, Path: "/m/" + p.Slug, Image: p.Poster(), By: carrier.Name, Gauge: &gauge, Local: p.Area.Local(), Lazy: lazy,
	}
	if !ok {
		one.Lang = text.Lang
	}
	if len(text.Points) > 0 {
		one.Text = text.Points[0]
	}
	if place := r.areaName(p.Area, lang); place != "" {
		one.By = t(ctx, "mobilisation.by_at", "name", carrier.Name, "place", place)
	}
	switch p.State {
	case mobilisation.Victory:
		one.Tag = t(ctx, "mobilisation.victory")
	case mobilisation.Closed:
		one.Tag = t(ctx, "mobilisation.closed_label")
	default:
		if !p.Delivered.IsZero() {
			one.Tag = t(ctx, "mobilisation.state_delivered")
		}
	}
	if !p.TakesSignatures() {
		one.Gauge, one.Foot = nil, tn(ctx, "mobilisation.card_line", r.Count(p.ID))
	}
	return one
}
