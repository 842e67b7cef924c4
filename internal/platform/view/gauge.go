package view

import (
	"context"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"essaim/internal/platform/i18n"
)

// Measure is a count on its way to a goal.
type Measure struct {
	Count int64
	Goal  int64  // the next one, not the last; zero for a count without a goal
	Size  string // "" as wide as its column, "big" at the head of a page, "sm" in a card

	// Unit begins the keys of the words: unit itself ("{n} verified signatures", by number), unit_short ("{n} of {goal}"),
	// unit_gauge (read aloud for the bar), unit_left (by number), unit_reached, unit_unit (by number, the word alone).
	// Empty for the signatures of this package's own .po files.
	Unit string

	Note string // under the bar, instead of what is left
	Live Live
}

// Live says where counter.js learns the number while the page is open; nothing for a number that stands still.
//
// Both addresses answer {"count": 18433, "goal": 25000}: the stream as the data of each event (server-sent events), the
// other as a document, for browsers and networks that hold no stream open.
type Live struct {
	Stream string
	JSON   string
}

func (m Measure) unit() string {
	if m.Unit == "" {
		return "view.signatures"
	}
	return m.Unit
}

// Ratio returns value and max of the bar: the same when the goal is reached, and a full bar without a goal.
func (m Measure) ratio() (value, limit string) {
	return strconv.FormatInt(min(m.Count, max(m.Goal, m.Count)), 10), strconv.FormatInt(max(m.Goal, m.Count, 1), 10)
}

// label returns what the bar is for who does not see it.
func (m Measure) label(ctx context.Context) string {
	return tr(ctx, m.unit()+"_gauge", "n", m.Count, "goal", m.Goal)
}

// below returns the line under the bar.
func (m Measure) below(ctx context.Context) string {
	if m.Note != "" || m.Goal == 0 {
		return m.Note
	}
	if left := m.Goal - m.Count; left > 0 {
		return i18n.From(ctx).N(m.unit()+"_left", left)
	}
	return tr(ctx, m.unit()+"_reached")
}

// around returns the words before and after the number in the counting sentence.
func (m Measure) around(ctx context.Context) (before, after string) {
	l := i18n.From(ctx)
	before, after, _ = strings.Cut(l.N(m.unit(), m.Count), l.Number(m.Count))
	return before, after
}

// short returns the words around the number of "641 of 1,000".
func (m Measure) short(ctx context.Context) (before, after string) {
	before, after, _ = strings.Cut(tr(ctx, m.unit()+"_short", "goal", m.Goal), "{n}")
	return before, after
}

// forms returns the plural forms of a message as data attributes, {n} left open, for counter.js: data-one, data-other…,
// named as CLDR and Intl.PluralRules name them. Each form is read off a number that takes it.
func forms(ctx context.Context, key string) Attributes {
	l := i18n.From(ctx)
	tag := language.Make(l.Tag())
	all := Attributes{}
	for _, n := range []int{1, 2, 3, 7, 11, 100, 1_000_000, 0} {
		form := "data-" + formNames[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]
		if _, ok := all[form]; !ok {
			all[form] = strings.Replace(l.N(key, int64(n)), l.Number(int64(n)), "{n}", 1)
		}
	}
	return all
}

// formNames are CLDR's names, in the order of the constants of x/text. Never written to.
var formNames = [...]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
