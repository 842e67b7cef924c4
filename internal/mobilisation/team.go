package mobilisation

import (
	"context"
	"fmt"
	"slices"

	"essaim/internal/account"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// WorksOnAll lists the petitions in whose team an actor is, and those of the organisations for which they speak.
func (r *Room) WorksOnAll(ctx context.Context, actor perm.Actor) ([]string, error) {
	all, err := r.memberOf(ctx, actor.ID)
	if err != nil {
		return nil, err
	}
	carriers, err := r.CarriersOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, c := range carriers {
		rows, err := r.db.Query(ctx, `
			SELECT id
			FROM mobilisation_petition
			WHERE organisation_id = $1
			ORDER BY created_at DESC
			LIMIT 100`, c.ID)
		some, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return nil, err
		}
		for _, petitionID := range some {
			if !slices.Contains(all, petitionID) {
				all = append(all, petitionID)
			}
		}
	}
	return all, nil
}

// InTeam tells whether a petition is of who reads the page: an owner, an editor, who speaks for its organisation.
func (r *Room) InTeam(ctx context.Context, p *Petition) (bool, error) {
	role, err := r.RoleIn(ctx, p, web.Actor(ctx))
	return role != "", err
}

// charter is the version in force, 0 where there is none.
func (r *Room) charter(ctx context.Context) (int64, error) {
	if r.CharterVersion == nil {
		return 0, nil
	}
	return r.CharterVersion(ctx)
}

// forgetAuthor lets go of who has no account any more: what they were writing is deleted, what they published stays, in nobody's name;
// teams go on without them, and under another owner.
func (r *Room) forgetAuthor(ctx context.Context, gone account.Erased) error {
	if gone.Person == "" {
		return nil
	}
	ids, err := r.memberOf(ctx, gone.Person)
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			DELETE FROM mobilisation_draft
			WHERE person_id = $1 AND person_id <> ''`, gone.Person); err != nil {
			return err
		}
		for _, petitionID := range ids {
			all, err := holdTeam(ctx, tx, petitionID)
			if err != nil {
				return err
			}
			if err := passAuthor(ctx, tx, petitionID, gone.Person, all.firstOwner(gone.Person), []byte{}); err != nil {
				return err
			}
		}
		if err := forgetMember(ctx, tx, gone.Person); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET author_id = '', author_sealed = $2
			WHERE author_id = $1 AND author_id <> ''`, gone.Person, []byte{})
		return err
	})
	if err != nil {
		return fmt.Errorf("forget an author: %w", err)
	}
	for _, petitionID := range ids {
		r.Changed(petitionID)
	}
	return nil
}

// endDue closes the petitions whose last day is over.
func (r *Room) endDue(ctx context.Context) error {
	rows, err := r.db.Query(ctx, `
		SELECT id
		FROM mobilisation_petition
		WHERE state = 'published' AND paused_at = 0 AND ends_at > 0 AND ends_at <= $1
		LIMIT 1000`, clock.Micros(r.Clock.Now()))
	due, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return fmt.Errorf("petitions that end: %w", err)
	}
	for _, petitionID := range due {
		if err := r.End(ctx, petitionID, Closed, nil); err != nil && !fault.Is(err, fault.Conflict) {
			return err // paused or closed a moment ago is none of our business
		}
	}
	return nil
}

// VerdictsOf lists what moderators said of a petition, the latest first.
func (r *Room) VerdictsOf(ctx context.Context, petitionID string) ([]Verdict, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+verdictColumns+`
		FROM mobilisation_verdict
		WHERE petition_id = $1
		ORDER BY decided_at DESC
		LIMIT 20`, petitionID)
	return storage.All(rows, err, func(rows *storage.Rows) (Verdict, error) { return r.scanVerdict(rows.Scan) })
}

const verdictColumns = `id, petition_id, verdict, article, reason, decided_at`

// scanVerdict reads verdictColumns and opens the reason.
func (r *Room) scanVerdict(scan func(...any) error) (v Verdict, err error) {
	var at int64
	var sealed []byte
	if err := scan(&v.ID, &v.PetitionID, &v.Verdict, &v.Article, &sealed, &at); err != nil {
		return v, err
	}
	v.At = clock.Time(at)
	reason, err := r.Vault.Open(purposeVerdict, sealed, []byte(v.ID))
	v.Reason = string(reason)
	return v, err
}
