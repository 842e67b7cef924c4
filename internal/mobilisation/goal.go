package mobilisation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"essaim/internal/platform/prose"
)

// Goals that milestones may have, and how many there may be.
const (
	leastGoal = 10
	mostGoal  = 100_000_000
	mostGoals = 8
	maxGoal   = 200 // characters of what is done at one
)

// goalShape is one milestone as people write it: "100", "1 000 : nous demandons un rendez-vous", "10,000 - a march".
var goalShape = regexp.MustCompile(`^(\d{1,3}(?:[ \x{a0}\x{202f}.,'’]\d{3})+|\d+)(?:[\s\x{a0}\x{202f}]*[:–—-]\s*|[\s\x{a0}\x{202f}]+|$)(.*)$`)

// goals reads one milestone a line, a number and what is done when it is reached; ok is false for a line that is none, or makes no
// sense. They come in their order, whatever that of the lines.
func (a *Answers) goals() (list []Milestone, ok bool) {
	ok = true
	for line := range strings.Lines(a.Goal) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		parts := goalShape.FindStringSubmatch(line)
		if parts == nil || len(list) == mostGoals || prose.Longer(parts[2], maxGoal) {
			ok = false
			continue
		}
		goal, err := strconv.ParseInt(prose.Digits(parts[1]), 10, 64)
		same := slices.ContainsFunc(list, func(m Milestone) bool { return m.Goal == goal })
		if err != nil || goal < leastGoal || goal > mostGoal || same {
			ok = false
			continue
		}
		m := Milestone{Goal: goal, Words: map[string]string{}}
		if parts[2] != "" {
			m.Words[""] = prose.Line(parts[2])
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b Milestone) int { return int(a.Goal - b.Goal) })
	return list, ok
}

// milestones are the goals of a draft, with what is done at each in the languages in which it was said.
func (d *WorkingDraft) milestones() []Milestone {
	list, _ := d.goals()
	for _, m := range list {
		if said := m.Words[""]; said != "" {
			m.Words[d.Lang] = said
		}
		delete(m.Words, "")
		for lang, t := range d.Translations {
			if said := t.Goals[m.Goal]; said != "" && m.Words[d.Lang] != "" {
				m.Words[lang] = said
			}
		}
	}
	return list
}

// GoalField names the field that asks for what is done at a milestone in another language.
func GoalField(goal int64) string { return "goal_" + strconv.FormatInt(goal, 10) }

// SaidGoals are the milestones at which something is done: what a translation says anew.
func (d *WorkingDraft) SaidGoals() []Milestone {
	return slices.DeleteFunc(d.milestones(), func(m Milestone) bool { return m.Words[d.Lang] == "" })
}
