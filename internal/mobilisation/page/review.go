package page

import (
	"context"
	"maps"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// reviews are what the room asks moderators about.
func (r *Pages) reviews() []module.Review {
	return []module.Review{{
		Kind: "mobilisation.petition", Label: "mobilisation.petition", Order: 10,
		Verdicts: []module.Verdict{
			{Name: mobilisation.VerdictPublish, Icon: "check"},
			{Name: mobilisation.VerdictCorrect, Icon: "message-circle", Look: "alt", Reason: true, Article: true},
			{Name: mobilisation.VerdictReject, Icon: "x", Look: "danger", Reason: true, Article: true, Two: true},
		},
		Waiting: r.proposed, Count: r.CountProposed, Decide: r.Decide,
		Appeal: r.PetitionAppeal(),
	}, r.messageReview(), r.PauseReview(), r.transferReview(), {
		Kind: "mobilisation.invalidation", Label: "mobilisation.invalidation_kind", Order: 18,
		Verdicts: []module.Verdict{{Name: mobilisation.VerdictInvalidate, Icon: "x", Tell: true}},
		Appeal:   r.InvalidationAppeal(),
	}}
}

// proposed lists the petitions that wait, the oldest first.
func (r *Pages) proposed(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	ids, err := r.ProposedIDs(ctx, limit)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(ids))
	for _, petitionID := range ids {
		p, err := r.PetitionByID(ctx, petitionID)
		if err != nil {
			return nil, err
		}
		carrier, err := r.CarrierOf(ctx, p)
		if err != nil {
			return nil, err
		}
		text := p.Texts[p.Lang]
		item := module.ReviewItem{
			ID: p.ID, Since: p.Submitted, Title: text.Title, By: carrier.Name, Body: reviewBody(r.preview(ctx, p)), Path: "/m/" + p.Slug + "/preview",
			Said: said(p),
		}
		if p.Lang != i18n.From(ctx).Tag() {
			item.Lang = p.Lang
		}
		items = append(items, item)
	}
	return items, nil
}

// said is what somebody wrote for a petition, in each language.
func said(p *mobilisation.Petition) []module.Said {
	var all []module.Said
	for _, lang := range slices.Sorted(maps.Keys(p.Texts)) {
		t := p.Texts[lang]
		for _, text := range append([]string{t.Title, t.Addressee, t.Why, t.Letter}, t.Points...) {
			all = append(all, module.Said{Lang: lang, Text: text})
		}
		for _, q := range p.Questions[lang] {
			all = append(all, module.Said{Lang: lang, Text: q.Question}, module.Said{Lang: lang, Text: q.Answer})
		}
	}
	return append(all, module.Said{Lang: p.Lang, Text: p.AuthorName})
}

// messageReview has the messages of signatories decided in the moderators' queue, beside everything else.
func (r *Pages) messageReview() module.Review {
	return module.Review{
		Kind: "mobilisation.message", Label: "mobilisation.message_kind", Order: 15,
		Verdicts: []module.Verdict{{Name: verdictShow, Icon: "check"}, {Name: verdictHide, Icon: "x", Look: "alt", Article: true, Tell: true}},
		Waiting:  r.messagesInQueue, Decide: r.decideInQueue,
		Count:  func(ctx context.Context) (int64, error) { return r.CountMessages(ctx, "") },
		Appeal: r.MessageAppeal(verdictHide),
	}
}

// What may be decided about a message.
const (
	verdictShow = "show"
	verdictHide = "hide"
)

func (r *Pages) messagesInQueue(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	list, err := r.Messages(ctx, mobilisation.MessageWaiting, "", limit)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(list))
	for _, m := range list {
		p, text, err := r.PetitionAndText(ctx, m.PetitionID)
		if err != nil {
			return nil, err
		}
		items = append(items, module.ReviewItem{
			ID: m.ID, Since: m.At, Title: text.Title, By: r.VoiceName(ctx, m.Signature), Body: messageBody(i18n.Typography(m.Lang, m.Words), m.Lang),
			Path: "/m/" + p.Slug, Said: []module.Said{{Lang: m.Lang, Text: m.Words}},
		})
	}
	return items, nil
}

// decideInQueue lets a message stand, or not.
func (r *Pages) decideInQueue(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	state := map[string]string{verdictShow: mobilisation.MessageShown, verdictHide: mobilisation.MessageRefused}[d.Verdict]
	return r.SettleMessage(ctx, tx, d.ID, "", state, d.By, d.At)
}
