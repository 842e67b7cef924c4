package mobilisation

import (
	"context"
	"errors"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

const signatureColumns = `id, petition_id, state, slot, name, sealed, country, postal_code, commune, lang, consents,
	created_at, confirmed_at, mails, mailed_at, code_tries`

func scanSignature(scan func(...any) error) (s Signature, err error) {
	var created, confirmed, mailed int64
	err = scan(&s.ID, &s.PetitionID, &s.State, &s.Slot, &s.Name, &s.Sealed, &s.Country, &s.PostalCode, &s.Commune, &s.Lang, &s.Consents,
		&created, &confirmed, &s.Mails, &mailed, &s.CodeTries)
	s.Created, s.Confirmed, s.Mailed = clock.Time(created), clock.Time(confirmed), clock.Time(mailed)
	return s, err
}

// mailsOf tells how many mails went to an address since a time, over all petitions, and how many signatures it bears under one.
// Nothing is locked.
func mailsOf(ctx context.Context, tx *storage.Tx, address []byte, petitionID string, since time.Time) (mails, here int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(SUM(mails) FILTER (WHERE mailed_at > $3), 0), COUNT(*) FILTER (WHERE petition_id = $2)
		FROM mobilisation_signature
		WHERE address = $1`, address, petitionID, clock.Micros(since)).Scan(&mails, &here)
	return mails, here, err
}

// signaturesOf reads the signatures of an address under one petition, and locks them. They are few (maxWaiting and
// maxPerAddress), and always locked in the same order.
func signaturesOf(ctx context.Context, tx *storage.Tx, address []byte, petitionID string) ([]Signature, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE address = $1 AND petition_id = $2
		ORDER BY name`+tx.ForUpdate(), address, petitionID)
	return storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
}

// someOf reads some of the signatures of an address, under all petitions, and locks them.
func someOf(ctx context.Context, tx *storage.Tx, address []byte) ([]Signature, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE address = $1
		ORDER BY petition_id, name
		LIMIT 100`+tx.ForUpdate(), address)
	return storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
}

// signatureByID reads one signature with its address, and locks it.
func signatureByID(ctx context.Context, tx *storage.Tx, id string) (s Signature, address []byte, err error) {
	row := tx.QueryRow(ctx, `
		SELECT `+signatureColumns+`, address
		FROM mobilisation_signature
		WHERE id = $1`+tx.ForUpdate(), id)
	s, err = scanSignature(func(dest ...any) error { return row.Scan(append(dest, &address)...) })
	return s, address, err
}

// companions reads a signature with the others of its address under its petition, and locks them: of each what a confirmation
// looks at, and no more. closed is when the petition ended, zero while it goes on. Everything comes in one answer, because a
// confirmation is as hot as a signature. One is nil when there is none of this id.
func companions(ctx context.Context, tx *storage.Tx, id string) (one *Signature, all []Signature, closed time.Time, err error) {
	rows, err := tx.Query(ctx, `
		SELECT id, petition_id, state, slot, name, country, postal_code, commune, created_at, confirmed_at,
			(SELECT closed_at FROM mobilisation_petition WHERE id = petition_id)
		FROM mobilisation_signature
		WHERE (address, petition_id) = (SELECT address, petition_id FROM mobilisation_signature WHERE id = $1)
		ORDER BY name`+tx.ForUpdate(), id)
	all, err = storage.All(rows, err, func(r *storage.Rows) (s Signature, err error) {
		var created, confirmed, ended int64
		err = r.Scan(&s.ID, &s.PetitionID, &s.State, &s.Slot, &s.Name, &s.Country, &s.PostalCode, &s.Commune, &created, &confirmed, &ended)
		s.Created, s.Confirmed, closed = clock.Time(created), clock.Time(confirmed), clock.Time(ended)
		return s, err
	})
	for i := range all {
		if all[i].ID == id {
			one = &all[i]
		}
	}
	return one, all, closed, err
}

// ReadSignature reads one signature outside any transaction; found is false when it is gone.
func (r *Room) ReadSignature(ctx context.Context, id string) (s Signature, found bool, err error) {
	row := r.db.QueryRow(ctx, `
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE id = $1`, id)
	s, err = scanSignature(row.Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// insertSignature writes a new row. It tells whether there was none for this address, petition and name.
func insertSignature(ctx context.Context, tx *storage.Tx, s Signature, address []byte, shown words) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_signature (id, petition_id, state, address, name, sealed, country, postal_code, commune, lang,
			consents, text_lang, text_version, wording, created_at, mails, mailed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT DO NOTHING`,
		s.ID, s.PetitionID, int64(s.State), address, s.Name, s.Sealed, s.Country, s.PostalCode, s.Commune, s.Lang,
		int64(s.Consents), shown.lang, shown.version, shown.wording, clock.Micros(s.Created), s.Mails, clock.Micros(s.Mailed))
	return n == 1, err
}

// words are what stood on the page when a person signed: the text's language and version, and the version of the consents.
type words struct {
	lang    string
	version int
	wording int64
}

// rewriteSignature writes the answers that a person gave anew over those of a signature that waits. It may be confirmed as long as
// a new one.
func rewriteSignature(ctx context.Context, tx *storage.Tx, id string, s Signature, shown words) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET state = $2, name = $3, sealed = $4, country = $5, postal_code = $6, commune = $7, lang = $8, consents = $9,
			text_lang = $10, text_version = $11, wording = $12, created_at = $13, confirmed_at = 0, slot = -1
		WHERE id = $1`,
		id, int64(s.State), s.Name, s.Sealed, s.Country, s.PostalCode, s.Commune, s.Lang, int64(s.Consents), shown.lang, shown.version, shown.wording,
		clock.Micros(s.Created))
	return err
}

// noteMail counts a mail that is about to be sent about a signature. Its code may be tried anew.
func noteMail(ctx context.Context, tx *storage.Tx, id string, at int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET mails = mails + 1, mailed_at = $2, code_tries = 0
		WHERE id = $1`, id, at)
	return err
}

// touchSignature writes a row as it is.
func touchSignature(ctx context.Context, tx *storage.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET mails = mails
		WHERE id = $1`, id)
	return err
}

// confirmAlone confirms a signature in one statement when nothing speaks against it: it waits, in time, with the answers made at a
// time (zero for any), its petition is open, and its address has no other under it. It tells whether it did.
func confirmAlone(ctx context.Context, tx *storage.Tx, id string, made, now time.Time) (s Signature, alone bool, err error) {
	s.ID, s.Confirmed = id, now
	err = tx.QueryRow(ctx, `
		UPDATE mobilisation_signature
		SET state = 1, slot = 0, confirmed_at = $2
		WHERE id = $1 AND state = 0 AND confirmed_at = 0 AND created_at >= $3 AND (created_at = $4 OR $4 = 0)
		AND NOT EXISTS (
			SELECT 1
			FROM mobilisation_signature AS other
			WHERE other.address = mobilisation_signature.address AND other.petition_id = mobilisation_signature.petition_id
			AND other.id <> mobilisation_signature.id)
		AND EXISTS (
			SELECT 1
			FROM mobilisation_petition AS p
			WHERE p.id = mobilisation_signature.petition_id AND p.closed_at = 0)
		RETURNING petition_id, country, commune`, id, clock.Micros(now), clock.Micros(now.Add(-confirmWithin)), clock.Micros(made)).
		Scan(&s.PetitionID, &s.Country, &s.Commune)
	if errors.Is(err, storage.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

func confirmSignature(ctx context.Context, tx *storage.Tx, id string, state SignatureState, slot, at int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET state = $2, slot = $3, confirmed_at = $4
		WHERE id = $1`, id, int64(state), slot, at)
	return err
}

func countCodeTry(ctx context.Context, tx *storage.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_signature
		SET code_tries = code_tries + 1
		WHERE id = $1`, id)
	return err
}

func deleteSignature(ctx context.Context, tx *storage.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_message WHERE signature_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM mobilisation_signature WHERE id = $1`, id)
	return err
}

// publicNames reads the sealed rows of the latest signatories who want their name shown.
func (r *Room) publicNames(ctx context.Context, petitionID string, limit int) ([]Signature, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE petition_id = $1 AND state = 1 AND consents % 2 = 1
		ORDER BY confirmed_at DESC
		LIMIT $2`, petitionID, limit)
	return storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
}

// forgetWaiting deletes some of the signatures that nobody confirmed in time, and tells how many.
func (r *Room) forgetWaiting(ctx context.Context, before int64, limit int) (n int, err error) {
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		rows, err := tx.Query(ctx, `
			DELETE FROM mobilisation_signature
			WHERE confirmed_at = 0 AND id IN (
				SELECT id
				FROM mobilisation_signature
				WHERE confirmed_at = 0 AND created_at < $1
				ORDER BY created_at
				LIMIT $2)
			RETURNING id`, before, limit)
		gone, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
		n = len(gone)
		for _, id := range gone {
			if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_message WHERE signature_id = $1`, id); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}
