package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"essaim/bench/figure"
	"essaim/internal/app"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/places"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
)

// goal is how long 99 of 100 answers may take, in milliseconds.
const goal = 20

// pages asks for whole pages, no two alike, so that none comes from memory.
func (b *bench) pages(ctx context.Context, engine, origin string, h *app.House) error {
	v := newInvention(2, h.Places.Load())
	for _, kind := range []struct {
		name  string
		paths []string
	}{
		{"near, in the dense city", v.near(v.dense, b.requests)},
		{"near, anywhere", v.near(v.communes, b.requests)},
		{"search, one to three words", v.searches(b.requests, "")},
		{"search, with a theme", v.searches(b.requests, "health")},
		{"all, by theme", v.lists()},
	} {
		times, err := ask(ctx, origin, kind.paths)
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		b.tell(engine+": page: "+kind.name, times)
	}
	return nil
}

func (b *bench) tell(name string, times []time.Duration) {
	slices.Sort(times)
	b.table.Most(name+", 99 of 100 within", milliseconds(figure.Percentile(times, 99)), "ms", goal)
	b.table.Note("  half within", milliseconds(figure.Percentile(times, 50)), "ms")
	b.table.Note("  the slowest", milliseconds(times[len(times)-1]), "ms")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// near are addresses of pages around communes, of every distance, theme and language.
func (v *invention) near(communes []places.Commune, most int) []string {
	var all []string
	for _, lang := range []string{"", "/en"} {
		for _, km := range []string{"5", "20", "50", "100"} {
			for _, theme := range append([]string{""}, mobilisation.Themes()...) {
				for _, c := range communes {
					all = append(all, lang+"/near?commune="+c.Code+"&km="+km+"&theme="+theme)
				}
			}
		}
	}
	return v.some(all, most)
}

func (v *invention) searches(most int, theme string) []string {
	var all []string
	for range most {
		all = append(all, "/search?theme="+theme+"&q="+url.QueryEscape(v.words(1+v.random.IntN(3))))
	}
	return all
}

func (v *invention) lists() []string {
	all := []string{"/search", "/feed", "/en/feed"}
	for _, theme := range mobilisation.Themes() {
		all = append(all, "/search?theme="+theme, "/en/search?theme="+theme, "/feed/theme/"+theme)
	}
	return all
}

func (v *invention) some(all []string, most int) []string {
	v.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(most, len(all))]
}

// ask asks for each address in turn, and returns how long each answer took.
func ask(ctx context.Context, origin string, paths []string) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	var times []time.Duration
	for i, path := range append(paths[:min(20, len(paths)):20], paths...) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+path, nil)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		answer, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		took := time.Since(began)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s %w", path, answer.Status, err)
		}
		if i >= 20 { // the first ones warm up
			times = append(times, took)
		}
	}
	return times[min(20, len(times)/2):], nil // and were asked for a moment ago
}

// index asks the index alone, among as many things as there are mobilisations, each at a place of its own: half within ten
// kilometres of one point.
func (b *bench) index(ctx context.Context, engine string, h *app.House) error {
	random := rand.New(rand.NewPCG(5, 9))
	middle := places.Point{Lat: 48.8566, Lon: 2.3522}
	there, err := h.Search.Count(ctx, "thing", b.many)
	if err != nil {
		return err
	}
	for at := there; at < b.many; at += 500 {
		if err := h.DB.InLongTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			for i := at; i < min(at+500, b.many); i++ {
				d := search.Document{
					Kind: "thing", Subject: strconv.Itoa(i), Path: "/thing/" + strconv.Itoa(i), Open: true,
					Published: h.Clock.Now().Add(-time.Duration(i) * time.Minute), Point: somewhere(random, middle, i%2 == 0),
				}
				if err := h.Search.Put(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	for _, dense := range []bool{true, false} {
		var times []time.Duration
		for range b.requests {
			q := search.Near{Kind: "thing", Point: somewhere(random, middle, dense), Radius: []float64{5, 20, 50, 100}[random.IntN(4)], Limit: 21}
			began := time.Now()
			if _, err := h.Search.Near(ctx, q); err != nil {
				return err
			}
			times = append(times, time.Since(began))
		}
		b.tell(engine+": index: near "+map[bool]string{true: "in the dense city", false: "anywhere"}[dense], times)
	}
	return nil
}

// somewhere is a point in the city, or in France.
func somewhere(random *rand.Rand, middle places.Point, dense bool) places.Point {
	if dense {
		return places.Point{Lat: middle.Lat + (random.Float64()-0.5)*0.18, Lon: middle.Lon + (random.Float64()-0.5)*0.27}
	}
	return places.Point{Lat: 43 + random.Float64()*7.5, Lon: -1 + random.Float64()*8}
}
