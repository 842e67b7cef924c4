package places_test

import (
	"os"
	"runtime"
	"testing"

	"essaim/internal/platform/places"
)

func BenchmarkLoad(b *testing.B) {
	folder := os.DirFS(reference(b))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var p *places.Places
	for b.Loop() {
		var err error
		if p, err = places.Load(b.Context(), folder); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/(1<<20), "live-MB")
	runtime.KeepAlive(p)
}

func BenchmarkLoadSample(b *testing.B) {
	for b.Loop() {
		sample(b)
	}
}

func BenchmarkPostalCode(b *testing.B) {
	p := whole(b)
	for _, c := range []struct{ name, country, code string }{
		{"one commune", "FR", "67000"}, {"46 communes", "FR", "51300"}, {"abroad", "NL", "1011AA"}, {"wrong", "FR", "hello"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				p.PostalCode(c.country, c.code)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	p := whole(b)
	for _, query := range []string{"s", "strasbourg", "saint denis", "bourg saint", "e x", "xyzzy", "st", "67", "la haye du puits"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				p.Search(query, 10)
			}
		})
	}
}

func BenchmarkNear(b *testing.B) {
	p := whole(b)
	paris := places.Point{Lat: 48.86, Lon: 2.34}
	for b.Loop() {
		p.Near(paris, 30, 20)
	}
}

// The dearest words that were found: nothing has them all, and each stands in thousands of names.
func BenchmarkSearchInVain(b *testing.B) {
	p := whole(b)
	for _, query := range []string{"saint a e i o u de la le", "de en la le les sur", "le en", "de xx", "saint saint saint saint saint xx", "de en la le les sur 75"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				p.Search(query, 10)
			}
		})
	}
}
