package mobilisation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

const draftColumns = `id, person_id, petition_id, lang, version, saved_at, sealed`

func (r *Room) scanDraft(scan func(...any) error) (*WorkingDraft, error) {
	d := &WorkingDraft{}
	var saved int64
	var sealed []byte
	if err := scan(&d.ID, &d.PersonID, &d.PetitionID, &d.Lang, &d.Version, &saved, &sealed); err != nil {
		return nil, err
	}
	d.Saved = clock.Time(saved)
	plain, err := r.Vault.Open(purposeDraft, sealed, []byte(d.ID))
	if err != nil {
		return nil, fmt.Errorf("open draft %s: %w", d.ID, err)
	}
	if err := json.Unmarshal(plain, &d.Answers); err != nil {
		return nil, fmt.Errorf("read draft %s: %w", d.ID, err)
	}
	return d, nil
}

// readDraft reads one draft; ErrNoRows when there is none.
func (r *Room) readDraft(ctx context.Context, draftID string) (*WorkingDraft, error) {
	return r.scanDraft(r.db.QueryRow(ctx, `
		SELECT `+draftColumns+`
		FROM mobilisation_draft
		WHERE id = $1`, draftID).Scan)
}

// DraftsOf lists what a person is writing, alone or with a team, the latest first.
func (r *Room) DraftsOf(ctx context.Context, personID string) ([]*WorkingDraft, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+draftColumns+`
		FROM mobilisation_draft
		WHERE person_id = $1 OR petition_id <> '' AND petition_id IN (SELECT petition_id FROM mobilisation_member WHERE person_id = $1)
		ORDER BY saved_at DESC
		LIMIT 50`, personID)
	return storage.All(rows, err, func(rows *storage.Rows) (*WorkingDraft, error) { return r.scanDraft(rows.Scan) })
}

func insertDraft(ctx context.Context, tx *storage.Tx, d *WorkingDraft, sealed []byte, at int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_draft (id, person_id, petition_id, lang, version, sealed, created_at, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, d.ID, d.PersonID, d.PetitionID, d.Lang, d.Version+1, sealed, at)
	return err
}

// updateDraft keeps what changed, unless the version that was seen is no longer the latest.
func updateDraft(ctx context.Context, tx *storage.Tx, d *WorkingDraft, sealed []byte, at int64) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_draft
		SET person_id = $3, petition_id = $4, version = version + 1, sealed = $5, saved_at = $6
		WHERE id = $1 AND version = $2`, d.ID, d.Version, d.PersonID, d.PetitionID, sealed, at)
	return n == 1, err
}

// deleteDraftOf deletes the draft of a petition that is published: its words are the petition's now.
func deleteDraftOf(ctx context.Context, tx *storage.Tx, petitionID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_draft
		WHERE petition_id = $1 AND petition_id <> ''`, petitionID)
	return err
}

// forgetDrafts deletes what nobody came back for.
func forgetDrafts(ctx context.Context, tx *storage.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_draft
		WHERE saved_at < $1 OR saved_at < $2 AND person_id = ''`, clock.Micros(now.Add(-draftLife)), clock.Micros(now.Add(-StrayLife)))
	return err
}

// reopenPetition writes the frame of a petition that was sent back, for one of its team; in whose name it is, its author alone changes.
// False when it is no draft any more.
func reopenPetition(ctx context.Context, tx *storage.Tx, p *Petition, author []byte) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE mobilisation_petition
		SET state = 'review', organisation_id = CASE WHEN author_id = $10 THEN $2 ELSE organisation_id END,
			author_sealed = CASE WHEN author_id = $10 THEN $3 ELSE author_sealed END, theme = $4, charter = $5, motif = $6, area = $7, submitted_at = $8,
			ends_at = $9
		WHERE id = $1 AND EXISTS (SELECT 1 FROM mobilisation_member WHERE petition_id = $1 AND person_id = $10)
			AND (state = 'draft' OR state = 'rejected') AND published_at = 0`,
		p.ID, p.OrganisationID, author, p.Theme, p.Charter, p.Motif, string(p.Area), clock.Micros(p.Submitted), clock.Micros(p.Ends), p.AuthorID)
	return n == 1, err
}

// deleteFrame takes away what the next version of a petition brings again: sources, questions and milestones. Texts stay: they are versions.
func deleteFrame(ctx context.Context, tx *storage.Tx, petitionID string) error {
	for _, statement := range []string{
		`DELETE FROM mobilisation_source WHERE petition_id = $1`,
		`DELETE FROM mobilisation_question WHERE petition_id = $1`,
		`DELETE FROM mobilisation_milestone_text WHERE petition_id = $1`,
		`DELETE FROM mobilisation_milestone WHERE petition_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, petitionID); err != nil {
			return err
		}
	}
	return nil
}
