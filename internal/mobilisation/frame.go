package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/storage"
)

// Frame is what of a published petition may change without changing what people signed: how it is filed, the milestones that are still
// ahead, the last day. The place, the slug, the original language and who carries it do not.
type Frame struct {
	Theme string // one of Themes, empty for none
	Goals string // as typed: one milestone a line
	Ends  string // last day, as a browser writes it: 2027-03-01; empty for none
}

// Frame is that of a petition, as it is typed.
func (p *Petition) Frame() Frame {
	f := Frame{Theme: p.Theme}
	lines := make([]string, len(p.Milestones))
	for i, m := range p.Milestones {
		lines[i] = strconv.FormatInt(m.Goal, 10)
		if words := m.Words[p.Lang]; words != "" {
			lines[i] += " – " + plainSpaces.Replace(words)
		}
	}
	f.Goals = strings.Join(lines, "\n")
	if !p.Ends.IsZero() {
		f.Ends = p.Ends.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return f
}

// SetFrame changes the frame of a petition that takes signatures, unless it is no more what was seen: then the error is ErrOvertaken. The
// fault is Invalid with the fields theme, goals or ends.
func (r *Room) SetFrame(ctx context.Context, p *Petition, seen, f Frame) error {
	if p.State != Published {
		return fault.New(fault.Conflict, "mobilisation.closed")
	}
	goals, ends, err := r.checkFrame(p, seen, f)
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		now, err := holdFrame(ctx, tx, p.ID)
		if err == nil && now.Frame() != seen {
			err = ErrOvertaken
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			UPDATE mobilisation_petition
			SET theme = $2, ends_at = $3
			WHERE id = $1 AND state = 'published'`, p.ID, f.Theme, clock.Micros(ends)); err != nil {
			return err
		}
		if err := writeGoals(ctx, tx, now, goals); err != nil {
			return err
		}
		return r.index(ctx, tx, p.ID)
	})
	if err != nil && !errors.Is(err, ErrOvertaken) {
		err = fmt.Errorf("frame of %s: %w", p.ID, err)
	}
	r.Changed(p.ID)
	return err
}

// holdFrame locks a petition, and reads its frame.
func holdFrame(ctx context.Context, tx *storage.Tx, petitionID string) (*Petition, error) {
	p, err := hold(ctx, tx, petitionID)
	if err != nil {
		return nil, err
	}
	var ends int64
	if err := tx.QueryRow(ctx, `SELECT theme, ends_at FROM mobilisation_petition WHERE id = $1`, petitionID).Scan(&p.Theme, &ends); err != nil {
		return nil, err
	}
	p.Ends = clock.Time(ends)
	return p, readMilestones(ctx, tx, p)
}

// plainSpaces takes back what typography did to words that are typed again.
var plainSpaces = strings.NewReplacer("\u202f", " ", "\u00a0", " ")

// checkFrame says which answers cannot be. Milestones that were reached stay as they are, and none is set where the number is already.
func (r *Room) checkFrame(p *Petition, seen, f Frame) (goals []Milestone, ends time.Time, err error) {
	a := &Answers{Goal: f.Goals, Ends: f.Ends}
	var flaws fault.Flaws
	flaws.When(f.Theme != "" && !slices.Contains(Themes(), f.Theme), "theme", "web.form_unreadable")
	goals, ok := a.goals()
	flaws.When(!ok, "goals", "mobilisation.goal_number", "least", int64(leastGoal), "max", int64(mostGoals))
	count := r.Count(p.ID)
	reached := func(m Milestone) bool { return !m.Reached.IsZero() || m.Goal <= count }
	for _, m := range p.Milestones {
		still := slices.ContainsFunc(goals, func(g Milestone) bool { return g.Goal == m.Goal })
		flaws.When(ok && reached(m) && !still, "goals", "mobilisation.goal_reached", "goal", m.Goal)
	}
	for _, g := range goals {
		known := slices.ContainsFunc(p.Milestones, func(m Milestone) bool { return m.Goal == g.Goal })
		flaws.When(!known && g.Goal <= count, "goals", "mobilisation.goal_past", "goal", g.Goal)
	}
	ends, ok = a.end(r.Clock.Now())
	if f.Ends == seen.Ends {
		ends, ok = p.Ends, true
	}
	flaws.When(!ok, "ends", "mobilisation.ends_date")
	return goals, ends, flaws.Err()
}

// writeGoals writes the milestones that are ahead; those that were reached stay. What is done at one keeps its other languages as long as
// it is the same.
func writeGoals(ctx context.Context, tx *storage.Tx, p *Petition, goals []Milestone) error {
	wanted := map[int64]Milestone{}
	for _, g := range goals {
		wanted[g.Goal] = g
	}
	for _, m := range p.Milestones {
		g, still := wanted[m.Goal]
		same := still && g.Words[""] == plainSpaces.Replace(m.Words[p.Lang])
		if delete(wanted, m.Goal); same || !m.Reached.IsZero() {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_milestone_text WHERE petition_id = $1 AND goal = $2`, p.ID, m.Goal); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mobilisation_milestone WHERE petition_id = $1 AND goal = $2 AND reached_at = 0`, p.ID, m.Goal); err != nil {
			return err
		}
		if still {
			wanted[m.Goal] = g
		}
	}
	for _, goal := range slices.Sorted(maps.Keys(wanted)) {
		m := Milestone{Goal: goal, Words: map[string]string{}}
		if words := wanted[goal].Words[""]; words != "" {
			m.Words[p.Lang] = words
		}
		if err := insertMilestones(ctx, tx, p.ID, []Milestone{m}); err != nil {
			return err
		}
	}
	return nil
}
