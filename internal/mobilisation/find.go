package mobilisation

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
)

// kind is the room's word in the index.
const kind = "mobilisation"

// SearchSource is from what the index of petitions is made.
func (r *Room) SearchSource() search.Source {
	return search.Source{Kind: kind, Subjects: r.subjects, Read: r.document}
}

// index writes a petition into the index as it is in this transaction: whoever publishes, changes or ends one calls it.
func (r *Room) index(ctx context.Context, tx *storage.Tx, petitionID string) error {
	if r.Index == nil {
		return nil
	}
	return r.Index.Refresh(ctx, tx, r.SearchSource(), petitionID)
}

// subjects walks over the ids of all petitions that lists may show.
func (r *Room) subjects(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for {
			rows, err := r.db.Query(ctx, `
				SELECT id
				FROM mobilisation_petition
				WHERE id > $1 AND published_at > 0 AND paused_at = 0
				ORDER BY id
				LIMIT 1000`, last)
			ids, err := storage.All(rows, err, func(r *storage.Rows) (id string, err error) { return id, r.Scan(&id) })
			if err != nil {
				yield("", err)
				return
			}
			for _, id := range ids {
				if !yield(id, nil) {
					return
				}
				last = id
			}
			if len(ids) == 0 {
				return
			}
		}
	}
}

// document is what is found of a petition. The name of a person who carries one is not: it lies sealed, and the index is open.
func (r *Room) document(ctx context.Context, tx *storage.Tx, petitionID string) (d search.Document, ok bool, err error) {
	var slug string
	var state State
	var area Area
	var published, paused int64
	err = tx.QueryRow(ctx, `
		SELECT slug, state, theme, area, published_at, paused_at
		FROM mobilisation_petition
		WHERE id = $1`+tx.ForUpdate(), petitionID).Scan(&slug, &state, &d.Theme, &area, &published, &paused)
	if errors.Is(err, storage.ErrNoRows) || err == nil && (published == 0 || paused > 0) {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	d.Kind, d.Subject, d.Path, d.Published, d.Open = kind, petitionID, "/m/"+slug, clock.Time(published), state == Published
	rows, err := tx.Query(ctx, `
		SELECT title, points, addressee, why, letter, outcome
		FROM mobilisation_text AS t
		WHERE petition_id = $1 AND title <> '' AND version = (
			SELECT MAX(version)
			FROM mobilisation_text
			WHERE petition_id = t.petition_id AND lang = t.lang)`, petitionID)
	texts, err := storage.All(rows, err, func(r *storage.Rows) (words [6]string, err error) {
		return words, r.Scan(&words[0], &words[1], &words[2], &words[3], &words[4], &words[5])
	})
	if err != nil {
		return d, false, err
	}
	for _, words := range texts {
		d.Title = append(d.Title, words[0])
		d.Text = append(d.Text, words[1:]...)
	}
	if d.Text, err = questionWords(ctx, tx, petitionID, d.Text); err != nil {
		return d, false, err
	}
	atlas := r.Places.Load()
	if d.Open {
		d.Point = pointOf(atlas, area)
	}
	names, lists := whereabouts(atlas, area, d.Open)
	d.Text, d.Lists = append(names, d.Text...), lists
	return d, true, err
}

// pointOf is where a petition of one commune is; others are nowhere in particular.
func pointOf(atlas *places.Places, area Area) places.Point {
	if area.Kind() != "commune" {
		return places.Point{}
	}
	commune, _ := atlas.Commune(area.Code())
	return commune.Point
}

// whereabouts are the names of the places around an area, and the lists in which it stands: "at:" and the area while one can sign,
// "in:" and the department for all that is of one.
func whereabouts(atlas *places.Places, area Area, open bool) (names, lists []string) {
	if open {
		lists = append(lists, "at:"+string(area))
	}
	department, region := "", ""
	switch area.Kind() {
	case "commune":
		if commune, ok := atlas.Commune(area.Code()); ok {
			names, department = append(names, commune.Name), commune.Department
			names = append(names, commune.PostalCodes...)
		}
	case "department":
		department = area.Code()
	case "region":
		region = area.Code()
	}
	if d, ok := atlas.Department(department); ok {
		names, region = append(names, d.Name), d.Region
		lists = append(lists, "in:"+d.Code)
	}
	if g, ok := atlas.Region(region); ok {
		names = append(names, g.Name)
	}
	return names, lists
}

// Brief reads what a line of a list says of some petitions: neither their whole texts nor their sources.
func (r *Room) Brief(ctx context.Context, hits []search.Hit) (map[string]*Petition, error) {
	marks, ids := marks(hits)
	all := map[string]*Petition{}
	rows, err := r.db.Query(ctx, `
		SELECT `+petitionColumns+`
		FROM mobilisation_petition
		LEFT JOIN mobilisation_picture ON holder = id
		WHERE published_at > 0 AND paused_at = 0 AND id IN (`+marks+`)`, ids...)
	petitions, err := storage.All(rows, err, func(rows *storage.Rows) (*Petition, error) {
		p := &Petition{Texts: map[string]Text{}}
		return p, r.scanPetition(rows.Scan, p)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range petitions {
		all[p.ID] = p
	}
	if err := r.briefTexts(ctx, all, marks, ids); err != nil {
		return nil, err
	}
	return all, r.briefGoals(ctx, all, marks, ids)
}

func (r *Room) briefTexts(ctx context.Context, all map[string]*Petition, marks string, ids []any) error {
	rows, err := r.db.Query(ctx, `
		SELECT petition_id, lang, title, points
		FROM mobilisation_text AS t
		WHERE petition_id IN (`+marks+`) AND version = (
			SELECT MAX(version)
			FROM mobilisation_text
			WHERE petition_id = t.petition_id AND lang = t.lang)`, ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, points string
		var text Text
		if err := rows.Scan(&id, &text.Lang, &text.Title, &points); err != nil {
			return err
		}
		if points != "" {
			text.Points = strings.Split(points, "\n")
		}
		if p, ok := all[id]; ok {
			p.Texts[text.Lang] = text.Typeset()
		}
	}
	return rows.Err()
}

func (r *Room) briefGoals(ctx context.Context, all map[string]*Petition, marks string, ids []any) error {
	rows, err := r.db.Query(ctx, `
		SELECT petition_id, goal
		FROM mobilisation_milestone
		WHERE petition_id IN (`+marks+`)
		ORDER BY goal`, ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var m Milestone
		if err := rows.Scan(&id, &m.Goal); err != nil {
			return err
		}
		if p, ok := all[id]; ok {
			p.Milestones = append(p.Milestones, m)
		}
	}
	return rows.Err()
}

// marks are placeholders for the subjects of hits, a full page of them or a hundred, so that there are two statements and not a
// hundred: what is too many stands for nothing.
func marks(hits []search.Hit) (string, []any) {
	n := 25
	if len(hits) > n {
		n = 100
	}
	marks, ids := make([]string, n), make([]any, n)
	for i := range n {
		marks[i], ids[i] = "$"+strconv.Itoa(i+1), ""
		if i < len(hits) {
			ids[i] = hits[i].Subject
		}
	}
	return strings.Join(marks, ", "), ids
}
