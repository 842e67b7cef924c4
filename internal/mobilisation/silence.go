package mobilisation

import (
	"context"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

const (
	waitsAfter  = 7 * 24 * time.Hour // a message that waits so long is something to do
	silentBatch = 200
)

// tellSilence has others told, once in sixty days, that the owners of a petition are silent while something is to be done there: messages
// wait, or its last day has passed and nobody said what came of it. Others are the rest of the team; where there is none, moderators.
func (r *Room) tellSilence(ctx context.Context) error {
	for last := ""; ; {
		ids, err := r.neglected(ctx, last)
		if err != nil {
			return fmt.Errorf("look for silent owners: %w", err)
		}
		for _, petitionID := range ids {
			if err := r.tellOne(ctx, petitionID); err != nil {
				return fmt.Errorf("tell of silent owners: %w", err)
			}
			last = petitionID
		}
		if len(ids) == 0 {
			return nil
		}
	}
}

// neglected lists public petitions where something is to be done, of which nobody was told lately. A pause waits for moderators.
func (r *Room) neglected(ctx context.Context, after string) ([]string, error) {
	now := r.Clock.Now()
	rows, err := r.db.Query(ctx, fmt.Sprintf(`
		SELECT id
		FROM mobilisation_petition AS p
		WHERE id > $1 AND published_at > 0 AND paused_at = 0 AND silence_told_at < $2 AND (
			state = 'published' AND EXISTS (
				SELECT 1
				FROM mobilisation_message AS m
				JOIN mobilisation_signature AS s ON s.id = m.signature_id
				WHERE m.petition_id = p.id AND m.state = 'waiting' AND s.state = 1 AND m.created_at < $3)
			OR state = 'closed' AND ends_at > 0 AND ends_at < $3 AND NOT EXISTS (
				SELECT 1
				FROM mobilisation_text AS t
				WHERE t.petition_id = p.id AND t.outcome <> ''))
		ORDER BY id
		LIMIT %d`, silentBatch), after, clock.Micros(now.Add(-silentAfter)), clock.Micros(now.Add(-waitsAfter)))
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}

func (r *Room) tellOne(ctx context.Context, petitionID string) error {
	p, err := r.PetitionByID(ctx, petitionID)
	if err != nil {
		return err
	}
	silent, err := r.Silent(ctx, p)
	if err != nil || !silent {
		return err
	}
	members, err := r.Members(ctx, petitionID)
	if err != nil {
		return err
	}
	var told []string
	for _, m := range members {
		if m.Role != Owner {
			told = append(told, m.PersonID)
		}
	}
	if len(told) == 0 {
		if told, err = r.People.Moderators(ctx); err != nil {
			return err
		}
	}
	now := r.Clock.Now()
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET silence_told_at = $2
			WHERE id = $1 AND silence_told_at < $3`, petitionID, clock.Micros(now), clock.Micros(now.Add(-silentAfter)))
		if err != nil || n == 0 {
			return err
		}
		for _, one := range told {
			if err := r.writeTeam(ctx, tx, teamTask{Petition: petitionID, Person: one, Letter: letterSilent}); err != nil {
				return err
			}
		}
		return nil
	})
}
