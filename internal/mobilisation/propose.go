package mobilisation

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// CheckPlace looks at the third step of a draft, and reads the area. Where several places fit they are returned, to choose from.
func (r *Room) CheckPlace(d *WorkingDraft) (choices []Area, err error) {
	a := &d.Answers
	var f fault.Flaws
	a.Area, choices, err = areaOf(r.Places.Load(), a.Scope, a.Place)
	for _, field := range fieldsOf(err) {
		f.When(true, field.Name, field.Key, field.Args...)
	}
	f.When(prose.Longer(a.Place, MaxPlace), "place", "mobilisation.place_unknown_commune")
	_, known := a.goals()
	f.When(!known, "goal", "mobilisation.goal_number", "least", int64(leastGoal), "max", int64(mostGoals))
	_, known = a.end(r.Clock.Now())
	f.When(!known, "ends", "mobilisation.ends_date")
	return choices, f.Err()
}

func fieldsOf(err error) []fault.Field {
	if f, ok := err.(*fault.Fault); ok {
		return f.Fields
	}
	return nil
}

// end is the end of the last day, in UTC; zero when the petition has no end. ok is false for what is no day to come.
func (a *Answers) end(now time.Time) (end time.Time, ok bool) {
	if a.Ends == "" {
		return time.Time{}, true
	}
	day, err := time.Parse(time.DateOnly, a.Ends)
	if err != nil || !day.After(now) || day.After(now.AddDate(10, 0, 0)) {
		return time.Time{}, false
	}
	return day.AddDate(0, 0, 1), true
}

// Offer is how a draft is proposed: by whom, in whose name, under which charter.
type Offer struct {
	Actor        perm.Actor
	Organisation string // empty for the author's own name
	Author       string
	Charter      bool // accepted
}

// ProposeDraft makes a petition of a draft, or takes its words into the one that was sent back, and puts it before the moderators. The
// fault is Invalid with the fields of the last step; or that of a step before, when an answer of it is not right any more.
func (r *Room) ProposeDraft(ctx context.Context, d *WorkingDraft, o Offer) (*Petition, error) {
	if err := r.checkOffer(ctx, d, o); err != nil {
		return nil, err
	}
	plan := r.PlanOf(ctx, d, o)
	var err error
	if plan.Charter, err = r.charter(ctx); err != nil {
		return nil, err
	}
	if d.PersonID == "" {
		d.PersonID = o.Actor.ID
	}
	d.Organisation, d.Author = o.Organisation, o.Author
	for try := 0; ; try++ {
		plan.Slug = r.slugFor(plan.Texts[0].Title, try)
		p, err := r.submit(ctx, d, plan)
		if fault.Is(err, fault.Conflict) && try < 20 && d.PetitionID == "" {
			continue // somebody has the slug
		}
		return p, err
	}
}

// checkOffer looks at all the steps once more: a draft may have waited for months.
func (r *Room) checkOffer(ctx context.Context, d *WorkingDraft, o Offer) error {
	if err := r.CheckDraft(ctx, d); err != nil {
		return err
	}
	var f fault.Flaws
	if o.Organisation != "" {
		may, err := r.speaksFor(ctx, o.Actor, o.Organisation)
		if err != nil {
			return err
		}
		f.When(!may, "organisation", "mobilisation.organisation_not_yours")
	} else {
		f.When(o.Author == "", "author", "mobilisation.author_missing")
		f.When(prose.Longer(o.Author, MaxAuthor) || prose.SuspectName(o.Author), "author", "mobilisation.author_shape", "max", MaxAuthor)
	}
	f.When(!o.Charter, "charter", "mobilisation.charter_missing")
	return f.Err()
}

// CheckDraft looks at all the answers of a draft but those of its last step.
func (r *Room) CheckDraft(ctx context.Context, d *WorkingDraft) error {
	var f fault.Flaws
	place := func() error { _, err := r.CheckPlace(d); return err }
	demand, text := func() error { return r.CheckDemand(ctx, d) }, func() error { return r.CheckText(ctx, d) }
	words := func() error { return r.checkWords(ctx, d) }
	for _, check := range []func() error{demand, func() error { return r.checkExample(d) }, text, place, d.CheckMore, words} {
		for _, field := range fieldsOf(check()) {
			f.When(true, field.Name, field.Key, field.Args...)
		}
	}
	return f.Err()
}

// speaksFor tells whether an actor may carry a petition for an organisation.
func (r *Room) speaksFor(ctx context.Context, actor perm.Actor, organisationID string) (bool, error) {
	carriers, err := r.CarriersOf(ctx, actor)
	for _, c := range carriers {
		if c.ID == organisationID {
			return true, nil
		}
	}
	return false, err
}

// PlanOf makes the plan of a petition from answers that were checked.
func (r *Room) PlanOf(_ context.Context, d *WorkingDraft, o Offer) Plan {
	sources, _ := d.sourceList()
	plan := Plan{
		OrganisationID: o.Organisation, AuthorID: o.Actor.ID, AuthorName: o.Author, Theme: d.Theme, Lang: d.Lang,
		Motif: d.Motif, Area: d.Area,
		Texts: d.texts(), Questions: d.questions(), Milestones: d.milestones(),
	}
	if o.Organisation != "" {
		plan.AuthorName = ""
	}
	if len(sources) > 0 {
		plan.Sources = map[string][]Source{d.Lang: sources}
	}
	plan.Ends, _ = d.end(r.Clock.Now())
	return plan
}

const maxSlug = 70

// slugFor is the try-th slug of a title.
func (r *Room) slugFor(title string, try int) string {
	slug := prose.Slug(title, maxSlug)
	if slug == "" {
		slug = "m"
	}
	if try > 0 {
		slug += "-" + strconv.Itoa(try+1)
	}
	return slug
}

// submit writes what was proposed, the draft's new place and the job that tells the moderators, in one transaction.
func (r *Room) submit(ctx context.Context, d *WorkingDraft, plan Plan) (*Petition, error) {
	plan = plan.clean()
	if err := plan.check(); err != nil {
		return nil, err
	}
	p := r.NewPetition(plan, Review)
	p.Submitted = p.Created
	if d.PetitionID != "" {
		p.ID = d.PetitionID
	}
	author := r.sealAuthor(p)
	sealed, err := r.sealDraft(d)
	if err != nil {
		return nil, err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		kept, err := updateDraft(ctx, tx, &WorkingDraft{ID: d.ID, Version: d.Version, PersonID: d.PersonID, PetitionID: p.ID}, sealed, clock.Micros(p.Created))
		if err != nil {
			return err
		}
		if !kept {
			return fault.New(fault.Gone, "mobilisation.draft_changed")
		}
		if d.PetitionID == "" {
			err = r.insert(ctx, tx, p, plan, author)
		} else {
			err = r.resubmit(ctx, tx, p, plan, author)
		}
		if err != nil {
			return err
		}
		if err := handPicture(ctx, tx, d.ID, p.ID); err != nil {
			return err
		}
		if err := handDocuments(ctx, tx, d.ID, p.ID); err != nil {
			return err
		}
		return r.Queue.Emit(ctx, tx, Proposed{Petition: p.ID})
	})
	if err != nil {
		return nil, fmt.Errorf("propose %s: %w", d.ID, err)
	}
	r.Changed(p.ID)
	return r.PetitionByID(ctx, p.ID)
}

// resubmit writes the words of a petition that was sent back, as the next version.
func (r *Room) resubmit(ctx context.Context, tx *storage.Tx, p *Petition, plan Plan, author []byte) error {
	reopened, err := reopenPetition(ctx, tx, p, author)
	if err != nil {
		return err
	}
	if !reopened {
		return fault.New(fault.Gone, "mobilisation.not_a_draft")
	}
	if err := deleteFrame(ctx, tx, p.ID); err != nil {
		return err
	}
	return insertWords(ctx, tx, p.ID, plan, clock.Micros(p.Created))
}
