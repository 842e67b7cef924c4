package mobilisation

import (
	"context"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// messageReview has the messages of signatories decided in the moderators' queue, beside everything else.
func (r *Room) messageReview() module.Review {
	return module.Review{
		Kind: "mobilisation.message", Label: "mobilisation.message_kind", Order: 15,
		Verdicts: []module.Verdict{{Name: verdictShow, Icon: "check"}, {Name: verdictHide, Icon: "x", Look: "alt"}},
		Waiting:  r.messagesInQueue, Decide: r.decideInQueue,
		Count: func(ctx context.Context) (int64, error) { return r.countMessages(ctx, "") },
	}
}

// What may be decided about a message.
const (
	verdictShow = "show"
	verdictHide = "hide"
)

func (r *Room) messagesInQueue(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	list, err := r.messages(ctx, messageWaiting, "", limit)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(list))
	for _, m := range list {
		p, text, err := r.petitionOf(ctx, m.PetitionID)
		if err != nil {
			return nil, err
		}
		items = append(items, module.ReviewItem{
			ID: m.ID, Since: m.At, Title: text.Title, By: r.voiceName(ctx, m.Signature), Body: messageBody(i18n.Typography(m.Lang, m.Words), m.Lang),
			Path: "/m/" + p.Slug,
		})
	}
	return items, nil
}

// decideInQueue lets a message stand, or not.
func (r *Room) decideInQueue(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	state := map[string]string{verdictShow: messageShown, verdictHide: messageRefused}[d.Verdict]
	return r.settleMessage(ctx, tx, d.ID, "", state, d.By, d.At)
}
