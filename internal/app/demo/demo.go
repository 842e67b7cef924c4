// Package demo is the invented content of `essaim demo`: organisations, mobilisations and signatures, so that a newcomer sees a
// site that is alive.
//
// What it promises: towns, departments and institutions that it names are real, what it tells of them is invented and harmless,
// and no sentence lends a real institution an act that it did not do. Organisations, people, addresses and sources are
// invented: the addresses are those that RFC 2606 reserves for examples. It is the same on every run.
//
// Where things are: petition.go and organisation.go give the figures, text/ the words, one Markdown file for each subject and
// language in sections that text.go reads; signature.go invents people from the lists of name.go.
package demo

import (
	"time"

	"essaim/internal/mobilisation"
)

// Petition is an invented mobilisation with what happens to it.
type Petition struct {
	Plan         mobilisation.Plan // without OrganisationID
	Organisation string            // slug of who carries it
	State        mobilisation.State
	Outcome      map[string]string // Markdown by language: what came of it, for one that ended
	Count        int               // of signatures to invent
	Age          time.Duration     // since the first signature
	Spread       []string          // French postal codes where most live, the likeliest first; empty: everywhere, by population
	Abroad       int               // how many in a hundred live outside France
	Messages     map[string][]string
	News         []News
}

// News is a piece of news, so long ago.
type News struct {
	Lang, Title, Body string // Body is Markdown
	Ago               time.Duration
}

// NewsAt dates the news of a petition for someone who looks now.
func (p Petition) NewsAt(now time.Time) []mobilisation.News {
	var dated []mobilisation.News
	for _, n := range p.News {
		dated = append(dated, mobilisation.News{Lang: n.Lang, Title: n.Title, Body: n.Body, Published: now.Add(-n.Ago).UnixMicro()})
	}
	return dated
}
