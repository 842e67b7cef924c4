package demo

import (
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
)

// Signatures invents the signatures of a petition: exactly its Count, each of another person, with addresses that reach nobody.
// They are the same for the same places; their times end shortly before now.
func Signatures(p Petition, atlas *places.Places, now time.Time) iter.Seq[mobilisation.Planted] {
	return func(yield func(mobilisation.Planted) bool) {
		seed := fnv.New64a()
		seed.Write([]byte(p.Plan.Slug))
		// Not package id: these must be the same on every run, and nothing hangs on their being guessed.
		c := crowd{
			Petition: p, random: rand.New(rand.NewPCG(seed.Sum64(), 0)), towns: townsOf(atlas),
			given: givenNames(), family: familyNames(), abroad: abroad(),
		}
		times := c.times(now)
		said := c.messages()
		for i := range p.Count {
			signer := c.person(i)
			// The last who come say why: the page shows the latest messages.
			if left := p.Count - i; left%3 == 1 && left/3 < len(said) {
				signer.Message, signer.Lang = said[left/3].words, said[left/3].lang
				signer.Consents &^= mobilisation.Under15
			}
			if !yield(mobilisation.Planted{Signer: signer, At: times[i]}) {
				return
			}
		}
	}
}

// crowd is the people who sign one petition.
type crowd struct {
	Petition
	random *rand.Rand
	towns  towns
	given  []string
	family []string
	abroad []far
}

// person invents the i-th.
func (c *crowd) person(i int) mobilisation.Signer {
	given, family := pick(c.random, c.given), pick(c.random, c.family)
	country, code := c.home()
	return mobilisation.Signer{
		GivenName: given, FamilyName: family, Email: address(given, family, i),
		Country: country, PostalCode: code, Lang: c.language(country), Consents: c.consents(),
	}
}

// address is different for each i. The three domains are reserved for examples (RFC 2606 3).
func address(given, family string, i int) string {
	local := strings.ReplaceAll(prose.Fold(given+"."+family), " ", "-")
	domain := []string{"example.org", "example.net", "example.com"}[i%3]
	return strings.ReplaceAll(local, "'", "") + "." + strconv.Itoa(i+1) + "@" + domain
}

// home is where one lives: abroad, in the petition's own places for five in six, or anywhere in France by population.
func (c *crowd) home() (country, code string) {
	switch {
	case c.random.IntN(100) < c.Abroad:
		far := pick(c.random, c.abroad)
		return far.country, far.code
	case len(c.Spread) > 0 && c.random.IntN(6) > 0:
		nearest := min(c.random.IntN(len(c.Spread)), c.random.IntN(len(c.Spread)))
		return "FR", c.Spread[nearest]
	}
	return "FR", pick(c.random, c.towns.any(c.random))
}

// language is of the page on which one signed.
func (c *crowd) language(country string) string {
	if country != "FR" && len(c.Plan.Texts) > 1 && c.random.IntN(3) > 0 {
		return "en"
	}
	return c.Plan.Lang
}

// consents are ticked by some, never by all.
func (c *crowd) consents() mobilisation.Consents {
	if c.random.IntN(200) == 0 {
		return mobilisation.Under15
	}
	var ticked mobilisation.Consents
	if c.random.IntN(10) < 3 {
		ticked |= mobilisation.PublicName
	}
	if c.random.IntN(10) < 5 {
		ticked |= mobilisation.Letters
	}
	return ticked
}

// times are when the signatures came, the first one first: a third in the first days, when word goes round, the others evenly.
func (c *crowd) times(now time.Time) []time.Time {
	const first, last = 5 * 24 * time.Hour, 20 * time.Minute
	all := make([]time.Time, c.Count)
	for i := range all {
		span := c.Age - last
		if c.random.IntN(3) == 0 {
			span = min(first, span)
		}
		since := time.Duration(c.random.Int64N(int64(span)))
		all[i] = now.Add(since - c.Age).Truncate(time.Second)
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

type message struct{ lang, words string }

func (c *crowd) messages() []message {
	var all []message
	for _, lang := range languages() {
		for _, words := range c.Messages[lang] {
			all = append(all, message{lang, words})
		}
	}
	return all
}

// towns are the communes of France with the people who live in them and in those before, so that a number finds one.
type towns struct {
	postalCodes [][]string
	upTo        []int
}

func townsOf(atlas *places.Places) towns {
	var t towns
	total := 0
	for commune := range atlas.Communes() {
		if commune.Arrondissement || len(commune.PostalCodes) == 0 || commune.Population == 0 {
			continue // an arrondissement is counted with its city
		}
		total += commune.Population
		t.postalCodes = append(t.postalCodes, commune.PostalCodes)
		t.upTo = append(t.upTo, total)
	}
	return t
}

// any returns the postal codes of a commune, the likelier the more people live there.
func (t towns) any(random *rand.Rand) []string {
	n := random.IntN(t.upTo[len(t.upTo)-1])
	return t.postalCodes[sort.SearchInts(t.upTo, n+1)]
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }
