package mobilisation

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Create makes a draft. Its words are cleaned and checked; a slug that is taken is a fault of kind Conflict.
func (r *Room) Create(ctx context.Context, plan Plan) (*Petition, error) {
	for i := range plan.Texts {
		plan.Texts[i] = plan.Texts[i].clean()
	}
	if err := plan.check(); err != nil {
		return nil, err
	}
	now := r.Clock.Now()
	p := &Petition{
		ID: id.New(now), Slug: plan.Slug, State: Draft, OrganisationID: plan.OrganisationID, Lang: plan.Lang, Motif: plan.Motif,
		Area: plan.Area, Created: now,
	}
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		inserted, err := insertPetition(ctx, tx, p)
		if err != nil {
			return err
		}
		if !inserted {
			return fault.New(fault.Conflict, "mobilisation.slug_taken")
		}
		for _, t := range plan.Texts {
			if err := insertText(ctx, tx, p.ID, t, clock.Micros(now)); err != nil {
				return err
			}
		}
		if err := insertSources(ctx, tx, p.ID, plan.Sources); err != nil {
			return err
		}
		return insertMilestones(ctx, tx, p.ID, plan.Milestones)
	})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", plan.Slug, err)
	}
	return r.shelf.byID(ctx, p.ID)
}

// Publish opens a draft for signatures.
func (r *Room) Publish(ctx context.Context, petitionID string) error {
	return r.PublishAt(ctx, petitionID, r.Clock.Now())
}

// PublishAt is Publish as of another time: for what comes from elsewhere, and for the demo.
func (r *Room) PublishAt(ctx context.Context, petitionID string, at time.Time) error {
	return r.move(ctx, petitionID, at, `
		UPDATE mobilisation_petition
		SET state = 'published', published_at = $2
		WHERE id = $1 AND state = 'draft'`)
}

// End closes a petition, as won or not, with what came of it in the words of each language.
func (r *Room) End(ctx context.Context, petitionID string, state State, outcome map[string]string) error {
	if state != Closed && state != Victory {
		return fmt.Errorf("end %s: %q is no end", petitionID, state)
	}
	p, err := r.shelf.byID(ctx, petitionID)
	if err != nil {
		return err
	}
	now := clock.Micros(r.Clock.Now())
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET state = $2, closed_at = $3
			WHERE id = $1 AND state = 'published'`, petitionID, string(state), now)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "mobilisation.closed")
		}
		for lang, words := range outcome {
			t, ok := p.Texts[lang]
			if !ok {
				continue
			}
			t.Outcome = words
			if err := insertText(ctx, tx, petitionID, t.clean(), now); err != nil {
				return err
			}
		}
		return r.Queue.Emit(ctx, tx, Closing{Petition: petitionID, State: state})
	})
	r.changed(petitionID)
	return err
}

func (r *Room) move(ctx context.Context, petitionID string, at time.Time, update string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, update, petitionID, clock.Micros(at))
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "mobilisation.state_unfit")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("publish %s: %w", petitionID, err)
	}
	r.changed(petitionID)
	return nil
}

// News is one piece of what happened, in one language.
type News struct {
	ID, PetitionID, Lang, Title, Body string // Body is Markdown
	Published                         int64  // microseconds since 1970
}

// Tell publishes a piece of news.
func (r *Room) Tell(ctx context.Context, n News) error {
	now := r.Clock.Now()
	if n.Published == 0 {
		n.Published = clock.Micros(now)
	}
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_news (id, petition_id, lang, title, body, published_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, id.New(now), n.PetitionID, n.Lang, n.Title, n.Body, n.Published)
		return err
	})
	if err != nil {
		return fmt.Errorf("news of %s: %w", n.PetitionID, err)
	}
	r.changed(n.PetitionID)
	return nil
}

// news lists the latest news in a language, or in the petition's own where there are none.
func (r *Room) news(ctx context.Context, p *Petition, lang string, limit int) ([]News, error) {
	for _, tongue := range []string{lang, p.Lang} {
		rows, err := r.db.Query(ctx, `
			SELECT id, petition_id, lang, title, body, published_at
			FROM mobilisation_news
			WHERE petition_id = $1 AND lang = $2
			ORDER BY published_at DESC
			LIMIT $3`, p.ID, tongue, limit)
		list, err := storage.All(rows, err, func(r *storage.Rows) (n News, err error) {
			return n, r.Scan(&n.ID, &n.PetitionID, &n.Lang, &n.Title, &n.Body, &n.Published)
		})
		if err != nil || len(list) > 0 {
			return list, err
		}
	}
	return nil, nil
}
