package mobilisation_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"essaim/internal/mobilisation"
	"essaim/internal/mobilisation/page"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web"
)

// findable is the room with an index.
type findable struct {
	*fixture
	index *search.Index
	ctx   context.Context // of a page in French
}

func eachFindable(t *testing.T, test func(t *testing.T, f *findable)) {
	t.Helper()
	all := append(migrations(), storage.Migrations{Room: "search", Files: search.Schema()})
	storagetest.Each(t, all, func(t *testing.T, db *storage.DB) {
		f := &findable{fixture: build(t, db, false)}
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		f.index = search.New(db, jobs.New(db, f.clock, log), log)
		f.Room.Index = f.index
		f.index.SetSources([]search.Source{f.finder().Source})
		if err := f.index.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		locale, _ := f.site.Words().Locale("fr")
		f.ctx = web.WithInfo(i18n.With(t.Context(), locale), &web.Info{Locale: locale})
		test(t, f)
	})
}

func (f *findable) finder() module.Finder { return page.New(f.Room).Module().Finders[0] }

func (f *findable) make(slug, theme string, area mobilisation.Area, title string) string {
	f.t.Helper()
	made, err := f.Create(f.t.Context(), mobilisation.Plan{
		Slug: slug, OrganisationID: "val", Lang: "fr", Theme: theme, Area: area, Milestones: []mobilisation.Milestone{{Goal: 100}},
		Texts: []mobilisation.Text{
			{Lang: "fr", Title: title, Points: []string{"Parce que."}, Why: "Le guichet ferme."}, {Lang: "en", Title: "Keep the desk of " + slug},
		},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return made.ID
}

func (f *findable) publish(id string) {
	f.t.Helper()
	if err := f.Publish(f.t.Context(), id); err != nil {
		f.t.Fatal(err)
	}
}

// says returns the paths that are found by words.
func (f *findable) says(words string) string {
	f.t.Helper()
	return f.paths(f.finder().Query(f.ctx, search.Query{Kind: "mobilisation", Text: words, Limit: 20}))
}

func (f *findable) list(name, theme string) string {
	f.t.Helper()
	return f.paths(f.finder().List(f.ctx, search.List{Kind: "mobilisation", Names: []string{name}, Theme: theme, Limit: 20}))
}

func (f *findable) paths(found []module.Found, err error) string {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	var all []string
	for _, one := range found {
		all = append(all, strings.TrimPrefix(one.Path, "/m/"))
	}
	return strings.Join(all, " ")
}

func TestAPetitionIsFoundFromItsPublicationOn(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		id := f.make("gare", "transport", "commune:67482", "Gardons la gare")
		if got := f.says("gare"); got != "" {
			t.Errorf("a draft is found: %s", got)
		}
		f.publish(id)
		for _, words := range []string{"gares", "guichet", "desk", "Strasbourg", "Bas-Rhin", "grand est", "67000", "keep gare"} {
			if got := f.says(words); got != "gare" {
				t.Errorf("%q finds %q", words, got)
			}
		}
		strasbourg := places.Point{Lat: 48.58, Lon: 7.75}
		near := search.Near{Kind: "mobilisation", Point: strasbourg, Radius: 20, Limit: 5}
		found, err := f.finder().Near(f.ctx, near)
		if f.paths(found, err) != "gare" || found[0].Km > 5 || found[0].Title != "Gardons la gare" || found[0].Words != "Parce que." || found[0].Gauge.Goal != 100 {
			t.Errorf("near: %+v, %v", found, err)
		}
		if err := f.End(t.Context(), id, mobilisation.Victory, map[string]string{"fr": "La Région recule."}); err != nil {
			t.Fatal(err)
		}
		if got := f.says("recule"); got != "gare" {
			t.Errorf("what came of it finds %q", got)
		}
		if got := f.paths(f.finder().Near(f.ctx, near)); got != "" {
			t.Errorf("what has ended is near: %s", got)
		}
		if got := f.list("in:67", "") + " " + f.list(search.All, "transport") + f.list("at:commune:67482", ""); got != "gare gare" {
			t.Errorf("lists: %s", got)
		}
	})
}

func TestPetitionsStandInTheListsOfTheirArea(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		for _, area := range []mobilisation.Area{"commune:67482", "department:67", "region:44", "country:FR", "europe", "world", "commune:00000"} {
			f.publish(f.make(strings.ToLower(strings.ReplaceAll(string(area), ":", "-")), "", area, "Ici"))
			f.clock.Advance(1e9)
		}
		for name, want := range map[string]string{
			"at:department:67": "department-67", "at:region:44": "region-44", "at:country:FR": "country-FR", "at:europe": "europe", "at:world": "world",
			"in:67": "department-67 commune-67482",
		} {
			if got := f.list(name, ""); got != strings.ToLower(want) {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if got := strings.Fields(f.list(search.All, "")); len(got) != 7 || got[0] != "commune-00000" {
			t.Errorf("all: %v", got)
		}
	})
}

func TestTheIndexOfPetitionsCanBeMadeAnew(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.publish(f.make("gare", "", "commune:67482", "Gardons la gare"))
		f.make("draft", "", "world", "Gardons le port")
		var subjects []string
		for id, err := range f.finder().Source.Subjects(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			subjects = append(subjects, id)
		}
		if len(subjects) != 1 {
			t.Errorf("%d subjects", len(subjects))
		}
		err := f.db.InLongTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			return f.index.Remove(ctx, tx, "mobilisation", subjects[0])
		})
		if err != nil || f.says("gare") != "" {
			t.Fatalf("%v", err)
		}
		if err := f.index.Mend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := f.says("gare"); got != "gare" || f.says("port") != "" {
			t.Errorf("made anew: %q and %q", got, f.says("port"))
		}
	})
}

func TestThemesHaveNames(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		for _, theme := range f.finder().Themes {
			if name := i18n.From(f.ctx).T("mobilisation.theme_" + theme); strings.Contains(name, "theme_") {
				t.Errorf("%s has no name", theme)
			}
		}
		if len(f.finder().Themes) < 8 || !slices.Contains(f.finder().Themes, "health") {
			t.Errorf("themes: %v", f.finder().Themes)
		}
	})
}
