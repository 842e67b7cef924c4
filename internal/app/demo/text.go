package demo

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
)

// files are the words: text/petition/SLUG.LANG.md and text/organisation/SLUG.LANG.md. A line "# name" begins a section, which
// goes on to the next; everything in a section is Markdown.
//
//go:embed text/*/*.md
var files embed.FS

// languages lists those that a file may be in. The first one in which a subject has words is the language of its original.
func languages() []string { return []string{"fr", "en"} }

// section is a part of a file.
type section struct{ name, body string }

// sections is a file.
type sections []section

// read returns the words of a subject in a language; ok is false when there are none.
func read(folder, slug, lang string) (s sections, ok bool) {
	text, err := files.ReadFile("text/" + folder + "/" + slug + "." + lang + ".md")
	if err != nil {
		return nil, false
	}
	for part := range strings.SplitSeq("\n"+strings.TrimSpace(string(text)), "\n# ") {
		if name, body, _ := strings.Cut(part, "\n"); name != "" {
			s = append(s, section{strings.TrimSpace(name), strings.TrimSpace(body)})
		}
	}
	return s, true
}

// one returns the section of this name, empty when there is none.
func (s sections) one(name string) string {
	for _, part := range s {
		if part.name == name {
			return part.body
		}
	}
	return ""
}

// list returns the lines of a section that is a list.
func (s sections) list(name string) []string {
	var items []string
	for line := range strings.SplitSeq(s.one(name), "\n") {
		if item, ok := strings.CutPrefix(line, "- "); ok {
			items = append(items, item)
		}
	}
	return items
}

// fill reads the words of a petition in every language that it has.
func (p *Petition) fill() {
	p.Outcome, p.Messages, p.Plan.Sources = map[string]string{}, map[string][]string{}, map[string][]mobilisation.Source{}
	for _, lang := range languages() {
		words, ok := read("petition", p.Plan.Slug, lang)
		if !ok {
			continue
		}
		p.Plan.Texts = append(p.Plan.Texts, mobilisation.Text{
			Lang: lang, Title: words.one("title"), Points: words.list("points"), Addressee: words.one("addressee"),
			Why: words.one("why"), Letter: words.one("letter"),
		})
		for i, done := range words.list("milestones") {
			p.Plan.Milestones[i].Words[lang] = done
		}
		for _, line := range words.list("sources") {
			p.Plan.Sources[lang] = append(p.Plan.Sources[lang], source(line))
		}
		if outcome := words.one("outcome"); outcome != "" {
			p.Outcome[lang] = outcome
		}
		p.Messages[lang] = words.list("messages")
		p.News = append(p.News, words.news(lang)...)
	}
}

// source reads [title](address).
func source(line string) mobilisation.Source {
	title, address, _ := strings.Cut(strings.Trim(line, "[)"), "](")
	return mobilisation.Source{Title: title, URL: address}
}

// news reads the sections "news DAYS": a title, and below it what happened so many days ago.
func (s sections) news(lang string) []News {
	var all []News
	for _, part := range s {
		days, ok := strings.CutPrefix(part.name, "news ")
		if !ok {
			continue
		}
		ago, err := strconv.Atoi(days)
		if err != nil {
			panic(fmt.Sprintf("text/: # %s: %v", part.name, err)) // the files are embedded above
		}
		title, body, _ := strings.Cut(part.body, "\n")
		all = append(all, News{Lang: lang, Title: title, Body: strings.TrimSpace(body), Ago: time.Duration(ago) * 24 * time.Hour})
	}
	return all
}
