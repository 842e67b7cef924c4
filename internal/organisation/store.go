package organisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

const profileColumns = `id, slug, name, letters, colour, lang, created_at`

func scanProfile(scan func(...any) error) (p Profile, err error) {
	var created int64
	err = scan(&p.ID, &p.Slug, &p.Name, &p.Emblem.Letters, &p.Emblem.Colour, &p.Lang, &created)
	p.Created, p.Texts = clock.Time(created), map[string]Text{}
	return p, err
}

// Get returns an organisation by id, and notes on the page under way that it shows it. The fault is NotFound.
func (r *Room) Get(ctx context.Context, organisationID string) (Profile, error) {
	if !id.Valid(organisationID) {
		return Profile{}, unknown()
	}
	return r.read(ctx, `
		SELECT `+profileColumns+`
		FROM organisation_profile
		WHERE id = $1`, organisationID)
}

// BySlug is Get by the last step of the page's address.
func (r *Room) BySlug(ctx context.Context, slug string) (Profile, error) {
	if !validSlug(slug) {
		return Profile{}, unknown()
	}
	return r.read(ctx, `
		SELECT `+profileColumns+`
		FROM organisation_profile
		WHERE slug = $1`, slug)
}

func unknown() error { return fault.New(fault.NotFound, "organisation.unknown") }

func (r *Room) read(ctx context.Context, query, key string) (Profile, error) {
	p, err := scanProfile(r.DB.QueryRow(ctx, query, key).Scan)
	if errors.Is(err, storage.ErrNoRows) {
		return p, unknown()
	}
	if err == nil {
		err = r.readTexts(ctx, &p)
	}
	if err == nil {
		p.Links, err = r.readLinks(ctx, p.ID)
	}
	if err != nil {
		return p, fmt.Errorf("read an organisation: %w", err)
	}
	web.Tag(ctx, p.Tag())
	return p, nil
}

// latest is the number of the last version of the text t.
const latest = `(
			SELECT MAX(u.version)
			FROM organisation_text u
			WHERE u.profile_id = t.profile_id AND u.lang = t.lang)`

// readTexts reads the latest version of every language.
func (r *Room) readTexts(ctx context.Context, p *Profile) error {
	rows, err := r.DB.Query(ctx, `
		SELECT t.lang, t.version, t.line, t.lede, t.about
		FROM organisation_text t
		WHERE t.profile_id = $1 AND t.version = `+latest, p.ID)
	_, err = storage.All(rows, err, func(row *storage.Rows) (t Text, err error) {
		err = row.Scan(&t.Lang, &t.Version, &t.Line, &t.Lede, &t.About)
		p.Texts[t.Lang] = t
		return t, err
	})
	return err
}

func (r *Room) readLinks(ctx context.Context, profileID string) ([]Link, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT label, url
		FROM organisation_link
		WHERE profile_id = $1
		ORDER BY position`, profileID)
	return storage.All(rows, err, func(row *storage.Rows) (l Link, err error) { return l, row.Scan(&l.Label, &l.URL) })
}

// List returns up to limit organisations by name, without their links and with only the first line of their texts, from the
// one behind the slug after; an empty one begins at the beginning. The fault for an unknown one is NotFound.
func (r *Room) List(ctx context.Context, after string, limit int) ([]Profile, error) {
	if err := r.known(ctx, after); err != nil {
		return nil, err
	}
	rows, err := r.DB.Query(ctx, `
		SELECT `+profileColumns+`
		FROM organisation_profile
		WHERE $1 = ''
		OR (sort_key, id) > (SELECT sort_key, id FROM organisation_profile WHERE slug = $1)
		ORDER BY sort_key, id
		LIMIT $2`, after, limit)
	all, err := storage.All(rows, err, func(row *storage.Rows) (Profile, error) { return scanProfile(row.Scan) })
	if err != nil || len(all) == 0 {
		return all, err
	}
	web.Tag(ctx, listTag)
	return all, r.readLines(ctx, all)
}

// ListOf returns the organisations for which a person may write, by name; links and texts are left out.
func (r *Room) ListOf(ctx context.Context, personID string) ([]Profile, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT `+profileColumns+`
		FROM organisation_profile
		WHERE id IN (SELECT profile_id FROM organisation_member WHERE person_id = $1)
		ORDER BY sort_key, id
		LIMIT 200`, personID)
	return storage.All(rows, err, func(row *storage.Rows) (Profile, error) { return scanProfile(row.Scan) })
}

// known refuses a slug that no organisation has, so that made-up leaves of the list fill no memory.
func (r *Room) known(ctx context.Context, slug string) error {
	if slug == "" {
		return nil
	}
	if !validSlug(slug) {
		return unknown()
	}
	var one int
	err := r.DB.QueryRow(ctx, `
		SELECT 1
		FROM organisation_profile
		WHERE slug = $1`, slug).Scan(&one)
	if errors.Is(err, storage.ErrNoRows) {
		return unknown()
	}
	return err
}

// readLines reads the latest line in each language of organisations that stand in order.
func (r *Room) readLines(ctx context.Context, all []Profile) error {
	place := map[string]int{}
	for i := range all {
		place[all[i].ID] = i
	}
	rows, err := r.DB.Query(ctx, `
		SELECT t.profile_id, t.lang, t.version, t.line
		FROM organisation_text t
		JOIN organisation_profile p ON p.id = t.profile_id
		WHERE (p.sort_key, p.id) >= ($1, $2) AND (p.sort_key, p.id) <= ($3, $4) AND t.version = `+latest,
		sortKey(all[0].Name), all[0].ID, sortKey(all[len(all)-1].Name), all[len(all)-1].ID)
	_, err = storage.All(rows, err, func(row *storage.Rows) (t Text, err error) {
		var profileID string
		if err = row.Scan(&profileID, &t.Lang, &t.Version, &t.Line); err != nil {
			return t, err
		}
		if i, ok := place[profileID]; ok {
			all[i].Texts[t.Lang] = t
		}
		return t, nil
	})
	return err
}

func sortKey(name string) []byte { return []byte(prose.Fold(name)) }

// insertProfile writes a new organisation. It tells whether its slug was free.
func insertProfile(ctx context.Context, tx *storage.Tx, p Profile) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO organisation_profile (id, slug, name, sort_key, letters, colour, lang, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (slug) DO NOTHING`,
		p.ID, p.Slug, p.Name, sortKey(p.Name), p.Emblem.Letters, p.Emblem.Colour, p.Lang, clock.Micros(p.Created))
	return n == 1, err
}

// holdProfile returns the original language of an organisation, and holds it until the end, so that editors take turns.
func holdProfile(ctx context.Context, tx *storage.Tx, organisationID string) (lang string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT lang
		FROM organisation_profile
		WHERE id = $1`+tx.ForUpdate(), organisationID).Scan(&lang)
	return lang, err
}

func updateFace(ctx context.Context, tx *storage.Tx, organisationID string, c Change) error {
	_, err := tx.Exec(ctx, `
		UPDATE organisation_profile
		SET name = $2, sort_key = $3, letters = $4, colour = $5
		WHERE id = $1`, organisationID, c.Name, sortKey(c.Name), c.Emblem.Letters, c.Emblem.Colour)
	return err
}

func insertText(ctx context.Context, tx *storage.Tx, organisationID string, t Text, at time.Time) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO organisation_text (profile_id, lang, version, line, lede, about, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		organisationID, t.Lang, t.Version, t.Line, t.Lede, t.About, clock.Micros(at))
}

// currentText returns the latest words in a language; a Text of version 0 when there are none.
func currentText(ctx context.Context, tx *storage.Tx, organisationID, lang string) (t Text, err error) {
	err = tx.QueryRow(ctx, `
		SELECT lang, version, line, lede, about
		FROM organisation_text
		WHERE profile_id = $1 AND lang = $2
		ORDER BY version DESC
		LIMIT 1`, organisationID, lang).Scan(&t.Lang, &t.Version, &t.Line, &t.Lede, &t.About)
	if errors.Is(err, storage.ErrNoRows) {
		return Text{Lang: lang}, nil
	}
	return t, err
}

func replaceLinks(ctx context.Context, tx *storage.Tx, organisationID string, links []Link) error {
	if _, err := tx.Exec(ctx, `DELETE FROM organisation_link WHERE profile_id = $1`, organisationID); err != nil {
		return err
	}
	for i, l := range links {
		if _, err := tx.Exec(ctx, `
			INSERT INTO organisation_link (profile_id, position, label, url)
			VALUES ($1, $2, $3, $4)`, organisationID, i, l.Label, l.URL); err != nil {
			return err
		}
	}
	return nil
}
