package mobilisation

import (
	"context"
	"strings"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/storage"
)

// loadPetition reads a whole petition by "id" or "slug".
func (r *Room) loadPetition(ctx context.Context, column, key string) (*Petition, error) {
	query := `
		SELECT ` + petitionColumns + `
		FROM mobilisation_petition
		LEFT JOIN mobilisation_picture ON holder = id
		WHERE id = $1`
	if column == "slug" {
		query = strings.Replace(query, "WHERE id", "WHERE slug", 1)
	}
	p := &Petition{Texts: map[string]Text{}, Sources: map[string][]Source{}, Questions: map[string][]Question{}}
	if err := r.scanPetition(r.db.QueryRow(ctx, query, key).Scan, p); err != nil {
		return nil, err
	}
	for _, load := range []func(context.Context, *Petition) error{r.loadTexts, r.loadSources, r.loadQuestions, r.loadMilestones, r.loadDelivered} {
		if err := load(ctx, p); err != nil {
			return nil, err
		}
	}
	var err error
	p.Documents, err = r.DocumentsOf(ctx, p.ID)
	return p, err
}

// petitionColumns are those of a petition and of its photo, if it has one.
const petitionColumns = `id, slug, state, organisation_id, author_id, author_sealed, theme, charter, lang, motif, area, created_at, submitted_at,
	published_at, closed_at, ends_at, paused_at, paused_article, paused_charter, COALESCE(page, ''), COALESCE(large, ''), alt`

// scanPetition reads petitionColumns.
func (r *Room) scanPetition(scan func(...any) error, p *Petition) error {
	var created, submitted, published, closed, ends, paused int64
	var author, alt []byte
	err := scan(&p.ID, &p.Slug, &p.State, &p.OrganisationID, &p.AuthorID, &author, &p.Theme, &p.Charter, &p.Lang, &p.Motif, &p.Area, &created, &submitted,
		&published, &closed, &ends, &paused, &p.Pause.Article, &p.Pause.Charter, &p.Picture.Page, &p.Picture.Large, &alt)
	p.Created, p.Submitted, p.Published = clock.Time(created), clock.Time(submitted), clock.Time(published)
	p.Closed, p.Ends, p.Pause.Since = clock.Time(closed), clock.Time(ends), clock.Time(paused)
	if err == nil {
		p.Picture.Alt, err = r.openAlt(p.Picture.Page, alt)
	}
	if err != nil || len(author) == 0 {
		return err
	}
	name, err := r.Vault.Open(purposeAuthor, author, []byte(p.ID))
	p.AuthorName = string(name)
	return err
}

// loadTexts reads the latest version of each language.
func (r *Room) loadTexts(ctx context.Context, p *Petition) error {
	rows, err := r.db.Query(ctx, `
		SELECT lang, version, title, points, addressee, why, letter, outcome
		FROM mobilisation_text AS t
		WHERE petition_id = $1 AND title <> '' AND version = (
			SELECT MAX(version)
			FROM mobilisation_text
			WHERE petition_id = t.petition_id AND lang = t.lang)`, p.ID)
	texts, err := storage.All(rows, err, func(r *storage.Rows) (t Text, err error) {
		var points string
		err = r.Scan(&t.Lang, &t.Version, &t.Title, &points, &t.Addressee, &t.Why, &t.Letter, &t.Outcome)
		if points != "" {
			t.Points = strings.Split(points, "\n")
		}
		return t.Typeset(), err
	})
	for _, t := range texts {
		p.Texts[t.Lang] = t
	}
	return err
}

func (r *Room) loadSources(ctx context.Context, p *Petition) error {
	rows, err := r.db.Query(ctx, `
		SELECT lang, title, url
		FROM mobilisation_source
		WHERE petition_id = $1
		ORDER BY lang, position`, p.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var lang string
		var s Source
		if err := rows.Scan(&lang, &s.Title, &s.URL); err != nil {
			return err
		}
		s.Title = i18n.Typography(lang, s.Title)
		p.Sources[lang] = append(p.Sources[lang], s)
	}
	return rows.Err()
}

func (r *Room) loadMilestones(ctx context.Context, p *Petition) error {
	return readMilestones(ctx, r.db, p)
}

func readMilestones(ctx context.Context, from reader, p *Petition) error {
	rows, err := from.Query(ctx, `
		SELECT m.goal, m.reached_at, COALESCE(t.lang, ''), COALESCE(t.words, '')
		FROM mobilisation_milestone AS m
		LEFT JOIN mobilisation_milestone_text AS t ON t.petition_id = m.petition_id AND t.goal = m.goal
		WHERE m.petition_id = $1
		ORDER BY m.goal, t.lang`, p.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var goal, reached int64
		var lang, words string
		if err := rows.Scan(&goal, &reached, &lang, &words); err != nil {
			return err
		}
		if n := len(p.Milestones); n == 0 || p.Milestones[n-1].Goal != goal {
			p.Milestones = append(p.Milestones, Milestone{Goal: goal, Reached: clock.Time(reached), Words: map[string]string{}})
		}
		if lang != "" {
			p.Milestones[len(p.Milestones)-1].Words[lang] = i18n.Typography(lang, words)
		}
	}
	return rows.Err()
}

// insertPetition writes the frame of a petition.
func insertPetition(ctx context.Context, tx *storage.Tx, p *Petition, author []byte) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_petition (id, slug, state, organisation_id, author_id, author_sealed, theme, charter, lang, motif, area,
			created_at, submitted_at, ends_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (slug) DO NOTHING`,
		p.ID, p.Slug, string(p.State), p.OrganisationID, p.AuthorID, author, p.Theme, p.Charter, p.Lang, p.Motif, string(p.Area),
		clock.Micros(p.Created), clock.Micros(p.Submitted), clock.Micros(p.Ends))
	return n == 1, err
}

// insertText writes the words of one language as the next version.
func insertText(ctx context.Context, tx *storage.Tx, petitionID string, t Text, at int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_text (petition_id, lang, version, title, points, addressee, why, letter, outcome, created_at)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), COALESCE(MAX(version), 0) + 1, CAST($3 AS TEXT), CAST($4 AS TEXT),
			CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS BIGINT)
		FROM mobilisation_text
		WHERE petition_id = $1 AND lang = $2`,
		petitionID, t.Lang, t.Title, strings.Join(t.Points, "\n"), t.Addressee, t.Why, t.Letter, t.Outcome, at)
	return err
}

// insertOutcome writes what came of a petition as the next version of its words in a language, if it has any.
func insertOutcome(ctx context.Context, tx *storage.Tx, petitionID, lang, outcome string, at int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_text (petition_id, lang, version, title, points, addressee, why, letter, outcome, created_at)
		SELECT petition_id, lang, version + 1, title, points, addressee, why, letter, CAST($3 AS TEXT), CAST($4 AS BIGINT)
		FROM mobilisation_text
		WHERE petition_id = $1 AND lang = $2
		ORDER BY version DESC
		LIMIT 1`, petitionID, lang, outcome, at)
	return err
}

func insertSources(ctx context.Context, tx *storage.Tx, petitionID string, sources map[string][]Source) error {
	for lang, list := range sources {
		for i, s := range list {
			if _, err := tx.Exec(ctx, `
				INSERT INTO mobilisation_source (petition_id, lang, position, title, url)
				VALUES ($1, $2, $3, $4, $5)`, petitionID, lang, i, s.Title, s.URL); err != nil {
				return err
			}
		}
	}
	return nil
}

func insertMilestones(ctx context.Context, tx *storage.Tx, petitionID string, milestones []Milestone) error {
	for _, m := range milestones {
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_milestone (petition_id, goal)
			VALUES ($1, $2)`, petitionID, m.Goal); err != nil {
			return err
		}
		for lang, words := range m.Words {
			if _, err := tx.Exec(ctx, `
				INSERT INTO mobilisation_milestone_text (petition_id, goal, lang, words)
				VALUES ($1, $2, $3, $4)`, petitionID, m.Goal, lang, words); err != nil {
				return err
			}
		}
	}
	return nil
}

// Latest lists the petitions that may be shown, the newest first.
func (r *Room) Latest(ctx context.Context, limit int) ([]string, error) {
	rows, err := r.db.Query(ctx, `
		SELECT id
		FROM mobilisation_petition
		WHERE published_at > 0 AND paused_at = 0
		ORDER BY published_at DESC
		LIMIT $1`, limit)
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}

// CarriedBy lists the petitions that an organisation carries and that may be shown, the newest first.
func (r *Room) CarriedBy(ctx context.Context, organisationID string) ([]string, error) {
	rows, err := r.db.Query(ctx, `
		SELECT id
		FROM mobilisation_petition
		WHERE organisation_id = $1 AND published_at > 0 AND paused_at = 0
		ORDER BY published_at DESC
		LIMIT 50`, organisationID)
	return storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
}
