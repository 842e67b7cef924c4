package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"
	"testing"

	"essaim/internal/platform/picture"
)

// maxBytes is what a card may weigh.
const maxBytes = 60_000

func press(t testing.TB) *picture.Press {
	t.Helper()
	p, err := picture.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func rail() picture.CardSpec {
	return picture.CardSpec{Site: "Essaim", Title: "Rouvrons la ligne du Val", By: "Par Rail du Val", Count: "18 432 signatures", Seed: "ligne-du-val"}
}

// print makes a card and checks what every card promises.
func print(t testing.TB, p *picture.Press, spec picture.CardSpec) image.Image {
	t.Helper()
	raw, err := p.Card(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > maxBytes {
		t.Fatalf("%d bytes", len(raw))
	}
	card, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if size := card.Bounds().Size(); size != image.Pt(picture.CardWidth, picture.CardHeight) {
		t.Fatalf("%v", size)
	}
	return card
}

// ink counts the pixels of a card's box that are not of its ground.
func ink(card image.Image, box image.Rectangle, ground color.Color) (n int) {
	wr, wg, wb, _ := ground.RGBA()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if r, g, b, _ := card.At(x, y).RGBA(); r != wr || g != wg || b != wb {
				n++
			}
		}
	}
	return n
}

// headline is where a title stands, above the bands.
var headline = image.Rect(60, 150, 860, 430)

func TestACardShowsTitleNumberAndSwarm(t *testing.T) {
	p := press(t)
	for name, inks := range map[string]picture.Inks{"honey": picture.Honey(), "petrol": picture.Petrol(), "night": picture.Night(), "meadow": picture.Meadow(), "sand": picture.Sand()} {
		spec := rail()
		spec.Inks = inks
		card := print(t, p, spec)
		for part, box := range map[string]image.Rectangle{"headline": headline, "brand": image.Rect(60, 60, 400, 120), "swarm": image.Rect(900, 40, 1190, 420)} {
			if n := ink(card, box, inks.Ground); n < 1000 {
				t.Errorf("%s: %d pixels of %s", name, n, part)
			}
		}
		if n := ink(card, image.Rect(60, 530, 800, 600), inks.Deep); n < 3000 {
			t.Errorf("%s: %d pixels of the number", name, n)
		}
	}
}

func TestWordsStayOnTheSheetAndOffTheSwarm(t *testing.T) {
	p := press(t)
	for _, title := range []string{
		"Oui",
		strings.Repeat("W", 200),
		strings.Repeat("Une maternité à moins de trente minutes ", 20),
		"Anticonstitutionnellement-intergouvernementalisation",
	} {
		spec := rail()
		spec.Title, spec.Inks = title, picture.Honey()
		spec.By, spec.Count = strings.Repeat("Par le Collectif ", 20), strings.Repeat("9", 100)
		card := print(t, p, spec)
		edges := []image.Rectangle{image.Rect(0, 0, 60, 480), image.Rect(866, 130, 874, 400), image.Rect(0, 0, 1200, 10)}
		for _, edge := range edges {
			if n := ink(card, edge, spec.Inks.Ground); n != 0 {
				t.Errorf("%.20q: %d pixels in %v", title, n, edge)
			}
		}
		if n := ink(card, image.Rect(1160, 530, 1200, 625), spec.Inks.Deep); n != 0 {
			t.Errorf("%.20q: the foot runs out of the sheet", title)
		}
	}
}

func TestATitleThatTheFontsDoNotKnowIsReplacedByTheSite(t *testing.T) {
	p := press(t)
	spec := rail()
	spec.Title = spec.Site
	want := print(t, p, spec)
	for _, title := range []string{"", "أعيدوا القطار", "恢复铁路", "🚂🚂", "\x00\u202e\ufeff", "החזירו את הרכבת"} {
		spec.Title = title
		if !same(want, print(t, p, spec)) {
			t.Errorf("%q is drawn otherwise", title)
		}
	}
}

func TestGreekCyrillicAndRareLatinAreWritten(t *testing.T) {
	p := press(t)
	spec := rail()
	spec.Title = ""
	empty := print(t, p, spec)
	for _, title := range []string{"Φέρτε πίσω το τρένο", "Верните поезд", "Přiveďte vlak zpět", "Înapoi trenul, œuvre ß Łódź ğ"} {
		spec.Title = title
		if same(empty, print(t, p, spec)) {
			t.Errorf("%q is not drawn", title)
		}
	}
}

func TestWhatCannotBeSeenChangesNothing(t *testing.T) {
	p := press(t)
	spec := rail()
	want := print(t, p, spec)
	spec.Title = " Rouvrons\u202e  la\tligne\x07 du\nVal 🚂\u200b "
	if !same(want, print(t, p, spec)) {
		t.Error("controls, directions, spaces or emoji are seen")
	}
}

func TestTheSameSeedMakesTheSameSwarm(t *testing.T) {
	p := press(t)
	a, b := rail(), rail()
	b.Seed = "another"
	a.Inks, b.Inks = picture.Honey(), picture.Honey()
	if !same(print(t, p, a), print(t, p, a)) {
		t.Error("one seed makes two swarms")
	}
	if same(print(t, p, a), print(t, p, b)) {
		t.Error("two seeds make one swarm")
	}
}

func TestWhoNoLongerWaitsGetsNothing(t *testing.T) {
	p := press(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Card(ctx, rail()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	p := press(t)
	want := print(t, p, rail())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			raw, err := p.Card(t.Context(), rail())
			if err != nil {
				t.Error(err)
				return
			}
			card, err := png.Decode(bytes.NewReader(raw))
			if err != nil || !same(want, card) {
				t.Errorf("another card: %v", err)
			}
		})
	}
	all.Wait()
}

func same(a, b image.Image) bool {
	x, y := a.(*image.Paletted), b.(*image.Paletted)
	return bytes.Equal(x.Pix, y.Pix)
}

// FuzzCard looks for a title that stops the press.
func FuzzCard(f *testing.F) {
	p := press(f)
	f.Add("Essaim", "Rouvrons la ligne du Val", "Par Rail du Val", "18 432 signatures")
	f.Add("", "", "", "")
	f.Add("\xff\xfe", "e\u0301\u0301\u0301", "\u202eabc", "-")
	f.Add("W", strings.Repeat("-", 300), strings.Repeat("a ", 300), strings.Repeat("\u00a0", 30))
	f.Add("x", "A\u0489\U0001F1EB\U0001F1F7", "ﬁﬃ", "٣")
	f.Fuzz(func(t *testing.T, site, title, by, count string) {
		print(t, p, picture.CardSpec{Site: site, Title: title, By: by, Count: count, Seed: title})
	})
}

func BenchmarkCard(b *testing.B) {
	p := press(b)
	spec := rail()
	spec.Title = "Une maternité à moins de trente minutes de chez soi, partout en France et dans les outre-mer"
	for b.Loop() {
		raw, err := p.Card(b.Context(), spec)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(raw)), "B/card")
	}
}
