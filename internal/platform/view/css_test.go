package view_test

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"essaim/internal/platform/view"
	"essaim/internal/platform/view/gallery"
)

func gzipped(t testing.TB, text []byte) int {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func size(t testing.TB, name string) int {
	t.Helper()
	return get(t, view.Asset(name), "").Body.Len()
}

func TestStyleSheetsAndScriptsStayLight(t *testing.T) {
	for name, most := range map[string]int{"public.css": 30_000, "work.css": 6_000, "home.css": 2_000} {
		if got := size(t, name); got > most {
			t.Errorf("%s: %d bytes, more than %d", name, got, most)
		}
	}
	if got := size(t, "counter.js") + size(t, "copy.js") + size(t, "form.js") + size(t, "guard.js"); got > 6_000 {
		t.Errorf("the scripts of a page: %d bytes", got)
	}
	for _, name := range view.Motifs() {
		if got := gzipped(t, get(t, view.Asset("motif/"+name+".svg"), "").Body.Bytes()); got > 3_000 {
			t.Errorf("motif %s: %d bytes", name, got)
		}
	}
}

func TestAPublicPageWithItsStylesIsUnder15kB(t *testing.T) {
	css := gzipped(t, get(t, view.Asset("public.css"), "").Body.Bytes())
	for path, component := range gallery.Pages() {
		page := gzipped(t, []byte(draw(t, french(t, path), component)))
		if page+css > 15_000 {
			t.Errorf("%s: %d + %d bytes", path, page, css)
		}
		t.Logf("%s: %d + %d bytes", path, page, css)
	}
}

func TestAFirstVisitIsUnder60kB(t *testing.T) {
	total := gzipped(t, []byte(draw(t, french(t, "/m/ligne"), gallery.Pages()["/m/ligne"])))
	for _, name := range []string{"public.css", "counter.js", "copy.js", "form.js", "guard.js", "guard-worker.js", "favicon.svg", "motif/haies.svg"} {
		total += gzipped(t, get(t, view.Asset(name), "").Body.Bytes())
	}
	total += size(t, "fonts/bricolage-latin.woff2") + size(t, "fonts/atkinson-latin.woff2")
	if total > 60_000 {
		t.Errorf("%d bytes", total)
	}
	t.Logf("%d bytes", total)
}

// sources returns the style sheets as they are written, by file name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(text)
	}
	return all
}

func TestStylesObeyTheHouseRules(t *testing.T) {
	important := 0
	physical := regexp.MustCompile(`(?m)^\s*(margin|padding|border)-(left|right|top|bottom)|^\s*(left|right|top|bottom|width|height|min-width|max-width|min-height|max-height):`)
	for name, text := range sources(t) {
		if !strings.HasPrefix(text, "/*") {
			t.Errorf("%s does not say what it is for", name)
		}
		important += strings.Count(text, "!important;")
		if found := physical.FindString(text); found != "" {
			t.Errorf("%s: %q is no logical property", name, strings.TrimSpace(found))
		}
		if strings.Contains(text, "@import url(http") {
			t.Errorf("%s asks a third party", name)
		}
	}
	if important != 1 {
		t.Errorf("%d !important: only the attribute hidden needs one", important)
	}
}

func TestEveryStyleSheetIsImported(t *testing.T) {
	all := sources(t)
	entries := all["public.css"] + all["work.css"] + all["home.css"]
	for name := range all {
		if name != "public.css" && name != "work.css" && name != "home.css" && !strings.Contains(entries, `"./`+name+`"`) {
			t.Errorf("%s is in no sheet", name)
		}
	}
}

// A source that changed without go generate shows here, as far as its classes tell.
func TestTheBuiltSheetsHoldEveryClassOfTheirSources(t *testing.T) {
	class := regexp.MustCompile(`\.([a-z][a-z0-9-]*)[^;{}]*\{`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	built := get(t, view.Asset("public.css"), "").Body.String() + get(t, view.Asset("work.css"), "").Body.String() + get(t, view.Asset("home.css"), "").Body.String()
	for name, text := range sources(t) {
		for _, match := range class.FindAllStringSubmatch(comment.ReplaceAllString(text, ""), -1) {
			if !strings.Contains(built, "."+match[1]) {
				t.Errorf("%s: .%s is not in the built sheets: run go generate", name, match[1])
			}
		}
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6});`)

// tokens reads the colours of a theme from tokens.css.
func tokens(css string) map[string]string {
	all := map[string]string{}
	for _, match := range token.FindAllStringSubmatch(css, -1) {
		all[match[1]] = match[2]
	}
	return all
}

func TestTextStandsOutFromItsGround(t *testing.T) {
	css := sources(t)["tokens.css"]
	day, night, ok := strings.Cut(css, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("no dark theme")
	}
	light := tokens(day)
	dark := tokens(day)
	for name, value := range tokens(night) {
		dark[name] = value
	}
	text := [][2]string{
		{"ink", "paper"}, {"ink", "surface"}, {"ink", "mist"}, {"ink", "honey-pale"}, {"ink", "leaf-pale"}, {"ink", "poppy-pale"},
		{"ink-2", "paper"}, {"ink-2", "surface"}, {"ink-2", "mist"}, {"ink-2", "honey-pale"}, {"ink-2", "leaf-pale"},
		{"on-honey", "honey"}, {"on-honey", "honey-2"}, {"on-band", "band"}, {"on-band-2", "band"}, {"on-inv", "inv"}, {"on-inv", "inv-h"},
		{"petrol", "paper"}, {"petrol", "surface"}, {"petrol", "mist"}, {"petrol", "honey-pale"},
		{"on-deep", "deep"}, {"on-deep-2", "deep"}, {"honey", "deep"},
		{"poppy", "paper"}, {"poppy", "surface"}, {"poppy", "poppy-pale"}, {"on-poppy", "poppy"},
		{"leaf", "leaf-pale"}, {"leaf", "paper"},
	}
	// WCAG 2.2, 1.4.11: what draws a control or a gauge.
	drawing := [][2]string{{"line-2", "paper"}, {"line-2", "surface"}, {"focus", "paper"}, {"gauge", "paper"}, {"gauge", "gauge-rest"}}
	for theme, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, pair := range text {
			check(t, theme, colours, pair, 4.5) // WCAG 2.2, 1.4.3
		}
		for _, pair := range drawing {
			check(t, theme, colours, pair, 3)
		}
	}
}

func check(t *testing.T, theme string, colours map[string]string, pair [2]string, least float64) {
	t.Helper()
	front, back := colours[pair[0]], colours[pair[1]]
	if front == "" || back == "" {
		t.Errorf("%s: no token %q or %q", theme, pair[0], pair[1])
		return
	}
	if got := contrast(t, front, back); got < least {
		t.Errorf("%s: --%s on --%s is %.2f, less than %.1f", theme, pair[0], pair[1], got, least)
	}
}

// contrast computes the ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := colour[1:]
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(16) + .7152*linear(8) + .0722*linear(0)
}
