package search_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// room is what is to be found, in memory.
type room struct {
	*search.Index
	t    testing.TB
	db   *storage.DB
	docs map[string]search.Document
}

var opening = time.Date(2026, time.March, 28, 10, 0, 0, 0, time.UTC)

func migrations() []storage.Migrations {
	return []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "search", Files: search.Schema()}}
}

func each(t *testing.T, test func(t *testing.T, r *room)) {
	t.Helper()
	storagetest.Each(t, migrations(), func(t *testing.T, db *storage.DB) { test(t, newRoom(t, db)) })
}

func newRoom(t testing.TB, db *storage.DB) *room {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	r := &room{Index: search.New(db, jobs.New(db, clock.System(), log), log), t: t, db: db, docs: map[string]search.Document{}}
	r.SetSources([]search.Source{r.source()})
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Mend(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *room) source() search.Source {
	return search.Source{
		Kind: "thing",
		Subjects: func(context.Context) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for id := range maps.Keys(r.docs) {
					if !yield(id, nil) {
						return
					}
				}
			}
		},
		Read: func(_ context.Context, _ *storage.Tx, id string) (search.Document, bool, error) {
			d, ok := r.docs[id]
			return d, ok, nil
		},
	}
}

// put writes documents, the first the newest.
func (r *room) put(docs ...search.Document) {
	r.t.Helper()
	for i, d := range docs {
		if d.Published.IsZero() {
			d.Published = opening.Add(-time.Duration(i) * time.Hour)
		}
		d.Kind, d.Path = "thing", "/thing/"+d.Subject
		r.docs[d.Subject] = d
	}
	r.write(func(ctx context.Context, tx *storage.Tx) error {
		for _, d := range docs {
			if err := r.Refresh(ctx, tx, r.source(), d.Subject); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *room) write(fn func(ctx context.Context, tx *storage.Tx) error) {
	r.t.Helper()
	if err := r.db.InLongTx(r.t.Context(), fn); err != nil {
		r.t.Fatal(err)
	}
}

// says returns what is found by words, page after page of the size.
func (r *room) says(text, theme string, size int) string {
	r.t.Helper()
	return r.pages(func(after search.Place) ([]search.Hit, error) {
		return r.Query(r.t.Context(), search.Query{Kind: "thing", Text: text, Theme: theme, After: after, Limit: size})
	})
}

func (r *room) pages(ask func(after search.Place) ([]search.Hit, error)) string {
	r.t.Helper()
	var all []string
	var after search.Place
	for range 10_000 {
		found, err := ask(after)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(found) == 0 {
			return strings.Join(all, " ")
		}
		for _, h := range found {
			all = append(all, h.Subject)
		}
		after = search.ParsePlace(found[len(found)-1].String())
	}
	r.t.Fatal("the pages do not end")
	return ""
}

func doc(subject, title, text string, open bool) search.Document {
	return search.Document{Subject: subject, Title: []string{title}, Text: []string{text}, Open: open}
}

func TestWordsOfTheTitleComeFirstThenWhatIsOpenThenTheNewest(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.put(
			doc("text-ended", "Autre chose", "les trains du Val", false), doc("text-new", "Autre chose", "un train", true),
			doc("title-ended", "Le train du Val", "", false), doc("text-old", "Encore autre chose", "du train", true),
			doc("title-new", "Des trains", "pour le Val", true), doc("title-old", "Un train", "", true), doc("bus", "Un bus", "au Val", true),
		)
		for _, size := range []int{1, 2, 3, 50} {
			if got, want := r.says("TRAIN", "", size), "title-new title-old title-ended text-new text-old text-ended"; got != want {
				t.Errorf("by %d: %s, want %s", size, got, want)
			}
		}
		if got, want := r.says("train val", "", 50), "title-ended title-new text-ended"; got != want {
			t.Errorf("two words: %s, want %s", got, want)
		}
		if got := r.says("train avion", "", 50); got != "" {
			t.Errorf("all words must be there: %s", got)
		}
	})
}

func TestBothLanguagesAreFound(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		d := doc("night", "Des trains de nuit", "", true)
		d.Title = append(d.Title, "Night trains for Europe")
		d.Text = []string{"Über den Rhein; 夜行列車; ночные поезда"}
		r.put(d)
		for _, text := range []string{"nuit", "night train", "rhein", "夜行列車", "ночные", "europe trains nuit"} {
			if got := r.says(text, "", 10); got != "night" {
				t.Errorf("%q finds %q", text, got)
			}
		}
	})
}

func TestAnythingIsAQuery(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.put(doc("one", "Garder la gare", "guichet ouvert", true))
		for _, text := range []string{
			"gar*", "gare OR bus", `"gare`, "gare AND", "NEAR(gare, 2)", "title:gare", "-gare", "^gare", "{gare}", "gare'; DROP TABLE search_word; --",
			`\`, "'", "''''", "& | ! ( ) <->", ":*", "t_gar", "s_open", "k_thing", "\x00", "\xff", "%", "_", "   ", "$1 ?1 :a @b",
			strings.Repeat("gare ", 2000), strings.Repeat("a", 10_000), strings.Repeat("é* ", 3000), strings.Repeat("(", 5000), strings.Repeat("mot", 3000),
		} {
			if _, err := r.Query(t.Context(), search.Query{Kind: "thing", Text: text, Theme: text, Limit: 20}); err != nil {
				t.Errorf("%.40q: %v", text, err)
			}
		}
		if got := r.says("s_open", "", 10); got != "" {
			t.Errorf("a sign is asked for as a word: %s", got)
		}
		if got := r.says("gare*", "", 10); got != "one" {
			t.Errorf("an asterisk is no letter: %q", got)
		}
	})
}

func TestThemesAndLists(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		a, b, c := doc("a", "Gare A", "", true), doc("b", "Gare B", "", true), doc("c", "Gare C", "", true)
		a.Theme, b.Theme = "transport", "health"
		a.Lists, c.Lists = []string{"department:67"}, []string{"department:67", "world"}
		r.put(a, b, c)
		list := func(name, theme string) string {
			return r.pages(func(after search.Place) ([]search.Hit, error) {
				return r.List(t.Context(), search.List{Kind: "thing", Names: strings.Split(name, "|"), Theme: theme, After: after, Limit: 1})
			})
		}
		for _, c := range []struct{ got, want string }{
			{list(search.All, ""), "a b c"}, {list(search.All, "health"), "b"}, {list("department:67", ""), "a c"},
			{list("department:67", "transport"), "a"}, {list("world", ""), "c"}, {list("nowhere|world", ""), "c"}, {list("department:6", ""), ""}, {list(search.All, "a' OR 1"), ""},
			{r.says("gare", "health", 5), "b"}, {r.says("gare", "food", 5), ""},
		} {
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		}
	})
}

func TestADocumentIsFoundAsItIsNow(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		d := doc("a", "La gare", "de Valbrune", true)
		d.Point, d.Lists = places.Point{Lat: 48.58, Lon: 7.75}, []string{"world"}
		r.put(d)
		r.put(d) // the same again
		d.Title, d.Open, d.Point, d.Lists = []string{"Le port"}, false, places.Point{}, nil
		r.put(d)
		if got := r.says("gare", "", 5) + r.says("port", "", 5); got != "a" {
			t.Errorf("found by %q", got)
		}
		if got := r.around(places.Point{Lat: 48.58, Lon: 7.75}, 50, "", 5); got != "" {
			t.Errorf("what has no place is near: %s", got)
		}
		delete(r.docs, "a")
		r.write(func(ctx context.Context, tx *storage.Tx) error { return r.Refresh(ctx, tx, r.source(), "a") })
		if got := r.says("port", "", 5); got != "" {
			t.Errorf("what is gone is found: %s", got)
		}
		for _, table := range []string{"search_document", "search_word", "search_spot", "search_point"} {
			var n int
			if err := r.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
	})
}

func TestManyAtTheSameMomentAreAllFound(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		var docs []search.Document
		for i := range 60 {
			d := doc(fmt.Sprintf("d%02d", i), "Gare", "", true)
			d.Published = opening
			docs = append(docs, d)
		}
		r.put(docs...)
		if got := strings.Fields(r.says("gare", "", 7)); len(got) != 60 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 60 {
			t.Errorf("%d found", len(got))
		}
	})
}

func TestARolledBackDocumentIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		err := r.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			d := doc("a", "La gare", "", true)
			d.Kind = "thing"
			if err := r.Put(ctx, tx, d); err != nil {
				return err
			}
			return io.ErrUnexpectedEOF
		})
		if err == nil || r.says("gare", "", 5) != "" {
			t.Errorf("%v, and found %q", err, r.says("gare", "", 5))
		}
	})
}

func TestTheIndexIsMendedAndMadeAnew(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.put(doc("kept", "La gare", "", true), doc("gone", "La gare", "", true))
		delete(r.docs, "gone")
		changed := r.docs["kept"]
		changed.Title = []string{"Le port"}
		r.docs["kept"] = changed
		missing := changed
		missing.Subject, missing.Published = "missing", opening.Add(time.Hour)
		r.docs["missing"] = missing
		if err := r.Mend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.says("port", "", 5) + "|" + r.says("gare", "", 5); got != "missing kept|" {
			t.Errorf("after mending: %s", got)
		}
		r.write(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE search_state SET value = '0'`)
			return err
		})
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.says("port", "", 5); got != "" {
			t.Errorf("another shape is still asked: %s", got)
		}
		var waiting int
		if err := r.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM jobs_job WHERE kind = 'search.mend'`).Scan(&waiting); err != nil || waiting != 1 {
			t.Errorf("%d jobs, %v", waiting, err)
		}
		if err := r.Mend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.says("port", "", 5); got != "missing kept" {
			t.Errorf("made anew: %s", got)
		}
	})
}

// around returns what is near, page after page of the size.
func (r *room) around(point places.Point, km float64, theme string, size int) string {
	r.t.Helper()
	return r.pages(func(after search.Place) ([]search.Hit, error) {
		return r.Near(r.t.Context(), search.Near{Kind: "thing", Theme: theme, Point: point, Radius: km, After: after, Limit: size})
	})
}

func TestTheNearestComesFirst(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		strasbourg, kehl := places.Point{Lat: 48.5734, Lon: 7.7521}, places.Point{Lat: 48.5727, Lon: 7.8158}
		at := func(subject string, p places.Point, theme string) search.Document {
			d := doc(subject, subject, "", true)
			d.Point, d.Theme = p, theme
			return d
		}
		r.put(
			at("paris", places.Point{Lat: 48.8566, Lon: 2.3522}, ""), at("kehl", kehl, "transport"), at("here-new", strasbourg, ""),
			at("colmar", places.Point{Lat: 48.0794, Lon: 7.3585}, ""), at("here-old", strasbourg, "transport"),
			at("fiji-east", places.Point{Lat: -17, Lon: 179.9}, ""), at("fiji-west", places.Point{Lat: -17, Lon: -179.9}, ""),
			at("pole", places.Point{Lat: 89.9, Lon: 10}, ""), at("pole-behind", places.Point{Lat: 89.9, Lon: -170}, ""),
		)
		for _, size := range []int{1, 2, 20} {
			for _, c := range []struct {
				point places.Point
				km    float64
				theme string
				want  string
			}{
				{strasbourg, 5, "", "here-new here-old kehl"},
				{strasbourg, 4, "", "here-new here-old"},
				{strasbourg, 100, "", "here-new here-old kehl colmar"},
				{strasbourg, 100, "transport", "here-old kehl"},
				{strasbourg, 1000, "", "here-new here-old kehl colmar paris"},
				{places.Point{Lat: -17, Lon: 179.95}, 50, "", "fiji-east fiji-west"},
				{places.Point{Lat: 89.95, Lon: 10}, 50, "", "pole pole-behind"},
				{places.Point{}, 50, "", ""},
				{strasbourg, 0, "", ""},
			} {
				if got := r.around(c.point, c.km, c.theme, size); got != c.want {
					t.Errorf("%v km around %v by %d: %s, want %s", c.km, c.point, size, got, c.want)
				}
			}
		}
	})
}

// TestNearFindsWhatALookAtAllFinds compares with a look at each of many random places, in a dense city and around the globe.
func TestNearFindsWhatALookAtAllFinds(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		random := rand.New(rand.NewPCG(3, 7))
		var docs []search.Document
		for i := range 1500 {
			d := doc(fmt.Sprintf("d%04d", i), "Gare", "", true)
			d.Point = places.Point{Lat: 48.8 + random.Float64()/10, Lon: 2.3 + random.Float64()/10}
			if i%3 == 0 {
				d.Point = places.Point{Lat: random.Float64()*180 - 90, Lon: random.Float64()*360 - 180}
			}
			docs = append(docs, d)
		}
		r.put(docs...)
		for range 40 {
			point := places.Point{Lat: 48.7 + random.Float64()/3, Lon: 2.2 + random.Float64()/3}
			if random.IntN(3) == 0 {
				point = places.Point{Lat: random.Float64()*180 - 90, Lon: random.Float64()*360 - 180}
			}
			radius := []float64{2, 20, 500, 6000, 20100}[random.IntN(5)]
			far := map[string]float64{}
			for _, d := range docs {
				if km := places.Distance(point, d.Point); km <= radius {
					far[d.Subject] = km
				}
			}
			found, last := strings.Fields(r.around(point, radius, "", 97)), 0.0
			for _, subject := range found {
				km, within := far[subject]
				if !within || km < last-2e-5 { // a cell is a centimetre
					t.Fatalf("%v km around %v: %s at %v comes after %v, within: %v", radius, point, subject, km, last, within)
				}
				last = km
				delete(far, subject)
			}
			if len(far) > 0 {
				t.Fatalf("%v km around %v: %d are missing of %d", radius, point, len(far), len(found)+len(far))
			}
		}
	})
}

func TestTheMapOfTheSiteGrowsAtItsEnd(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		var docs []search.Document
		for i := range 7 {
			docs = append(docs, doc(fmt.Sprintf("d%d", i), "Gare", "", true))
		}
		r.put(docs...)
		leaves, err := r.Leaves(t.Context(), 3)
		if err != nil || len(leaves) != 3 {
			t.Fatalf("%v, %v", leaves, err)
		}
		pages, err := r.Pages(t.Context(), leaves[1], 3)
		if err != nil || len(pages) != 3 || pages[0].Path != "/thing/d3" || pages[0].Number != leaves[1] {
			t.Errorf("%v, %v", pages, err)
		}
		if n, err := r.Count(t.Context(), "thing", 5); n != 5 || err != nil {
			t.Errorf("counted %d of at most 5, %v", n, err)
		}
		if at := search.Published(pages[0].Number); !at.Equal(opening.Add(-3 * time.Hour)) {
			t.Errorf("published %v", at)
		}
	})
}

func TestWhatResemblesATitleIsFoundAndWhatSharesMostComesFirst(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.put(
			search.Document{Subject: "newest", Title: []string{"Sauvons le cinéma Le Rex"}, Text: []string{"Montfaye", "Ain"}, Open: true},
			search.Document{Subject: "twice", Title: []string{"Rouvrir les cinémas du Val"}, Text: []string{"Orne"}, Open: true},
			search.Document{Subject: "ended", Title: []string{"Rouvrons le cinéma du Val"}},
			search.Document{Subject: "other", Title: []string{"Rouvrons la gare"}, Text: []string{"Ain"}, Open: true},
		)
		for _, c := range []struct {
			title  string
			around []string
			want   []string
		}{
			{"Le cinéma du Val", nil, []string{"twice"}},
			{"Le cinéma du Val", []string{"Montfaye", "Ain"}, []string{"newest", "twice"}},
			{"Le cinéma de Montfaye", []string{"Montfaye"}, []string{"newest"}},
			{"Une piscine à Montfaye", []string{"Montfaye"}, nil},
			{"Cinéma", nil, []string{"newest", "twice"}},
			{"", nil, nil}, {"le la les", nil, nil}, {`" OR * NEAR(`, nil, nil},
		} {
			hits, err := r.Alike(t.Context(), search.Alike{Kind: "thing", Title: c.title, Around: c.around, Limit: 3})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, hit := range hits {
				got = append(got, hit.Subject)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q around %q: %q, not %q", c.title, c.around, got, c.want)
			}
		}
	})
}
