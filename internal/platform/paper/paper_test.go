package paper_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"essaim/internal/platform/paper"
)

func printer(t testing.TB) *paper.Printer {
	t.Helper()
	p, err := paper.New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func rail() paper.Poster {
	return paper.Poster{
		Title: "Rouvrons la ligne du Val", Points: []string{"42 km de rails sont là.", "Plus un train depuis 2019.", "Huit allers-retours par jour, c’est possible\u202f!"},
		To: "À\u00a0: Conseil régional", By: "Par Rail du Val", Initials: "RV", Call: "Signez, c’est gratuit",
		Address: "https://essaim.example/m/rouvrons-la-ligne-du-val", Shown: "essaim.example/m/rouvrons-la-ligne-du-val", Site: "Essaim",
	}
}

func sheet() paper.Sheet {
	return paper.Sheet{
		Heading: "Feuille de signatures", Title: "Rouvrons la ligne du Val", To: "À\u00a0: Conseil régional", By: "Par Rail du Val", Points: rail().Points,
		Columns: [5]string{"Nom", "Prénom", "Code postal", "Courriel (facultatif)", "Signature"}, Consent: "Je signe cette demande. Mes réponses servent à la remettre.",
		Fields: [3]string{"Feuille no, sur", "Recueillies par", "Le, à"}, Return: "À renvoyer à Rail du Val, 12 rue de la Gare, Montfaye", Online: "Signer en ligne",
		Address: rail().Address, Shown: rail().Shown,
	}
}

var (
	object  = regexp.MustCompile(`(?s)(\d+) 0 obj\s*(.*?)\s*endobj`)
	stream  = regexp.MustCompile(`(?s)stream\r?\n(.*)\r?\nendstream`)
	fontRef = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	unicode = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	mapping = regexp.MustCompile(`<([0-9A-Fa-f]{4})>\s*(?:<[0-9A-Fa-f]{4}>\s*)?<([0-9A-Fa-f]+)>`)
	shown   = regexp.MustCompile(`(?s)/(F\d+) [\d.]+ Tf|(\[[^\]]*\]) ?TJ|ET`)
	glyphs  = regexp.MustCompile(`<([0-9A-Fa-f]*)>`)
	pages   = regexp.MustCompile(`/Type /Page\b[^s]`)
)

// read returns how many pages a PDF has, and its text as a program that copies it would, by the maps of its fonts.
func read(t testing.TB, raw []byte) (n int, text string) {
	t.Helper()
	if !bytes.HasPrefix(raw, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(raw), []byte("%%EOF")) {
		t.Fatalf("%.20q … is no PDF", raw)
	}
	objects, streams := map[string]string{}, map[string]string{}
	for _, found := range object.FindAllSubmatch(raw, -1) {
		key := string(found[1])
		objects[key] = string(found[2])
		if content := stream.FindSubmatch(found[2]); content != nil {
			streams[key] = string(content[1])
			if bytes.Contains(found[2], []byte("FlateDecode")) {
				z, err := zlib.NewReader(bytes.NewReader(content[1]))
				if err != nil {
					t.Fatal(err)
				}
				plain, _ := io.ReadAll(z)
				streams[key] = string(plain)
			}
		}
	}
	fonts := map[string]map[string]string{}
	for _, body := range objects {
		for _, found := range fontRef.FindAllStringSubmatch(body, -1) {
			if to := unicode.FindStringSubmatch(objects[found[2]]); to != nil {
				fonts[found[1]] = glyphNames(streams[to[1]])
			}
		}
	}
	if len(fonts) == 0 {
		t.Fatal("no font says what its glyphs mean")
	}
	for _, content := range streams {
		if strings.Contains(content, "Tf") {
			text += shownText(content, fonts)
		}
	}
	return len(pages.FindAll(raw, -1)), text
}

func glyphNames(cmap string) map[string]string {
	names := map[string]string{}
	for _, found := range mapping.FindAllStringSubmatch(cmap, -1) {
		var units []uint16
		for i := 0; i+4 <= len(found[2]); i += 4 {
			unit, _ := strconv.ParseUint(found[2][i:i+4], 16, 16)
			units = append(units, uint16(unit))
		}
		names[strings.ToUpper(found[1])] = string(utf16.Decode(units))
	}
	return names
}

func shownText(content string, fonts map[string]map[string]string) (text string) {
	var font map[string]string
	for _, found := range shown.FindAllStringSubmatch(content, -1) {
		switch {
		case found[1] != "":
			font = fonts[found[1]]
		case found[2] != "":
			for _, run := range glyphs.FindAllStringSubmatch(found[2], -1) {
				for i := 0; i+4 <= len(run[1]); i += 4 {
					text += font[strings.ToUpper(run[1][i:i+4])]
				}
			}
		default:
			text += "\n"
		}
	}
	return text
}

// folded is text as a search finds it, whatever lines and runs it was broken into.
func folded(text string) string { return strings.Join(strings.Fields(text), "") }

func expect(t *testing.T, raw []byte, err error, words ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	n, text := read(t, raw)
	if n != 1 {
		t.Errorf("%d pages", n)
	}
	for _, want := range words {
		if !strings.Contains(folded(text), folded(want)) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if len(raw) > 150_000 {
		t.Errorf("%d bytes", len(raw))
	}
}

func TestAPosterSaysWhatItIsAsked(t *testing.T) {
	s := rail()
	raw, err := printer(t).Poster(s)
	expect(t, raw, err, append(s.Points, s.Title, s.To, s.By, s.Initials, s.Call, s.Site)...)
}

func TestASheetHasTwelveLinesAndItsWords(t *testing.T) {
	s := sheet()
	raw, err := printer(t).Sheet(s)
	expect(t, raw, err, append(append(append(s.Points, s.Columns[:]...), s.Fields[:]...), s.Heading, s.Title, s.To, s.By, s.Consent, s.Return, s.Online, s.Shown, "12")...)
}

func TestTheSameWordsMakeTheSameBytes(t *testing.T) {
	p := printer(t)
	one, err := p.Poster(rail())
	other, again := p.Poster(rail())
	if err != nil || again != nil || !bytes.Equal(one, other) {
		t.Error(err, again, len(one), len(other))
	}
}

func TestOtherScriptsAndWhatNobodySees(t *testing.T) {
	s := rail()
	s.Title, s.Points = "Φέρτε πίσω το τρένο, Łódź œuvre", []string{"Верните поезд \u202e\x07🚂", "", "日本語"}
	raw, err := printer(t).Poster(s)
	expect(t, raw, err, s.Title, "Верните поезд")
}

func TestEndlessWordsStayOnOnePage(t *testing.T) {
	p := printer(t)
	for _, words := range []string{"", strings.Repeat("W", 3000), strings.Repeat("Une maternité à moins de trente minutes ", 100), "\xff\xfe\x00", strings.Repeat("🚂", 50), strings.Repeat("é\u0301", 500)} {
		s := rail()
		s.Title, s.Points, s.To, s.By, s.Initials, s.Call, s.Shown, s.Site = words, []string{words, words, words, words}, words, words, words, words, words, words
		raw, err := p.Poster(s)
		expect(t, raw, err)
		f := sheet()
		f.Heading, f.Title, f.To, f.By, f.Points, f.Consent, f.Return, f.Online, f.Shown = words, words, words, words, s.Points, words, words, words, words
		for i := range f.Columns {
			f.Columns[i] = words
		}
		for i := range f.Fields {
			f.Fields[i] = words
		}
		raw, err = p.Sheet(f)
		expect(t, raw, err)
	}
}

func TestAnAddressThatNoCodeHoldsIsAnError(t *testing.T) {
	s := rail()
	s.Address = strings.Repeat("a", 5000)
	if _, err := printer(t).Poster(s); err == nil {
		t.Error("a code of 5,000 bytes")
	}
}

// FuzzPoster looks for words that stop the printer.
func FuzzPoster(f *testing.F) {
	p := printer(f)
	f.Add("Rouvrons la ligne du Val", "42 km de rails", "RV")
	f.Add("", "\xff", "e\u0301\u0489")
	f.Add(strings.Repeat("-", 300), strings.Repeat("a ", 300), "\u202e\u00ad")
	f.Fuzz(func(t *testing.T, title, point, letters string) {
		s := rail()
		s.Title, s.Points, s.Initials = title, []string{point}, letters
		raw, err := p.Poster(s)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := read(t, raw); n != 1 {
			t.Fatal(fmt.Sprint(n, " pages"))
		}
	})
}

func BenchmarkPoster(b *testing.B) {
	p, s := printer(b), rail()
	for b.Loop() {
		raw, err := p.Poster(s)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(raw)), "B/poster")
	}
}
