package mobilisation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"essaim/internal/platform/edit"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
)

// Edition is all the words of a petition at one time, by language. Spaces are plain: typography sets them where they are shown.
type Edition map[string]Demand

// Demand is what a petition says in one language.
type Demand struct {
	Title     string   `json:"title"`
	Addressee string   `json:"addressee"`
	Points    []string `json:"points,omitempty"`
	Why       string   `json:"why,omitempty"`    // Markdown
	Letter    string   `json:"letter,omitempty"` // Markdown
	Sources   []Source `json:"sources,omitempty"`
}

// Difference is one part of the words that differs between two editions.
type Difference struct {
	Lang   string
	Part   string // "title", "addressee", "points", "why", "letter", "sources"
	Pieces []edit.Piece
}

// Parts are the parts of a demand, in the order of the page.
func Parts() []string { return []string{"title", "addressee", "points", "why", "letter", "sources"} }

// part is one part of a demand as plain text; lists have one entry a line.
func (d Demand) part(name string) string {
	switch name {
	case "title":
		return d.Title
	case "addressee":
		return d.Addressee
	case "points":
		return strings.Join(d.Points, "\n")
	case "why":
		return d.Why
	case "letter":
		return d.Letter
	}
	return d.SourceLines()
}

// SourceLines are the sources as they are typed: one a line, its title and its address.
func (d Demand) SourceLines() string {
	lines := make([]string, len(d.Sources))
	for i, s := range d.Sources {
		lines[i] = s.Title + " " + s.URL
		if s.Title == s.URL {
			lines[i] = s.URL
		}
	}
	return strings.Join(lines, "\n")
}

// Text is a demand as the words of a version.
func (d Demand) Text(lang string) Text {
	return Text{Lang: lang, Title: d.Title, Addressee: d.Addressee, Points: d.Points, Why: d.Why, Letter: d.Letter}
}

func (d Demand) same(other Demand) bool {
	return !slices.ContainsFunc(Parts(), func(part string) bool { return d.part(part) != other.part(part) })
}

// Empty tells whether nothing is written.
func (d Demand) Empty() bool { return d.same(Demand{}) }

// clean is the demand with its words cleaned; points that say nothing are left out.
func (d Demand) clean() Demand {
	text := d.Text("").clean()
	d.Title, d.Addressee, d.Why, d.Letter = text.Title, text.Addressee, text.Why, text.Letter
	d.Points = slices.DeleteFunc(text.Points, func(point string) bool { return point == "" })
	if len(d.Points) == 0 {
		d.Points = nil
	}
	return d
}

// Langs are the languages of an edition, the original first.
func (e Edition) Langs(original string) []string {
	tags := slices.Sorted(maps.Keys(e))
	slices.SortStableFunc(tags, func(a, b string) int {
		switch {
		case a == original && b != original:
			return -1
		case b == original && a != original:
			return 1
		}
		return 0
	})
	return tags
}

// Since lists what differs from an older edition, language by language, the original first: also what went with a language that is gone.
func (e Edition) Since(before Edition, original string) (all []Difference) {
	for _, lang := range (Edition{}).with(before, e).Langs(original) {
		for _, part := range Parts() {
			then, now := before[lang].part(part), e[lang].part(part)
			if then != now {
				all = append(all, Difference{Lang: lang, Part: part, Pieces: edit.Compare(then, now)})
			}
		}
	}
	return all
}

// translated tells whether all that differs from an older edition is that it speaks more languages.
func (e Edition) translated(before Edition) bool {
	for lang, then := range before {
		if !then.same(e[lang]) {
			return false
		}
	}
	return len(e) > len(before)
}

// changedWords counts the words that differ from an older edition in the languages that it had, sources apart.
func (e Edition) changedWords(before Edition) (n int) {
	for lang, then := range before {
		for _, part := range Parts() {
			if part != "sources" {
				n += edit.Words(edit.Compare(then.part(part), e[lang].part(part)))
			}
		}
	}
	return n
}

// clean is the edition with its words cleaned.
func (e Edition) clean() Edition {
	all := Edition{}
	for lang, d := range e {
		all[lang] = d.clean()
	}
	return all
}

// check says which words cannot stand, by field: "title_fr".
func (e Edition) check() error {
	var f fault.Flaws
	for _, lang := range slices.Sorted(maps.Keys(e)) {
		d, at := e[lang], "_"+lang
		f.When(d.Title == "", "title"+at, "mobilisation.title_missing")
		f.When(prose.Longer(d.Title, MaxTitle), "title"+at, "mobilisation.title_length", "max", MaxTitle)
		f.When(d.Addressee == "", "addressee"+at, "mobilisation.addressee_missing")
		f.When(prose.Longer(d.Addressee, MaxTitle), "addressee"+at, "mobilisation.addressee_length", "max", MaxTitle)
		for i, point := range d.Points {
			f.When(prose.Longer(point, MaxPoint), "point_"+strconv.Itoa(i+1)+at, "mobilisation.point_length", "max", MaxPoint)
		}
		f.When(prose.Longer(d.Why, MaxWhy), "why"+at, "mobilisation.why_length", "max", MaxWhy)
		f.When(prose.Longer(d.Letter, MaxWhy), "letter"+at, "mobilisation.why_length", "max", MaxWhy)
	}
	return f.Err()
}

// encode writes an edition as its row keeps it.
func (e Edition) encode() (string, error) {
	raw, err := json.Marshal(e)
	return string(raw), err
}

func readEdition(raw string) (e Edition, err error) {
	err = json.Unmarshal([]byte(raw), &e)
	return e, err
}

// ReadSources reads one source a line, as they are typed; bad tells that some line is none.
func ReadSources(lines string) (list []Source, bad bool) {
	return (&Answers{Sources: lines}).sourceList()
}

// Merge brings what somebody wrote on an older edition onto the one that stands now: parts that they left as they were are those of now.
func (e Edition) Merge(base, now Edition) Edition {
	all := Edition{}.with(now)
	for lang, mine := range e {
		then, there := base[lang]
		theirs, still := now[lang]
		if !there || !still {
			all[lang] = mine
			continue
		}
		all[lang] = mine.merge(then, theirs)
	}
	return all
}

func (d Demand) merge(then, theirs Demand) Demand {
	if d.Title == then.Title {
		d.Title = theirs.Title
	}
	if d.Addressee == then.Addressee {
		d.Addressee = theirs.Addressee
	}
	if slices.Equal(d.Points, then.Points) {
		d.Points = theirs.Points
	}
	if d.Why == then.Why {
		d.Why = theirs.Why
	}
	if d.Letter == then.Letter {
		d.Letter = theirs.Letter
	}
	if slices.Equal(d.Sources, then.Sources) {
		d.Sources = theirs.Sources
	}
	return d
}
