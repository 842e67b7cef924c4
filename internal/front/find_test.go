package front_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/front"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web/webtest"
)

const (
	nearPath   = "/near"
	searchPath = "/search"
)

// findable is a site with an index of its own, on either engine, and one finder, whose things are what the test says.
type findable struct {
	*webtest.Site
	t     testing.TB
	db    *storage.DB
	index *search.Index
	atlas *places.Places
	docs  map[string]search.Document
}

var opening = time.Date(2026, time.March, 28, 10, 0, 0, 0, time.UTC)

func eachFindable(t *testing.T, test func(t *testing.T, f *findable)) {
	t.Helper()
	migrations := []storage.Migrations{{Room: "jobs", Files: jobs.Migrations()}, {Room: "search", Files: search.Schema()}}
	storagetest.Each(t, migrations, func(t *testing.T, db *storage.DB) {
		f := &findable{t: t, db: db, docs: map[string]search.Document{}}
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		f.index = search.New(db, jobs.New(db, clock.System(), log), log)
		if err := f.index.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.Site = webtest.New(t, clock.NewManual(opening), front.Locales(), places.Locales(), mobilisation.Locales())
		var err error
		if f.atlas, err = places.LoadSample(t.Context()); err != nil {
			t.Fatal(err)
		}
		room := front.New(front.Deps{
			Places: places.NewHolder(f.atlas), Languages: f.Words(), Petitions: cards(), Index: f.index, SiteURL: webtest.URL, SiteName: "Essaim",
		})
		room.SetFinders(module.Finders{f.finder()})
		f.Serve(t, room.Module().Routes...)
		test(t, f)
	})
}

func (f *findable) finder() module.Finder {
	return module.Finder{
		Source: search.Source{Kind: "mobilisation", Subjects: func(context.Context) iter.Seq2[string, error] { return nil }},
		Themes: []string{"health", "transport"},
		Near: func(ctx context.Context, q search.Near) ([]module.Found, error) {
			return f.found(f.index.Near(ctx, q))
		},
		Query: func(ctx context.Context, q search.Query) ([]module.Found, error) {
			return f.found(f.index.Query(ctx, q))
		},
		List: func(ctx context.Context, q search.List) ([]module.Found, error) {
			return f.found(f.index.List(ctx, q))
		},
	}
}

func (f *findable) found(hits []search.Hit, err error) ([]module.Found, error) {
	var all []module.Found
	for _, h := range hits {
		d := f.docs[h.Subject]
		all = append(all, module.Found{
			Hit: h, Teaser: view.Teaser{Title: d.Title[0], Path: d.Path, Image: view.Motif(h.Subject), By: "Collectif"},
			Published: d.Published, Words: "Parce que <nous>.", Author: "Collectif",
		})
	}
	return all, err
}

// put publishes things, the first the newest. where is the INSEE code of a commune, empty for the whole country.
func (f *findable) put(theme, where string, titles ...string) {
	f.t.Helper()
	err := f.db.InLongTx(f.t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		for _, title := range titles {
			subject := fmt.Sprintf("s%03d", len(f.docs))
			d := search.Document{
				Kind: "mobilisation", Subject: subject, Path: "/m/" + subject, Title: []string{title}, Theme: theme, Open: true,
				Published: opening.Add(-time.Duration(len(f.docs)) * time.Hour), Lists: []string{"at:country:FR"},
			}
			if commune, ok := f.atlas.Commune(where); ok {
				d.Point, d.Lists = commune.Point, []string{"at:commune:" + where, "in:" + commune.Department}
			}
			f.docs[subject] = d
			if err := f.index.Put(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

var heading = regexp.MustCompile(`<a class="cover" href="[^"]*"[^>]*>([^<]*)</a>`)

// titles are the links of a page's lists.
func titles(body string) string {
	var all []string
	for _, found := range heading.FindAllStringSubmatch(body, -1) {
		all = append(all, found[1])
	}
	return strings.Join(all, "|")
}

func (f *findable) get(path string) string {
	f.t.Helper()
	answer := f.Visitor(f.t).Get(path)
	if answer.Status != http.StatusOK {
		f.t.Fatalf("%.80s: %d", path, answer.Status)
	}
	if found := key.FindString(main(answer)); found != "" {
		f.t.Errorf("%.80s shows %q", path, found)
	}
	return answer.Body
}

func TestNearIsSortedByDistanceAndTheLargeOnesStandApart(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.put("transport", "01053", "Bourg A", "Bourg B")
		f.put("health", "", "Partout")
		f.put("transport", "01344", "Denis")
		for path, want := range map[string]string{
			"/near?q=Bourg-en-Bresse":                 "Bourg A|Bourg B|Denis|Partout",
			"/near?q=01000+bourg+en+bresse&km=100":    "Bourg A|Bourg B|Denis|Partout",
			"/near?commune=01344":                     "Denis|Bourg A|Bourg B|Partout",
			"/near?q=67000":                           "Partout",
			"/near?commune=01053&theme=health":        "Partout",
			"/en/near?commune=01053&theme=nonsense":   "Bourg A|Bourg B|Denis|Partout",
			"/near?commune=01053&km=7000":             "Bourg A|Bourg B|Denis|Partout",
			"/near":                                   "",
			"/near?q=nulle+part":                      "",
			"/near?q=00000":                           "",
			"/near?commune=99999":                     "",
			"/near?q=" + strings.Repeat("a", 10_000):  "",
			"/near?q=%FF%FE%00&commune=%27&theme=%22": "",
		} {
			if got := titles(f.get(path)); got != want {
				t.Errorf("%.60s: %s, want %s", path, got, want)
			}
		}
		if body := f.get("/near?commune=01053"); !strings.Contains(body, "De la plus proche à la plus lointaine") || !strings.Contains(body, `content="noindex"`) {
			t.Error("the order is not told, or a search engine may keep what people look for")
		}
	})
}

func TestWhereAPostalCodeIsSharedOneChooses(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.put("", "01344", "Cantine")
		body := f.get("/near?q=01000")
		if choices := regexp.MustCompile(`/near\?commune=\d+`).FindAllString(body, -1); strings.Join(choices, " ") != "/near?commune=01053 /near?commune=01344" {
			t.Fatalf("choices: %s", choices)
		}
		link := regexp.MustCompile(`href="(/near\?commune=01344[^"]*)"`).FindStringSubmatch(body)
		if link == nil {
			t.Fatal("no link to the commune")
		}
		if got := titles(f.get(strings.ReplaceAll(link[1], "&amp;", "&"))); got != "Cantine" {
			t.Errorf("the choice leads to %q", got)
		}
		if got := titles(f.get("/near?q=01000+st-denis+les+bourg")); got != "Cantine" {
			t.Errorf("a code with a name leads to %q", got)
		}
		if body := f.get("/near?q=saint-denis"); !strings.Contains(body, "Saint-Denis (La Réunion)") || !strings.Contains(body, "Saint-Denis (Seine-Saint-Denis)") {
			t.Error("namesakes are not told apart by their departments")
		}
	})
}

func TestPagesOfAnAnswerFollowEachOther(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		var all []string
		for i := range 47 {
			all = append(all, fmt.Sprintf("Gare %02d", i))
		}
		f.put("", "67482", all...)
		for _, first := range []string{"/near?q=67000", "/search?q=gare", "/search"} {
			var seen []string
			for path := first; path != ""; {
				body := f.get(path)
				seen = append(seen, strings.Split(titles(body), "|")...)
				path = ""
				if more := regexp.MustCompile(`href="([^"]*after=[^"]*)"`).FindStringSubmatch(body); more != nil {
					path = strings.ReplaceAll(more[1], "&amp;", "&")
				}
			}
			if got := strings.Join(seen, "|"); got != strings.Join(all, "|") {
				t.Errorf("%s: %s", first, got)
			}
		}
		if body := f.get("/search?q=gare&after=4-0-1"); titles(body) != "" || !strings.Contains(body, "rien de plus") {
			t.Errorf("behind the end: %s", titles(body))
		}
	})
}

func TestSearchReadsAnything(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.put("transport", "67482", "Rouvrons la gare")
		f.put("health", "", "L'hôpital")
		for q, want := range map[string]string{
			"GARES": "Rouvrons la gare", "hopitaux": "L&#39;hôpital", "gare*": "Rouvrons la gare", `"gare" OR NOT`: "Rouvrons la gare", "le la": "", "***": "",
			"  ": "Rouvrons la gare|L&#39;hôpital", "": "Rouvrons la gare|L&#39;hôpital", "\x00\xff": "Rouvrons la gare|L&#39;hôpital", "gare hopital": "",
			strings.Repeat("gare ", 2000): "Rouvrons la gare", strings.Repeat("x", 10_000): "", "<script>alert(1)</script>": "",
		} {
			body := f.get("/search?q=" + url.QueryEscape(q))
			if got := titles(body); got != want {
				t.Errorf("%.30q finds %s, want %s", q, got, want)
			}
			if strings.Contains(body, "<script>") || strings.Contains(body, "<b>") {
				t.Errorf("%.30q comes back as markup", q)
			}
		}
		if got := titles(f.get("/search?theme=health")); got != "L&#39;hôpital" {
			t.Errorf("by theme: %s", got)
		}
		if body := f.get("/search?q=strasbourg"); !strings.Contains(body, "/near?q=strasbourg") {
			t.Error("a commune does not lead to what is near")
		}
	})
}

func TestFeedsAreAtom(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		if body := f.get("/feed"); !strings.Contains(body, "<updated>1970-01-01T00:00:00Z</updated>") {
			t.Errorf("an empty feed: %s", body)
		}
		f.put("transport", "67482", "Gare & port")
		f.put("health", "", "L'hôpital")
		f.Pages.Purge("petitions")
		for path, want := range map[string]string{
			"/feed?x=1": "Gare & port|L'hôpital", "/en/feed": "Gare & port|L'hôpital", "/feed/theme/health": "L'hôpital", "/feed/department/67": "Gare & port",
			"/feed/department/75": "",
		} {
			var feed struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
				Entries []struct {
					ID      string `xml:"id"`
					Title   string `xml:"title"`
					Updated string `xml:"updated"`
					Summary string `xml:"summary"`
				} `xml:"entry"`
			}
			body := f.get(path)
			if strings.HasPrefix(path, "/feed?") {
				body = f.get("/feed/theme/transport")
				want = "Gare & port"
			}
			if err := xml.Unmarshal([]byte(body), &feed); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range feed.Entries {
				got = append(got, e.Title)
				if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || !strings.HasPrefix(e.ID, webtest.URL) || e.Summary != "Parce que <nous>." {
					t.Errorf("%s: entry %+v", path, e)
				}
			}
			if strings.Join(got, "|") != want || !strings.HasPrefix(feed.ID, webtest.URL) || feed.Updated == "" {
				t.Errorf("%s: %v, want %s", path, got, want)
			}
		}
		for _, path := range []string{"/feed/theme/food", "/feed/theme/", "/feed/department/99", "/feed/department/%27"} {
			if answer := f.Visitor(t).Get(path); answer.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, answer.Status)
			}
		}
	})
}

func TestTheMapOfTheSiteLeadsToEveryPage(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.put("transport", "67482", "Gare", "Port")
		addresses := regexp.MustCompile(`<loc>` + regexp.QuoteMeta(webtest.URL) + `([^<]+)</loc>`)
		var pages []string
		for _, leaf := range addresses.FindAllStringSubmatch(f.get("/sitemap.xml"), -1) {
			for _, page := range addresses.FindAllStringSubmatch(f.get(leaf[1]), -1) {
				pages = append(pages, page[1])
			}
		}
		all := "|" + strings.Join(pages, "|") + "|"
		for _, want := range []string{"/", "/en/", "/near", "/en/near", "/m/s000", "/en/m/s000", "/m/s001"} {
			if !strings.Contains(all, "|"+want+"|") {
				t.Errorf("%s is not on the map: %s", want, all)
			}
		}
		for _, path := range []string{"/sitemap/1", "/sitemap/--", "/sitemap/zzzzzzzzzzzzzzzzzz"} {
			if answer := f.Visitor(t).Get(path); answer.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, answer.Status)
			}
		}
		if body := f.get("/robots.txt"); !strings.Contains(body, "\nSitemap: "+webtest.URL+"/sitemap.xml\n") {
			t.Errorf("robots: %s", body)
		}
	})
}
