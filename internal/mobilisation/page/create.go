package page

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// draftCookie opens the draft that was begun in this browser: its id and its key.
const draftCookie = "essaim_draft"

// The steps of the wizard, in their order, as they stand in addresses.
const (
	stepDemand = "demand"
	stepText   = "text"
	stepPlace  = "place"
	stepCheck  = "check"
)

// steps is the way; what one may add beside it is in create_more.go.
var steps = []string{stepDemand, stepText, stepPlace, stepCheck}

// createPage is one step of the wizard.
type createPage struct {
	view.Page
	Draft     *mobilisation.WorkingDraft
	Key       string // that opens the draft elsewhere
	Step      string
	Errors    view.Errors
	Changed   bool // another tab, or another of the team, has saved meanwhile
	Overtaken overtaken
	Saved     string                     // when, in words; empty for nothing yet
	Rescued   bool                       // what was typed into a draft that did not open
	Resumed   *mobilisation.WorkingDraft // that was begun here before, on the empty first step
	Choices   []view.Choice
	Motifs    []string
	Themes    []view.Option
	Preview   petitionPage
	Speakers  []mobilisation.Speaker
	SignedIn  bool
	SignIn    string // where the link in the mail leads
	Charter   bool   // was ticked
	Photo     photoForm
	Similar   []view.Row // that one may sign instead
	Examples  []example
	Documents documentForm
	More      []more // what may be added, on the last step
}

// showCreate is the empty first step, with the way back to a draft begun here.
func (r *Pages) showCreate(w http.ResponseWriter, req *http.Request) error {
	page := createPage{Draft: &mobilisation.WorkingDraft{Lang: web.Lang(req.Context())}, Step: stepDemand}
	if d, err := r.draftHere(req); err == nil && d != nil {
		page.Resumed = d
	}
	return r.writeStepPage(w, req, http.StatusOK, page)
}

// draftHere is the draft of this browser's cookie, nil when there is none.
func (r *Pages) draftHere(req *http.Request) (*mobilisation.WorkingDraft, error) {
	draftID, key, ok := strings.Cut(web.CookieValue(req, draftCookie), ".")
	if !ok {
		return nil, nil
	}
	return r.OpenDraft(req.Context(), draftID, key, web.Actor(req.Context()))
}

// create keeps the first step of a new draft.
func (r *Pages) create(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if r.Off(ctx, toggle.Create) {
		return fault.New(fault.Unavailable, "mobilisation.create_off")
	}
	page := createPage{Draft: &mobilisation.WorkingDraft{Lang: web.Lang(ctx), PersonID: web.Actor(ctx).ID}, Step: stepDemand}
	if name := form.Line("example"); name != "" {
		page.Draft.Answers = mobilisation.FromExample(i18n.From(ctx), name)
	} else {
		readStep(page.Draft, stepDemand, form)
	}
	if err := r.CheckDemand(ctx, page.Draft); err != nil {
		page.Errors = view.ErrorsFrom(ctx, err)
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	if form.Raw(guard.FieldHoneypot) != "" || !r.drafts.Allow(draftsFrom, "draft", guard.Near(r.Guard.Addr(req))) {
		return fault.New(fault.TooMany, "mobilisation.drafts_enough")
	}
	if err := r.SaveDraft(ctx, page.Draft); err != nil {
		return refuse(err)
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: draftCookie, Value: page.Draft.ID + "." + r.DraftKey(page.Draft), Life: mobilisation.StrayLife})
	return web.SeeOther(w, req, stepPath(page.Draft.ID, firstAfter(form)))
}

// firstAfter is where the first step leads: on, or back to itself for who asked what resembles it, and for who began with an example,
// whose demand is to be made their own.
func firstAfter(form web.Form) string {
	if form.Raw("look") != "" || form.Raw("example") != "" {
		return stepDemand
	}
	return stepText
}

// draftsFrom is how many drafts may be begun from one home or network.
var draftsFrom = guard.Rate{Burst: 30, Per: time.Hour}

// versionOf is what a form says of the draft that it was drawn from.
func versionOf(d *mobilisation.WorkingDraft) string { return strconv.FormatInt(d.Version, 10) }

func stepPath(draftID, step string) string { return "/create/" + draftID + "/" + step }

// draftOf opens the draft of a request, by its author's session, its browser's cookie, or the key of its link.
func (r *Pages) draftOf(req *http.Request, key string) (*mobilisation.WorkingDraft, error) {
	draftID := req.PathValue("draft")
	if id, fromCookie, ok := strings.Cut(web.CookieValue(req, draftCookie), "."); ok && id == draftID && key == "" {
		key = fromCookie
	}
	return r.OpenDraft(req.Context(), draftID, key, web.Actor(req.Context()))
}

// writeStepPage draws a step.
func (r *Pages) writeStepPage(w http.ResponseWriter, req *http.Request, status int, page createPage) error {
	ctx := req.Context()
	d := page.Draft
	page.Page = view.Page{
		Title: t(ctx, "mobilisation.create_"+page.kind()+"_title", "language", page.tongue()), Description: t(ctx, "mobilisation.create_description"), Work: true,
		NoIndex: d.ID != "", Errors: len(page.Errors) > 0, Scripts: []string{"form.js"},
	}
	if d.ID == "" {
		page.Canonical = "/create"
	}
	if !d.Saved.IsZero() {
		page.Saved = i18n.From(ctx).Time(d.Saved)
	}
	page.SignedIn = web.Actor(ctx).SignedIn()
	if err := r.fillPhoto(ctx, &page); err != nil {
		return err
	}
	if err := r.fillDocuments(ctx, &page); err != nil {
		return err
	}
	if page.Step != stepPlace {
		page.Similar = r.similar(ctx, d)
	}
	switch page.Step {
	case stepDemand:
		page.Examples = examples(ctx)
	case stepPlace:
		page.Motifs = view.Motifs()
		page.Themes = append(page.Themes, view.Option{Label: t(ctx, "mobilisation.theme_none")})
		for _, theme := range mobilisation.Themes() {
			page.Themes = append(page.Themes, view.Option{Value: theme, Label: t(ctx, "mobilisation.theme_"+theme)})
		}
	case stepCheck:
		if err := r.fillCheck(ctx, &page); err != nil {
			return err
		}
	}
	return view.Write(ctx, w, status, createView(page))
}
