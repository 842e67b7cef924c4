package demo_test

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"essaim/internal/account"
	"essaim/internal/app/demo"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/hub"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/vault"
)

var noon = time.Date(2026, time.March, 28, 12, 0, 0, 0, time.UTC)

// languages gives what each petition promises to be in; every other one is in both.
var languages = map[string][]string{"haies-du-bocage": {"fr"}, "repair-manual": {"en"}}

func sample(t testing.TB) *places.Places {
	t.Helper()
	atlas, err := places.LoadSample(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}

// rooms opens an instance of the two rooms that take the content.
func rooms(t *testing.T) (*organisation.Room, *mobilisation.Room) {
	t.Helper()
	db := storagetest.Open(t, storagetest.SQLite(t), []storage.Migrations{
		{Room: "jobs", Files: jobs.Migrations()}, {Room: "account", Files: account.Schema()},
		{Room: "organisation", Files: organisation.Schema()}, {Room: "mobilisation", Files: mobilisation.Schema()},
	})
	words, err := i18n.Load(mobilisation.Locales(), organisation.Locales(), mail.Locales(), places.Locales())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := vault.New(vault.Generate()...)
	if err != nil {
		t.Fatal(err)
	}
	now, log := clock.NewManual(noon), slog.New(slog.DiscardHandler)
	queue := jobs.New(db, now, log)
	live := hub.New(hub.Options{Log: log})
	t.Cleanup(live.Close)
	return organisation.New(organisation.Deps{DB: db, Queue: queue, Clock: now, Log: log, Languages: words, Purge: func(...string) {}}),
		mobilisation.New(mobilisation.Deps{
			DB: db, Queue: queue, Vault: sealed, Clock: now, Log: log, Places: places.NewHolder(sample(t)), Hub: live, Languages: words,
			Purge: func(...string) {}, Carrier: func(context.Context, string) (mobilisation.Carrier, error) { return mobilisation.Carrier{}, nil },
		})
}

func TestTheRoomsTakeAllOfIt(t *testing.T) {
	organisations, petitions := rooms(t)
	carriers := map[string]string{}
	for _, o := range demo.Organisations() {
		made, err := organisations.Create(t.Context(), o, "")
		if err != nil {
			t.Fatalf("%s: %v", o.Slug, err)
		}
		carriers[o.Slug] = made.ID
	}
	for _, p := range demo.Petitions() {
		if p.Plan.OrganisationID = carriers[p.Organisation]; p.Plan.OrganisationID == "" {
			t.Errorf("%s: nobody is called %q", p.Plan.Slug, p.Organisation)
		}
		made, err := petitions.Create(t.Context(), p.Plan)
		if err != nil {
			t.Fatalf("%s: %v", p.Plan.Slug, err)
		}
		if err := petitions.Publish(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
		for _, n := range p.NewsAt(noon) {
			n.PetitionID = made.ID
			if err := petitions.Tell(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		p.Count = min(p.Count, 300) // all of them are looked at in signature_test.go
		planted := 0
		if err := petitions.Plant(t.Context(), made.ID, demo.Signatures(p, sample(t), noon), func(n int) { planted += n }); err != nil {
			t.Fatalf("%s: %v", p.Plan.Slug, err)
		}
		if err := petitions.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		petitions.Stop()
		if counted := petitions.Count(made.ID); planted != p.Count || counted != int64(p.Count) {
			t.Errorf("%s: %d planted, %d counted, want %d", p.Plan.Slug, planted, counted, p.Count)
		}
	}
}

func TestEachTextIsWholeInTheLanguagesItPromises(t *testing.T) {
	for _, p := range demo.Petitions() {
		promised := languages[p.Plan.Slug]
		if promised == nil {
			promised = []string{"fr", "en"}
		}
		var has []string
		for _, text := range p.Plan.Texts {
			has = append(has, text.Lang)
			checkText(t, p, text)
			for _, m := range p.Plan.Milestones {
				if len(m.Words[text.Lang]) < 20 {
					t.Errorf("%s in %s does not say what is done at %d", p.Plan.Slug, text.Lang, m.Goal)
				}
			}
			news := 0
			for _, n := range p.News {
				if n.Lang == text.Lang && n.Title != "" && len(n.Body) > 60 && n.Ago > 0 {
					news++
				}
			}
			if news < 1 || news > 3 {
				t.Errorf("%s in %s has %d pieces of news", p.Plan.Slug, text.Lang, news)
			}
			ended := p.State == mobilisation.Closed || p.State == mobilisation.Victory
			if ended != (p.Outcome[text.Lang] != "") {
				t.Errorf("%s in %s is %s, with outcome %q", p.Plan.Slug, text.Lang, p.State, p.Outcome[text.Lang])
			}
		}
		if !slices.Equal(has, promised) {
			t.Errorf("%s is in %v, want %v", p.Plan.Slug, has, promised)
		}
	}
}

func checkText(t *testing.T, p demo.Petition, text mobilisation.Text) {
	t.Helper()
	name := p.Plan.Slug + " in " + text.Lang
	if n := len([]rune(text.Title)); n < 15 || n > 60 {
		t.Errorf("%s: a title of %d characters", name, n)
	}
	if len(text.Points) != 3 || len(p.Plan.Milestones) != 3 {
		t.Errorf("%s: %d points, %d milestones", name, len(text.Points), len(p.Plan.Milestones))
	}
	for _, point := range text.Points {
		if n := len([]rune(point)); n < 30 || n > 140 {
			t.Errorf("%s: a point of %d characters: %s", name, n, point)
		}
	}
	paragraphs := 0
	for block := range strings.SplitSeq(text.Why, "\n\n") {
		if block[0] != '#' && block[0] != '-' {
			paragraphs++
		}
	}
	if paragraphs < 3 || paragraphs > 6 || !strings.Contains(text.Why, "\n### ") || strings.Count(text.Why, "\n- ") < 3 {
		t.Errorf("%s: %d paragraphs, or no list of what is asked", name, paragraphs)
	}
	if len(text.Letter) < 250 || text.Addressee == "" {
		t.Errorf("%s: no letter, or to nobody", name)
	}
	sources := p.Plan.Sources[text.Lang]
	if len(sources) < 2 || len(sources) > 3 {
		t.Errorf("%s: %d sources", name, len(sources))
	}
	for _, s := range sources {
		if s.Title == "" || !strings.HasPrefix(s.URL, "https://example.org/") {
			t.Errorf("%s: source %+v", name, s)
		}
	}
}

func TestThereIsSomethingOfEachKind(t *testing.T) {
	states, areas := map[mobilisation.State]int{}, map[string]int{}
	all := demo.Petitions()
	for _, p := range all {
		states[p.State]++
		areas[p.Plan.Area.Kind()]++
	}
	if len(all) != 8 || states[mobilisation.Closed] != 1 || states[mobilisation.Victory] != 1 || states[mobilisation.Published] != 6 {
		t.Errorf("%d petitions: %v", len(all), states)
	}
	for _, kind := range []string{"world", "europe", "country", "department", "commune"} {
		if areas[kind] == 0 {
			t.Errorf("none is of a %s: %v", kind, areas)
		}
	}
	featured := ""
	for i, p := range all {
		if i > 0 && p.Age > all[i-1].Age {
			t.Errorf("%s is older than the one before", p.Plan.Slug)
		}
		if !p.Plan.Area.Local() && len(p.Plan.Texts) == 2 {
			featured = p.Plan.Slug
		}
	}
	if featured != "trente-minutes" {
		t.Errorf("the home page features %s", featured)
	}
}

func TestLocalPetitionsAreAtHomeInTheSample(t *testing.T) {
	atlas := sample(t)
	for _, p := range demo.Petitions() {
		found := true
		switch p.Plan.Area.Kind() {
		case "commune":
			_, found = atlas.Commune(p.Plan.Area.Code())
		case "department":
			_, found = atlas.Department(p.Plan.Area.Code())
		}
		if !found || p.Plan.Area.Local() != (len(p.Spread) > 0) {
			t.Errorf("%s: %s, spread %v", p.Plan.Slug, p.Plan.Area, p.Spread)
		}
	}
}

// unfinished finds what a writer leaves behind.
var unfinished = regexp.MustCompile(`(?i)lorem|ipsum|todo|xxx|\?\?|https?://(?:[^e]|e[^x])`)

func TestNoWordIsLeftUnfinished(t *testing.T) {
	check := func(where, words string) {
		t.Helper()
		if found := unfinished.FindString(words); found != "" {
			t.Errorf("%s: %q", where, found)
		}
		if strings.Contains(words, "'") {
			t.Errorf("%s: a straight apostrophe", where)
		}
		if html := string(prose.Markdown("fr", words)); strings.Contains(html, "# ") || strings.Contains(html, "**") {
			t.Errorf("%s: Markdown that is not understood", where)
		}
	}
	for _, p := range demo.Petitions() {
		for _, text := range p.Plan.Texts {
			where := p.Plan.Slug + "." + text.Lang
			check(where, strings.Join(append(text.Points, text.Title, text.Why, text.Letter, p.Outcome[text.Lang]), "\n\n"))
			check(where, strings.Join(p.Messages[text.Lang], "\n\n"))
		}
		for _, n := range p.News {
			check(p.Plan.Slug+" news", n.Title+"\n\n"+n.Body)
		}
	}
	for _, o := range demo.Organisations() {
		if len(o.Texts) == 0 {
			t.Errorf("%s has no words", o.Slug)
		}
		for _, text := range o.Texts {
			check(o.Slug, text.Line+"\n\n"+text.Lede+"\n\n"+text.About)
		}
	}
}

func TestTheOldestNewsIsYoungerThanThePetition(t *testing.T) {
	for _, p := range demo.Petitions() {
		for _, n := range p.News {
			if n.Ago >= p.Age {
				t.Errorf("%s: news %q of before it began", p.Plan.Slug, n.Title)
			}
		}
	}
}
