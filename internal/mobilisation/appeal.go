package mobilisation

import (
	"context"
	"errors"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// VerdictInvalidate is what the log calls signatures that were taken out.
const VerdictInvalidate = "invalidate"

// PetitionAppeal is how the refusal of a petition is contested: where the appeal is right, it is published.
func (r *Room) PetitionAppeal() *module.Appeal {
	return &module.Appeal{Verdicts: []string{VerdictReject}, Concerned: r.authorConcerned, Reverse: r.publishAfterAll}
}

// MessageAppeal is how the refusal of a message is contested: where the appeal is right, it is shown. verdict is what refusing is called.
func (r *Room) MessageAppeal(verdict string) *module.Appeal {
	return &module.Appeal{Verdicts: []string{verdict}, Concerned: r.signatoryConcerned, Reverse: r.showAfterAll}
}

// InvalidationAppeal is how an author contests that signatures were taken out: where the appeal is right, they come back.
func (r *Room) InvalidationAppeal() *module.Appeal {
	return &module.Appeal{
		Verdicts: []string{VerdictInvalidate},
		Concerned: func(ctx context.Context, invalidationID string) (module.Concerned, error) {
			v, err := r.ReadInvalidation(ctx, invalidationID)
			if errors.Is(err, storage.ErrNoRows) {
				return module.Concerned{}, fault.New(fault.NotFound, "mobilisation.unknown")
			}
			if err != nil {
				return module.Concerned{}, err
			}
			who, err := r.authorConcerned(ctx, v.PetitionID)
			who.Path += "/press"
			return who, err
		},
		Reverse: func(ctx context.Context, tx *storage.Tx, d module.Decision) error { return r.undo(ctx, tx, d.ID) },
	}
}

// authorConcerned is who proposed a petition.
func (r *Room) authorConcerned(ctx context.Context, petitionID string) (module.Concerned, error) {
	p, err := r.shelf.byID(ctx, petitionID)
	if err != nil {
		return module.Concerned{}, err
	}
	who := module.Concerned{Title: p.Texts[p.Lang].Title, Path: "/m/" + p.Slug}
	if p.State == Review || p.State == Rejected || p.State == Draft {
		who.Path += "/preview"
	}
	author, err := r.Author(ctx, p.AuthorID)
	if fault.Is(err, fault.NotFound) {
		return who, nil
	}
	who.Email, who.Name, who.Lang = author.Email, author.Name, author.Lang
	return who, err
}

// signatoryConcerned is who left a message with their signature.
func (r *Room) signatoryConcerned(ctx context.Context, signatureID string) (module.Concerned, error) {
	s, found, err := r.ReadSignature(ctx, signatureID)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "mobilisation.unknown")
	}
	if err != nil {
		return module.Concerned{}, err
	}
	p, err := r.shelf.byID(ctx, s.PetitionID)
	if err != nil {
		return module.Concerned{}, err
	}
	text, _ := p.TextIn(s.Lang)
	who := module.Concerned{Lang: s.Lang, Title: text.Title, Path: "/m/" + p.Slug}
	plain, err := r.Vault.Open(purposeIdentity, s.Sealed, []byte(s.ID))
	if errors.Is(err, vault.ErrErased) {
		return who, nil
	}
	who.Email = readIdentity(plain).Email
	return who, err
}

// publishAfterAll publishes a petition that was refused by mistake.
func (r *Room) publishAfterAll(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET state = 'review'
		WHERE id = $1 AND state = 'rejected'`, d.ID)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "mobilisation.decided_already")
	}
	if err != nil {
		return err
	}
	d.Verdict, d.Reason, d.Article = VerdictPublish, "", ""
	return r.Decide(ctx, tx, d)
}

// showAfterAll shows a message that was refused by mistake.
func (r *Room) showAfterAll(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_message
		SET state = $2, decided_at = $3, decided_by = $4
		WHERE signature_id = $1 AND state = $5`, d.ID, MessageWaiting, clock.Micros(d.At), d.By.ID, MessageRefused)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "mobilisation.message_decided")
	}
	if err != nil {
		return err
	}
	return r.SettleMessage(ctx, tx, d.ID, "", MessageShown, d.By, d.At)
}
