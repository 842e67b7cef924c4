package mobilisation

import (
	"context"
	"errors"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// reader is what reads: the database, or a transaction.
type reader interface {
	Query(ctx context.Context, query string, args ...any) (*storage.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *storage.Row
}

const changeColumns = `id, petition_id, number, kind, state, reason, words, base, proposed_by, proposed_at, decided_at, looked_at,
	telling, told_to, planned, accepted, lost`

func scanChange(scan func(...any) error) (c Change, err error) {
	var words string
	var proposed, decided, looked int64
	err = scan(&c.ID, &c.PetitionID, &c.Number, &c.Kind, &c.State, &c.Reason, &words, &c.Base, &c.By, &proposed, &decided, &looked,
		&c.Telling.State, &c.Telling.to, &c.Telling.Planned, &c.Telling.Accepted, &c.Telling.Lost)
	if err != nil {
		return c, err
	}
	c.Proposed, c.Decided, c.looked = clock.Time(proposed), clock.Time(decided), looked > 0
	c.Edition, err = readEdition(words)
	return c, err
}

// changeByID reads one change; the error is storage.ErrNoRows where there is none.
func (r *Room) changeByID(ctx context.Context, from reader, changeID string) (Change, error) {
	return scanChange(from.QueryRow(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE id = $1`, changeID).Scan)
}

// waitingChange reads what waits for moderators; nil for nothing.
func (r *Room) waitingChange(ctx context.Context, petitionID string) (*Change, error) {
	c, err := scanChange(r.db.QueryRow(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE petition_id = $1 AND state = 'waiting'`, petitionID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// numbered reads the version of a number that stands or stood.
func (r *Room) numbered(ctx context.Context, from reader, petitionID string, number int64) (Change, error) {
	return scanChange(from.QueryRow(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE petition_id = $1 AND number = $2`, petitionID, number).Scan)
}

// numberOf is the number of the version that stands: 1 while nothing was changed.
func numberOf(ctx context.Context, from reader, petitionID string) (number int64, err error) {
	err = from.QueryRow(ctx, `
		SELECT COALESCE(MAX(number), 1)
		FROM mobilisation_change
		WHERE petition_id = $1 AND number > 0`, petitionID).Scan(&number)
	return number, err
}

// signed tells whether somebody has signed and counts.
func signed(ctx context.Context, from reader, petitionID string) (bool, error) {
	var n int64
	err := from.QueryRow(ctx, `
		SELECT COALESCE((SELECT SUM(n) FROM mobilisation_total WHERE petition_id = $1), 0) +
			COALESCE((SELECT SUM(n) FROM mobilisation_delta WHERE petition_id = $1), 0)`, petitionID).Scan(&n)
	return n > 0, err
}

// editionOf reads the words that stand, as they were written.
func editionOf(ctx context.Context, from reader, petitionID string) (Edition, error) {
	rows, err := from.Query(ctx, `
		SELECT lang, title, points, addressee, why, letter
		FROM mobilisation_text AS t
		WHERE petition_id = $1 AND title <> '' AND version = (
			SELECT MAX(version)
			FROM mobilisation_text
			WHERE petition_id = t.petition_id AND lang = t.lang)`, petitionID)
	e := Edition{}
	if _, err = storage.All(rows, err, func(row *storage.Rows) (lang string, err error) {
		var d Demand
		var points string
		err = row.Scan(&lang, &d.Title, &points, &d.Addressee, &d.Why, &d.Letter)
		if points != "" {
			d.Points = strings.Split(points, "\n")
		}
		e[lang] = d
		return lang, err
	}); err != nil {
		return nil, err
	}
	rows, err = from.Query(ctx, `
		SELECT lang, title, url
		FROM mobilisation_source
		WHERE petition_id = $1
		ORDER BY lang, position`, petitionID)
	_, err = storage.All(rows, err, func(row *storage.Rows) (s Source, err error) {
		var lang string
		err = row.Scan(&lang, &s.Title, &s.URL)
		if d, there := e[lang]; there {
			d.Sources = append(d.Sources, s)
			e[lang] = d
		}
		return s, err
	})
	return e, err
}

// toldOf reads the words that who signed was last told of: those of the last version but corrections, with each language as it was when it
// was added. It is what stands while nothing was changed.
func toldOf(ctx context.Context, from reader, petitionID string, stands Edition) (Edition, error) {
	rows, err := from.Query(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE petition_id = $1 AND kind <> 'correction' AND number >= (
			SELECT COALESCE(MAX(number), 1)
			FROM mobilisation_change
			WHERE petition_id = $1 AND number > 0 AND kind <> 'correction' AND kind <> 'translation')
		ORDER BY number DESC`, petitionID)
	versions, err := storage.All(rows, err, func(row *storage.Rows) (Change, error) { return scanChange(row.Scan) })
	if len(versions) == 0 {
		return stands, err
	}
	told := Edition{}
	for _, c := range versions { // the oldest last: it has the word
		told.with(c.Edition)
	}
	return told, err
}

// writeEdition writes the next version of each language that differs; a language that is gone has an empty one.
func writeEdition(ctx context.Context, tx *storage.Tx, petitionID string, before, after Edition, at int64) error {
	for _, lang := range (Edition{}).with(before, after).Langs("") {
		then, now := before[lang], after[lang]
		if then.same(now) {
			continue
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_text (petition_id, lang, version, title, points, addressee, why, letter, outcome, created_at)
			SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), COALESCE(MAX(version), 0) + 1, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT),
				CAST($6 AS TEXT), CAST($7 AS TEXT),
				COALESCE((SELECT outcome FROM mobilisation_text WHERE petition_id = $1 AND lang = $2 ORDER BY version DESC LIMIT 1), ''),
				CAST($8 AS BIGINT)
			FROM mobilisation_text
			WHERE petition_id = $1 AND lang = $2`,
			petitionID, lang, now.Title, strings.Join(now.Points, "\n"), now.Addressee, now.Why, now.Letter, at); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_source WHERE petition_id = $1 AND lang = $2`, petitionID, lang); err != nil {
			return err
		}
		if err := insertSources(ctx, tx, petitionID, map[string][]Source{lang: now.Sources}); err != nil {
			return err
		}
	}
	return nil
}

// with has the languages of several editions.
func (e Edition) with(all ...Edition) Edition {
	for _, one := range all {
		for lang, d := range one {
			e[lang] = d
		}
	}
	return e
}

// hold locks a petition, so that its words are changed by one at a time, and reads what a change looks at.
func hold(ctx context.Context, tx *storage.Tx, petitionID string) (*Petition, error) {
	p := &Petition{ID: petitionID}
	var published int64
	err := tx.QueryRow(ctx, `
		SELECT slug, lang, state, published_at
		FROM mobilisation_petition
		WHERE id = $1`+tx.ForUpdate(), petitionID).Scan(&p.Slug, &p.Lang, &p.State, &published)
	p.Published = clock.Time(published)
	return p, err
}

// holdChange reads one change once its petition is held, so that of two who decide about it the second sees what the first has done. The
// error is storage.ErrNoRows where there is none.
func (r *Room) holdChange(ctx context.Context, tx *storage.Tx, changeID string) (Change, error) {
	c, err := r.changeByID(ctx, tx, changeID)
	if err != nil {
		return c, err
	}
	if _, err := hold(ctx, tx, c.PetitionID); err != nil {
		return c, err
	}
	return r.changeByID(ctx, tx, changeID)
}

// waitingID is the id of what waits for moderators, empty for nothing.
func waitingID(ctx context.Context, tx *storage.Tx, petitionID string) (changeID string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(id), '')
		FROM mobilisation_change
		WHERE petition_id = $1 AND state = 'waiting'`, petitionID).Scan(&changeID)
	return changeID, err
}

// keepFirst keeps the words as they were published, before the first change of them.
func keepFirst(ctx context.Context, tx *storage.Tx, p *Petition, words Edition) error {
	encoded, err := words.encode()
	if err != nil {
		return err
	}
	at := clock.Micros(p.Published)
	_, err = tx.Exec(ctx, `
		INSERT INTO mobilisation_change (id, petition_id, number, kind, state, reason, words, base, proposed_by, proposed_at, decided_at, looked_at)
		SELECT CAST($1 AS TEXT), CAST($1 AS TEXT), 1, 'first', 'standing', '', CAST($2 AS TEXT), 0, '', CAST($3 AS BIGINT), CAST($3 AS BIGINT), 1
		WHERE NOT EXISTS (SELECT 1 FROM mobilisation_change WHERE petition_id = $1 AND number > 0)`, p.ID, encoded, at)
	return err
}

// upsertChange writes a change, or how one that was written stands now.
func upsertChange(ctx context.Context, tx *storage.Tx, c Change) error {
	words, err := c.Edition.encode()
	if err != nil {
		return err
	}
	telling := c.Telling.State
	if telling == "" {
		telling = tellingDone
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mobilisation_change (id, petition_id, number, kind, state, reason, words, base, proposed_by, proposed_at, decided_at, telling)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE
		SET number = excluded.number, state = excluded.state, decided_at = excluded.decided_at, telling = excluded.telling`,
		c.ID, c.PetitionID, c.Number, c.Kind, c.State, c.Reason, words, c.Base, c.By, clock.Micros(c.Proposed), clock.Micros(c.Decided), telling)
	return err
}

// settleChange says what became of a change that does not stand.
func settleChange(ctx context.Context, tx *storage.Tx, changeID, state string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE mobilisation_change
		SET state = $2, decided_at = $3
		WHERE id = $1`, changeID, state, clock.Micros(at))
	return err
}

func lookedAt(ctx context.Context, tx *storage.Tx, changeID string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE mobilisation_change SET looked_at = $2 WHERE id = $1`, changeID, clock.Micros(at))
	return err
}

// Versions lists what stood and stands of a petition's words, the latest first; nothing for words that never changed.
func (r *Room) Versions(ctx context.Context, petitionID string) ([]Change, error) {
	rows, err := r.db.Query(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE petition_id = $1 AND number > 0
		ORDER BY number DESC
		LIMIT 100`, petitionID)
	return storage.All(rows, err, func(row *storage.Rows) (Change, error) { return scanChange(row.Scan) })
}

// ChangesWaiting lists the changes that wait for moderators, the oldest first; those that stand and were not looked at where standing
// is set.
func (r *Room) ChangesWaiting(ctx context.Context, standing bool, limit int) ([]Change, error) {
	where := `state = 'waiting'`
	if standing {
		where = `state = 'standing' AND looked_at = 0`
	}
	rows, err := r.db.Query(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE `+where+`
		ORDER BY proposed_at
		LIMIT $1`, limit)
	return storage.All(rows, err, func(row *storage.Rows) (Change, error) { return scanChange(row.Scan) })
}

// CountChanges tells how many ChangesWaiting would list without a limit.
func (r *Room) CountChanges(ctx context.Context, standing bool) (n int64, err error) {
	where := `state = 'waiting'`
	if standing {
		where = `state = 'standing' AND looked_at = 0`
	}
	err = r.db.QueryRow(ctx, `SELECT COUNT(*) FROM mobilisation_change WHERE `+where).Scan(&n)
	return n, err
}

// Change reads one change of any state. The error is storage.ErrNoRows where there is none.
func (r *Room) Change(ctx context.Context, changeID string) (Change, error) {
	return r.changeByID(ctx, r.db, changeID)
}

// BeforeChange is what stood when a change was made, or stood before it.
func (r *Room) BeforeChange(ctx context.Context, c Change) (Edition, error) {
	number := c.Base
	if c.Number > 0 {
		number = c.Number - 1
	}
	before, err := r.numbered(ctx, r.db, c.PetitionID, number)
	if errors.Is(err, storage.ErrNoRows) {
		return editionOf(ctx, r.db, c.PetitionID)
	}
	return before.Edition, err
}

// LastChange is the latest change that people who have signed should know of: of the demand, a correction, or one taken back. found is
// false where there is none.
func (r *Room) LastChange(ctx context.Context, petitionID string) (c Change, found bool, err error) {
	c, err = scanChange(r.db.QueryRow(ctx, `
		SELECT `+changeColumns+`
		FROM mobilisation_change
		WHERE petition_id = $1 AND number > 1 AND kind IN ('demand', 'correction', 'back')
		ORDER BY number DESC
		LIMIT 1`, petitionID).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// Version reads the version of a number, and tells whether it stands. The error is storage.ErrNoRows where there is none.
func (r *Room) Version(ctx context.Context, p *Petition, number int64) (c Change, stands bool, err error) {
	latest, err := numberOf(ctx, r.db, p.ID)
	if err != nil {
		return c, false, err
	}
	c, err = r.numbered(ctx, r.db, p.ID, number)
	if errors.Is(err, storage.ErrNoRows) && number == 1 { // nothing was changed yet
		c = Change{PetitionID: p.ID, Number: 1, Kind: ChangeFirst, State: ChangeStanding, Decided: p.Published}
		c.Edition, err = editionOf(ctx, r.db, p.ID)
	}
	return c, number == latest, err
}

// Numbered is the edition of a number; what stands where there is none.
func (r *Room) Numbered(ctx context.Context, petitionID string, number int64) (Edition, error) {
	c, err := r.numbered(ctx, r.db, petitionID, number)
	if errors.Is(err, storage.ErrNoRows) {
		return editionOf(ctx, r.db, petitionID)
	}
	return c.Edition, err
}
