package mobilisation

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
)

// State is where a petition stands in its life.
type State string

// The states. Only a published petition takes signatures.
const (
	Draft     State = "draft"
	Review    State = "review"   // proposed; moderators read it
	Rejected  State = "rejected" // with a reason; its author may propose another text
	Published State = "published"
	Closed    State = "closed"
	Victory   State = "victory"
)

// Petition is a demand with its words in every language that it has.
type Petition struct {
	ID             string
	Slug           string
	State          State
	OrganisationID string // empty where a person carries it in their own name
	AuthorID       string // of the account that proposed it; empty when nobody is known
	AuthorName     string // under which the page shows who carries it
	Theme          string // one of Themes, empty for none
	Charter        int64  // version that was accepted
	Submitted      time.Time
	Ends           time.Time // when it stops taking signatures by itself; zero for never
	Lang           string    // of the original
	Motif          string    // name of the poster motif
	Picture        Picture
	Area           Area
	Created        time.Time
	Published      time.Time
	Closed         time.Time // when it stopped taking signatures
	Pause          Pause
	Delivered      time.Time // the day on which the signatures were last handed over, midnight in UTC; zero for never
	Texts          map[string]Text
	Sources        map[string][]Source
	Questions      map[string][]Question
	Documents      []Document
	Milestones     []Milestone // by goal, the lowest first
}

// Text is the words of a petition in one language, in one version. A version is never changed.
type Text struct {
	Lang      string
	Version   int
	Title     string
	Points    []string // at most three lines: why, at a glance
	Addressee string   // to whom
	Why       string   // Markdown
	Letter    string   // Markdown: the full text to the addressee
	Outcome   string   // Markdown: what came of it, once closed or won
}

// Source is where a fact of the text can be read.
type Source struct{ Title, URL string }

// Milestone is a number of signatures and what is done when it is reached.
type Milestone struct {
	Goal    int64
	Reached time.Time         // zero while it is not
	Words   map[string]string // by language
}

// Area says where a petition is at home: "world", "europe", "country:FR", "region:84", "department:67", "commune:67482".
type Area string

// Kind is the part before the colon.
func (a Area) Kind() string { kind, _, _ := strings.Cut(string(a), ":"); return kind }

// Code is the part after the colon.
func (a Area) Code() string { _, code, _ := strings.Cut(string(a), ":"); return code }

// Local tells whether the petition is of one place rather than of a country or more.
func (a Area) Local() bool {
	return slices.Contains([]string{"commune", "department", "region"}, a.Kind())
}

// TextIn returns the words in lang, or in the original language when there are none; ok tells which.
func (p *Petition) TextIn(lang string) (text Text, ok bool) {
	if text, ok = p.Texts[lang]; ok {
		return text, true
	}
	return p.Texts[p.Lang], false
}

// SourcesIn returns the sources in lang, or in the original language when there are none, and which it was.
func (p *Petition) SourcesIn(lang string) (sources []Source, in string) {
	if own := p.Sources[lang]; len(own) > 0 {
		return own, lang
	}
	return p.Sources[p.Lang], p.Lang
}

// WordsIn returns what is done at a milestone in lang, or in the fallback.
func (m Milestone) WordsIn(lang, fallback string) string {
	if words := m.Words[lang]; words != "" {
		return words
	}
	return m.Words[fallback]
}

// grace is how long after the close a signature made before may still be confirmed.
const grace = 24 * time.Hour

// Shown tells whether everybody may see the petition: it was published, whatever became of it.
func (p *Petition) Shown() bool { return !p.Published.IsZero() }

// TakesSignatures tells whether one may sign now.
func (p *Petition) TakesSignatures() bool { return p.State == Published && !p.Paused() }

// takesConfirmations tells whether a signature made in time may be confirmed now, under a petition that ended at this time;
// zero while it goes on.
func takesConfirmations(closed, now time.Time) bool {
	return closed.IsZero() || now.Sub(closed) <= grace
}

// NextGoal returns the first milestone above n. Past the last one, or without any, the next round number is the goal.
func (p *Petition) NextGoal(n int64) int64 {
	for _, m := range p.Milestones {
		if m.Goal > n {
			return m.Goal
		}
	}
	for power := int64(100); ; power *= 10 {
		for _, step := range []int64{1, 2, 5} {
			if goal := step * power; goal > n {
				return goal
			}
		}
	}
}

// Plan is what a petition is made from.
type Plan struct {
	Slug           string
	OrganisationID string
	AuthorID       string
	AuthorName     string
	Theme          string // one of Themes, empty for none
	Charter        int64
	Ends           time.Time
	Lang           string
	Motif          string
	Area           Area
	Texts          []Text
	Sources        map[string][]Source
	Questions      map[string][]Question
	Milestones     []Milestone
}

// Lengths, in characters.
const (
	MaxTitle  = 120
	MaxPoint  = 200
	maxPoints = 3
)

// clean is the plan with its words cleaned.
func (p Plan) clean() Plan {
	texts := make([]Text, len(p.Texts))
	for i, t := range p.Texts {
		texts[i] = t.clean()
	}
	p.Texts = texts
	sources := map[string][]Source{}
	for lang, list := range p.Sources {
		for _, s := range list {
			sources[lang] = append(sources[lang], Source{Title: prose.Line(s.Title), URL: prose.Line(s.URL)})
		}
	}
	p.Sources = sources
	milestones := make([]Milestone, len(p.Milestones))
	for i, m := range p.Milestones {
		milestones[i] = Milestone{Goal: m.Goal, Words: map[string]string{}}
		for lang, words := range m.Words {
			milestones[i].Words[lang] = prose.Line(words)
		}
	}
	p.Milestones = milestones
	return p
}

// valid tells whether the address of a source is one of a page on the web.
func (s Source) valid() bool {
	address, err := url.Parse(s.URL)
	return err == nil && (address.Scheme == "https" || address.Scheme == "http") && address.Hostname() != "" && address.User == nil && len(s.URL) <= maxURL
}

const maxURL = 2000 // bytes

// check refuses a plan that could not be shown.
func (p Plan) check() error {
	var fields []fault.Field
	if !slugShape.MatchString(p.Slug) || len(p.Slug) > 80 {
		fields = append(fields, fault.Field{Name: "slug", Key: "mobilisation.slug_shape"})
	}
	original := slices.ContainsFunc(p.Texts, func(t Text) bool { return t.Lang == p.Lang })
	if !original {
		fields = append(fields, fault.Field{Name: "lang", Key: "mobilisation.original_missing"})
	}
	for _, t := range p.Texts {
		if t.Title == "" || prose.Longer(t.Title, MaxTitle) {
			fields = append(fields, fault.Field{Name: "title", Key: "mobilisation.title_length", Args: []any{"max", MaxTitle}})
		}
		tooLong := slices.ContainsFunc(t.Points, func(s string) bool { return prose.Longer(s, MaxPoint) })
		if len(t.Points) > maxPoints || tooLong || max(len(t.Why), len(t.Letter)) > prose.MaxMarkdown {
			fields = append(fields, fault.Field{Name: "points", Key: "mobilisation.text_length"})
		}
	}
	for _, list := range p.Sources {
		if slices.ContainsFunc(list, func(s Source) bool { return !s.valid() }) {
			fields = append(fields, fault.Field{Name: "sources", Key: "mobilisation.sources_shape", Args: []any{"max", MaxSources}})
			break
		}
	}
	if p.Motif != "" && !slices.Contains(view.Motifs(), p.Motif) {
		fields = append(fields, fault.Field{Name: "motif", Key: "mobilisation.motif_unknown"})
	}
	for i, m := range p.Milestones {
		if m.Goal < 1 || i > 0 && m.Goal <= p.Milestones[i-1].Goal {
			fields = append(fields, fault.Field{Name: "milestones", Key: "mobilisation.milestones_order"})
			break
		}
	}
	if len(fields) > 0 {
		return fault.InvalidForm(fields...)
	}
	return nil
}

// clean takes what does not belong into one line out of the words.
func (t Text) clean() Text {
	t.Title, t.Addressee, t.Points = prose.Line(t.Title), prose.Line(t.Addressee), slices.Clone(t.Points)
	for i := range t.Points {
		t.Points[i] = prose.Line(t.Points[i])
	}
	t.Why, t.Letter, t.Outcome = prose.Text(t.Why), prose.Text(t.Letter), prose.Text(t.Outcome)
	return t
}

// Typeset writes the one-line words with the spaces of their language's typography. Markdown is set when it is drawn.
func (t Text) Typeset() Text {
	t.Title, t.Addressee, t.Points = i18n.Typography(t.Lang, t.Title), i18n.Typography(t.Lang, t.Addressee), slices.Clone(t.Points)
	for i := range t.Points {
		t.Points[i] = i18n.Typography(t.Lang, t.Points[i])
	}
	return t
}

// Poster is the address of the picture: the photo, the motif that was chosen, or one that goes with the slug.
func (p *Petition) Poster() string {
	if p.Picture.Page != "" {
		return PicturePath(p.Picture.Page)
	}
	if p.Motif != "" {
		return view.Asset("motif/" + p.Motif + ".svg")
	}
	return view.Motif(p.Slug)
}
