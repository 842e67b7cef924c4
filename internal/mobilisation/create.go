package mobilisation

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Create makes a draft. Its words are cleaned and checked; a slug that is taken is a fault of kind Conflict.
func (r *Room) Create(ctx context.Context, plan Plan) (*Petition, error) {
	plan = plan.clean()
	if err := plan.check(); err != nil {
		return nil, err
	}
	p := r.NewPetition(plan, Draft)
	author := r.sealAuthor(p)
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return r.insert(ctx, tx, p, plan, author)
	})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", plan.Slug, err)
	}
	return r.PetitionByID(ctx, p.ID)
}

// Propose makes a petition that waits for moderators. The faults are those of Create.
func (r *Room) Propose(ctx context.Context, plan Plan) (*Petition, error) {
	plan = plan.clean()
	if err := plan.check(); err != nil {
		return nil, err
	}
	p := r.NewPetition(plan, Review)
	p.Submitted = p.Created
	author := r.sealAuthor(p)
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if err := r.insert(ctx, tx, p, plan, author); err != nil {
			return err
		}
		return r.Queue.Emit(ctx, tx, Proposed{Petition: p.ID})
	})
	if err != nil {
		return nil, fmt.Errorf("propose %s: %w", plan.Slug, err)
	}
	return r.PetitionByID(ctx, p.ID)
}

// NewPetition is the frame of a plan.
func (r *Room) NewPetition(plan Plan, state State) *Petition {
	now := r.Clock.Now()
	return &Petition{
		ID: id.New(now), Slug: plan.Slug, State: state, OrganisationID: plan.OrganisationID, AuthorID: plan.AuthorID, AuthorName: plan.AuthorName,
		Theme: plan.Theme, Charter: plan.Charter, Ends: plan.Ends, Lang: plan.Lang, Motif: plan.Motif, Area: plan.Area, Created: now,
	}
}

// sealAuthor seals the name under which a person carries a petition.
func (r *Room) sealAuthor(p *Petition) []byte {
	if p.AuthorName == "" {
		return []byte{}
	}
	return r.Vault.Seal(purposeAuthor, []byte(p.AuthorName), []byte(p.ID))
}

// insert writes a new petition with its words. A slug that is taken is a fault of kind Conflict.
func (r *Room) insert(ctx context.Context, tx *storage.Tx, p *Petition, plan Plan, author []byte) error {
	inserted, err := insertPetition(ctx, tx, p, author)
	if err != nil {
		return err
	}
	if !inserted {
		return fault.New(fault.Conflict, "mobilisation.slug_taken")
	}
	if p.AuthorID != "" {
		if err := setMember(ctx, tx, p.ID, p.AuthorID, Owner, p.Created); err != nil {
			return err
		}
	}
	return insertWords(ctx, tx, p.ID, plan, clock.Micros(p.Created))
}

// insertWords writes the words of every language, the sources, the questions and the milestones.
func insertWords(ctx context.Context, tx *storage.Tx, petitionID string, plan Plan, at int64) error {
	for _, t := range plan.Texts {
		if err := insertText(ctx, tx, petitionID, t, at); err != nil {
			return err
		}
	}
	if err := insertSources(ctx, tx, petitionID, plan.Sources); err != nil {
		return err
	}
	for lang, list := range plan.Questions {
		if err := insertQuestions(ctx, tx, petitionID, lang, list, at); err != nil {
			return err
		}
	}
	return insertMilestones(ctx, tx, petitionID, plan.Milestones)
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

// End closes a petition, as won or not, with what came of it in the words of each language. The fault is Conflict for one that is closed
// or paused.
func (r *Room) End(ctx context.Context, petitionID string, state State, outcome map[string]string) error {
	if state != Closed && state != Victory {
		return fmt.Errorf("end %s: %q is no end", petitionID, state)
	}
	now := clock.Micros(r.Clock.Now())
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET state = $2, closed_at = $3
			WHERE id = $1 AND state = 'published' AND paused_at = 0`, petitionID, string(state), now)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "mobilisation.not_open")
		}
		for _, lang := range slices.Sorted(maps.Keys(outcome)) {
			if err := insertOutcome(ctx, tx, petitionID, lang, prose.Text(outcome[lang]), now); err != nil {
				return err
			}
		}
		if err := r.index(ctx, tx, petitionID); err != nil {
			return err
		}
		return r.Queue.Emit(ctx, tx, Closing{Petition: petitionID, State: state})
	})
	r.Changed(petitionID)
	return err
}

func (r *Room) move(ctx context.Context, petitionID string, at time.Time, update string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, update, petitionID, clock.Micros(at))
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "mobilisation.state_unfit")
		}
		if err != nil {
			return err
		}
		return r.index(ctx, tx, petitionID)
	})
	if err != nil {
		return fmt.Errorf("publish %s: %w", petitionID, err)
	}
	r.Changed(petitionID)
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
			VALUES ($1, $2, $3, $4, $5, $6)`, id.New(now), n.PetitionID, n.Lang, prose.Line(n.Title), prose.Text(n.Body), n.Published)
		return err
	})
	if err != nil {
		return fmt.Errorf("news of %s: %w", n.PetitionID, err)
	}
	r.Changed(n.PetitionID)
	return nil
}

// LatestNews lists the latest news in a language, or in the petition's own where there are none.
func (r *Room) LatestNews(ctx context.Context, p *Petition, lang string, limit int) ([]News, error) {
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
