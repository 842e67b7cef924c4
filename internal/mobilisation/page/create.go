package page

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
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

var steps = []string{stepDemand, stepText, stepPlace, stepCheck}

// createPage is one step of the wizard.
type createPage struct {
	view.Page
	Draft    *mobilisation.WorkingDraft
	Key      string // that opens the draft elsewhere
	Step     string
	Errors   view.Errors
	Changed  bool                       // another tab has saved meanwhile
	Saved    string                     // when, in words; empty for nothing yet
	Resumed  *mobilisation.WorkingDraft // that was begun here before, on the empty first step
	Choices  []view.Choice
	Motifs   []string
	Themes   []view.Option
	Preview  petitionPage
	Speakers []mobilisation.Speaker
	SignedIn bool
	SignIn   string // where the link in the mail leads
	Charter  bool   // was ticked
	Photo    photoForm
	Typed    string // organisation and author as typed
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
	readStep(page.Draft, stepDemand, form)
	if err := page.Draft.CheckDemand(); err != nil {
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
	return web.SeeOther(w, req, stepPath(page.Draft.ID, stepText))
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

func (r *Pages) showStep(w http.ResponseWriter, req *http.Request) error {
	step := req.PathValue("step")
	if !slices.Contains(steps, step) {
		return fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	key := web.CleanQuery(req, "key", 100)
	d, err := r.draftOf(req, key)
	if err != nil {
		return err
	}
	return r.writeStepPage(w, req, http.StatusOK, createPage{Draft: d, Key: key, Step: step})
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
		return err
	}
	page := createPage{Draft: d, Key: form.Line("key"), Step: step}
	if step == stepCheck {
		return r.proposeDraft(w, req, page, form)
	}
	at := slices.Index(steps, step)
	if at < 0 {
		return fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	photoFlaw, err := r.keepStepPhoto(ctx, &page, upload)
	if err != nil {
		return refuse(err)
	}
	stale := form.Line("version") != versionOf(d)
	readStep(d, step, form)
	if stale {
		page.Changed = true
		return r.writeStepPage(w, req, http.StatusConflict, page)
	}
	flaw := r.checkStep(&page)
	if err := r.SaveDraft(ctx, d); fault.Is(err, fault.Conflict) {
		page.Changed = true
		return r.writeStepPage(w, req, http.StatusConflict, page)
	} else if err != nil {
		return refuse(err)
	}
	back := form.Raw("back") != ""
	if (flaw != nil || photoFlaw != nil) && !back {
		page.Errors = append(view.ErrorsFrom(ctx, photoFlaw), view.ErrorsFrom(ctx, flaw)...)
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	if back {
		return web.SeeOther(w, req, withKey(stepPath(d.ID, steps[max(at-1, 0)]), page.Key))
	}
	return web.SeeOther(w, req, withKey(stepPath(d.ID, steps[at+1]), page.Key))
}

// withKey adds the key of who came by a link. The fragment is ours, else a browser keeps the #errors that the form asked for.
func withKey(path, key string) string {
	if key != "" {
		path += "?key=" + key
	}
	return path + "#contenu"
}

// checkStep looks at the answers of a step.
func (r *Pages) checkStep(page *createPage) error {
	d := page.Draft
	switch page.Step {
	case stepDemand:
		return d.CheckDemand()
	case stepText:
		return d.CheckText()
	}
	choices, err := r.CheckPlace(d)
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
		d.Why, d.Sources = form.Text("why"), form.Text("sources")
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
		d.Goal, d.Ends = form.Line("goal"), form.Line("ends")
	}
}

// proposeDraft is the last act: the draft becomes a petition that waits for moderators.
func (r *Pages) proposeDraft(w http.ResponseWriter, req *http.Request, page createPage, form web.Form) error {
	ctx := req.Context()
	actor := web.Actor(ctx)
	if !actor.SignedIn() {
		return fault.New(fault.Unsigned, "web.sign_in_first")
	}
	d := page.Draft
	d.Organisation, d.Author = form.Line("organisation"), form.Line("author")
	page.Charter = form.Ticked("charter")
	p, err := r.ProposeDraft(ctx, d, mobilisation.Offer{Actor: actor, Organisation: d.Organisation, Author: d.Author, Charter: page.Charter})
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return refuse(err)
	}
	r.Cookies.ClearCookie(w, draftCookie, "/")
	return web.SeeOther(w, req, "/mine?proposed="+p.Slug+"#contenu")
}

// writeStepPage draws a step.
func (r *Pages) writeStepPage(w http.ResponseWriter, req *http.Request, status int, page createPage) error {
	ctx := req.Context()
	d := page.Draft
	page.Page = view.Page{
		Title: t(ctx, "mobilisation.create_"+page.Step+"_title"), Description: t(ctx, "mobilisation.create_description"), Work: true,
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
	switch page.Step {
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

// fillCheck adds what the last step shows: the page as it will be, and in whose name.
func (r *Pages) fillCheck(ctx context.Context, page *createPage) (err error) {
	d := page.Draft
	actor := web.Actor(ctx)
	if page.SignedIn {
		if page.Speakers, err = r.CarriersOf(ctx, actor); err != nil {
			return err
		}
		if d.Author == "" {
			d.Author = actor.Name
		}
	}
	page.SignIn = stepPath(d.ID, stepCheck) + "?key=" + r.DraftKey(d)
	for _, check := range []func() error{d.CheckDemand, d.CheckText, func() error { _, err := r.CheckPlace(d); return err }} {
		if err := check(); err != nil {
			page.Errors = append(page.Errors, view.ErrorsFrom(ctx, err)...)
		}
	}
	plan := r.PlanOf(ctx, d, mobilisation.Offer{Actor: actor, Author: d.Author})
	p := r.NewPetition(plan, mobilisation.Draft)
	p.Texts = map[string]mobilisation.Text{d.Lang: plan.Texts[0].Typeset()}
	p.Sources, p.Milestones, p.Picture = plan.Sources, plan.Milestones, page.Photo.Picture
	page.Preview = r.preview(ctx, p)
	return nil
}

// preview is the page of a petition that nobody may sign yet.
func (r *Pages) preview(ctx context.Context, p *mobilisation.Petition) petitionPage {
	text := p.Texts[p.Lang]
	page := petitionPage{
		Petition: p, Text: text, TextLang: p.Lang, Open: true, AreaName: r.areaName(p.Area, web.Lang(ctx)),
		Why: prose.Markdown(text.Lang, text.Why), Letter: prose.Markdown(text.Lang, text.Letter), Sources: p.Sources[p.Lang], SourceLang: p.Lang,
	}
	page.stamp(ctx, 0)
	return page
}

// showMine lists what a person has proposed and is writing.
func (r *Pages) showMine(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	actor := web.Actor(ctx)
	page := minePage{Page: view.Page{Title: t(ctx, "mobilisation.mine_title"), Work: true, NoIndex: true}}
	drafts, err := r.DraftsOf(ctx, actor.ID)
	if err != nil {
		return err
	}
	ids, err := r.WorksOnAll(ctx, actor)
	if err != nil {
		return err
	}
	proposed := web.CleanQuery(req, "proposed", 100)
	for _, petitionID := range ids {
		p, err := r.PetitionByID(ctx, petitionID)
		if err != nil {
			return err
		}
		page.Petitions = append(page.Petitions, r.mineRow(ctx, p))
		page.Proposed = page.Proposed || p.Slug == proposed && p.State == mobilisation.Review
		drafts = slices.DeleteFunc(drafts, func(d *mobilisation.WorkingDraft) bool {
			return d.PetitionID == p.ID && p.State != mobilisation.Draft && p.State != mobilisation.Rejected
		})
	}
	for _, d := range drafts {
		title := d.Title
		if title == "" {
			title = t(ctx, "mobilisation.untitled")
		}
		page.Drafts = append(page.Drafts, view.Row{
			Title: title, Path: stepPath(d.ID, stepDemand), Text: t(ctx, "mobilisation.draft_saved", "date", i18n.From(ctx).DateTime(d.Saved)),
		})
	}
	return view.Write(ctx, w, http.StatusOK, mineView(page))
}

// minePage is what a person has proposed.
type minePage struct {
	view.Page
	Proposed  bool // just now
	Petitions []view.Row
	Drafts    []view.Row
}

func (r *Pages) mineRow(ctx context.Context, p *mobilisation.Petition) view.Row {
	text, _ := p.TextIn(web.Lang(ctx))
	row := view.Row{Title: text.Title, Image: p.Poster(), Text: t(ctx, "mobilisation.state_"+string(p.State)), Path: "/m/" + p.Slug + "/team"}
	if text.Lang != web.Lang(ctx) {
		row.Lang = text.Lang
	}
	if p.Shown() {
		row.Meta = []view.Meta{{Icon: "signature", Text: tn(ctx, "mobilisation.card_line", r.Count(p.ID))}}
	} else {
		row.Path = "/m/" + p.Slug + "/preview"
	}
	return row
}

// showPreview is a petition that is not public yet, for its author and moderators.
func (r *Pages) showPreview(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.teamPetition(req)
	if err != nil {
		return err
	}
	page := r.preview(ctx, p)
	if page.Carrier, err = r.CarrierOf(ctx, p); err != nil {
		return err
	}
	page.Page = view.Page{Title: page.Text.Title, Work: true, NoIndex: true}
	verdicts, err := r.VerdictsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, previewView(page, t(ctx, "mobilisation.state_"+string(p.State)), verdicts))
}

// teamPetition finds a petition for who works on it: its author, who speaks for its organisation, moderators. For others it is
// what a petition is that does not exist.
func (r *Pages) teamPetition(req *http.Request) (*mobilisation.Petition, error) {
	ctx := req.Context()
	p, err := r.AnyPetition(ctx, req.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	may, err := r.WorksOn(ctx, p)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, fault.New(fault.NotFound, "mobilisation.unknown")
	}
	return p, nil
}
