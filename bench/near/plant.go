package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"essaim/internal/app"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/places"
)

const (
	carriers = 1000
	writers  = 128
	city     = "75" // the dense city: half of all are in this department
)

// invention makes mobilisations whose words are as often as words of a language are: the second half as often as the first.
type invention struct {
	random   *rand.Rand
	zipf     *rand.Zipf
	communes []places.Commune
	dense    []places.Commune
	carriers []string
}

const vocabulary = 20_000

func newInvention(seed uint64, atlas *places.Places) *invention {
	random := rand.New(rand.NewPCG(seed, 7))
	v := &invention{random: random, zipf: rand.NewZipf(random, 1.07, 3, vocabulary-1)}
	for c := range atlas.Communes() {
		v.communes = append(v.communes, c)
		if c.Department == city {
			v.dense = append(v.dense, c)
		}
	}
	return v
}

// word is an invented one, always the same for a number.
func word(n uint64) string {
	syllables := []string{"ba", "co", "du", "fe", "gi", "lo", "ma", "ne", "pi", "ro", "su", "ta", "vé", "zo", "tran", "plui", "char", "bleu", "nord", "sel"}
	var b strings.Builder
	for n += 20; n > 0; n /= 20 {
		b.WriteString(syllables[n%20])
	}
	return b.String()
}

func (v *invention) words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = word(v.zipf.Uint64())
	}
	return strings.Join(all, " ")
}

// area is a commune of the dense city for every second, any commune for most others, a department or the country for the rest.
func (v *invention) area() mobilisation.Area {
	switch n := v.random.IntN(100); {
	case n < 50:
		return mobilisation.Area("commune:" + v.dense[v.random.IntN(len(v.dense))].Code)
	case n < 90:
		return mobilisation.Area("commune:" + v.communes[v.random.IntN(len(v.communes))].Code)
	case n < 95:
		return mobilisation.Area("department:" + v.communes[v.random.IntN(len(v.communes))].Department)
	}
	return "country:FR"
}

func (v *invention) plan(i int) mobilisation.Plan {
	themes := mobilisation.Themes()
	return mobilisation.Plan{
		Slug: fmt.Sprintf("essai-%06d", i), OrganisationID: v.carriers[v.random.IntN(len(v.carriers))], Lang: "fr", Area: v.area(),
		Theme: themes[v.random.IntN(len(themes))], Milestones: []mobilisation.Milestone{{Goal: 100}, {Goal: 1000}},
		Texts: []mobilisation.Text{{Lang: "fr", Title: v.words(7), Points: []string{v.words(12), v.words(12)}, Addressee: v.words(3), Why: v.words(150)}},
	}
}

// plant writes so many mobilisations, unless they are there from an earlier run.
func plant(ctx context.Context, h *app.House, many int) error {
	if err := h.Search.Mend(ctx); err != nil { // nobody works jobs here
		return err
	}
	there, err := h.Search.Count(ctx, "mobilisation", many)
	if err != nil || there >= many {
		return err
	}
	if there > 0 {
		return fmt.Errorf("the folder has %d mobilisations from a run that did not end: delete it", there)
	}
	v := newInvention(1, h.Places.Load())
	for i := range carriers {
		made, err := h.Organised.Create(ctx, organisation.Plan{
			Slug: fmt.Sprintf("collectif-%04d", i), Name: "Collectif " + v.words(2), Texts: []organisation.Text{{Lang: "fr", Lede: v.words(10)}},
		}, "")
		if err != nil {
			return err
		}
		v.carriers = append(v.carriers, made.ID)
	}
	bar := progressbar.NewOptions(many, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("planting"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(time.Second))
	return errors.Join(v.write(ctx, h, many, func() { _ = bar.Add(1) }), bar.Finish())
}

// numbered is a plan with its place in the order of publication.
type numbered struct {
	mobilisation.Plan
	i int
}

// write publishes so many, one every ten minutes until now, from many hands at once.
func (v *invention) write(ctx context.Context, h *app.House, many int, done func()) (err error) {
	plans, failed := make(chan numbered), make(chan error, writers)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for plan := range plans {
				at := h.Clock.Now().Add(-time.Duration(many-plan.i) * 10 * time.Minute)
				if err := publish(ctx, h, plan.Plan, at); err != nil {
					failed <- err
					return
				}
				done()
			}
		})
	}
	for i := 0; i < many && err == nil; i++ {
		select {
		case plans <- numbered{v.plan(i), i}:
		case err = <-failed:
		}
	}
	close(plans)
	group.Wait()
	return err
}

func publish(ctx context.Context, h *app.House, plan mobilisation.Plan, at time.Time) error {
	made, err := h.Petitions.Create(ctx, plan)
	if err != nil {
		return err
	}
	return h.Petitions.PublishAt(ctx, made.ID, at)
}
