package page

import (
	"context"
	"net/http"
	"slices"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

func (r *Pages) showStep(w http.ResponseWriter, req *http.Request) error {
	step := req.PathValue("step")
	key := web.CleanQuery(req, "key", 100)
	d, err := r.draftOf(req, key)
	if err != nil {
		return err
	}
	if !slices.Contains(steps, step) && !r.addsTo(d, step) {
		return fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	return r.writeStepPage(w, req, http.StatusOK, createPage{Draft: d, Key: key, Step: step, Rescued: req.URL.Query().Has("rescued")})
}

// keepStep saves a step and goes on, or back.
func (r *Pages) keepStep(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	step := req.PathValue("step")
	upload, err := r.readStepForm(w, req)
	if err != nil {
		return err
	}
	defer upload.Close()
	form := upload.Form
	d, err := r.draftOf(req, form.Line("key"))
	if err != nil {
		return r.rescue(w, req, step, form, err)
	}
	page := createPage{Draft: d, Key: form.Line("key"), Step: step}
	if step == stepCheck {
		return r.proposeDraft(w, req, page, form)
	}
	if !slices.Contains(steps, step) && !r.addsTo(d, step) {
		return fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	photoFlaw, err := r.keepStepPhoto(ctx, &page, upload)
	if err != nil {
		return refuse(err)
	}
	if form.Line("version") != versionOf(d) {
		return r.writeOvertaken(w, req, page, form)
	}
	readStep(d, step, form)
	d.SavedBy = web.Actor(ctx).ID
	flaw := r.checkStep(ctx, &page)
	if err := r.SaveDraft(ctx, d); fault.Is(err, fault.Conflict) {
		return r.writeOvertaken(w, req, page, form)
	} else if err != nil {
		return refuse(err)
	}
	back := form.Raw("back") != ""
	if (flaw != nil || photoFlaw != nil) && !back {
		page.Errors = append(view.ErrorsFrom(ctx, photoFlaw), view.ErrorsFrom(ctx, flaw)...)
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	return web.SeeOther(w, req, withKey(stepPath(d.ID, nextStep(step, form)), page.Key))
}

// nextStep is where a step leads that was answered: on, back, or to itself for who wants to see more of it. What is added beside the
// way leads to the last look.
func nextStep(step string, form web.Form) string {
	at := slices.Index(steps, step)
	switch {
	case form.Raw("look") != "" && (at < 0 || step == stepDemand):
		return step
	case at < 0:
		return stepCheck
	case form.Raw("back") != "":
		return steps[max(at-1, 0)]
	}
	return steps[at+1]
}

// withKey adds the key of who came by a link. The fragment is ours, else a browser keeps the #errors that the form asked for.
func withKey(path, key string) string {
	if key != "" {
		path += "?key=" + key
	}
	return path + "#contenu"
}

// checkStep looks at the answers of a step.
func (r *Pages) checkStep(ctx context.Context, page *createPage) error {
	d := page.Draft
	switch page.Step {
	case stepDemand:
		return r.CheckDemand(ctx, d)
	case stepText:
		return r.CheckText(ctx, d)
	case stepPlace:
		return r.checkPlace(page)
	case stepQuestions:
		return r.CheckQuestions(ctx, d)
	}
	return r.CheckTranslation(ctx, d, page.other())
}

// checkPlace looks at the third step, and offers the places that were meant.
func (r *Pages) checkPlace(page *createPage) error {
	choices, err := r.CheckPlace(page.Draft)
	for _, c := range choices {
		page.Choices = append(page.Choices, view.Choice{Value: string(c), Label: r.choiceName(c)})
	}
	return err
}

// choiceName tells namesakes apart: commune and department.
func (r *Pages) choiceName(a mobilisation.Area) string {
	atlas := r.Places.Load()
	c, _ := atlas.Commune(a.Code())
	d, _ := atlas.Department(c.Department)
	return c.Name + " (" + d.Name + ", " + d.Code + ")"
}

// readStep takes the answers of a step over into the draft, cleaned.
func readStep(d *mobilisation.WorkingDraft, step string, form web.Form) {
	switch step {
	case stepDemand:
		d.Title, d.Addressee = form.Line("title"), form.Line("addressee")
	case stepText:
		d.Points = nil
		for _, name := range mobilisation.PointNames() {
			d.Points = append(d.Points, form.Line(name))
		}
		d.Why, d.Letter, d.Sources = form.Text("why"), form.Text("letter"), form.Text("sources")
	case stepPlace:
		d.Motif, d.Scope, d.Place, d.Theme = form.Line("motif"), form.Line("scope"), form.Line("place"), form.Line("theme")
		if chosen := form.Line("choice"); chosen != "" {
			d.Place = chosen
		}
		if !slices.Contains(view.Motifs(), d.Motif) {
			d.Motif = ""
		}
		if !slices.Contains(mobilisation.Themes(), d.Theme) {
			d.Theme = ""
		}
		d.Goal, d.Ends = form.Text("goal"), form.Line("ends")
	case stepQuestions:
		d.Questions = readQuestions(form)
	default:
		readTranslation(d, step, form)
	}
}
