package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// rewriteBody is how much the form of the words may send, in bytes: two long texts in each language, in letters that a form writes as three.
const rewriteBody = 2 << 20

// textPage is where a team changes the words of its published petition.
type textPage struct {
	view.Page
	board
	Form      rewriteForm
	Errors    view.Errors
	Done      string
	Signed    bool   // somebody has signed: the demand is frozen
	Ended     bool   // only corrections are left
	Rules     string // what becomes of a change, in words
	Looked    bool   // the differences were asked for, and it may be done
	What      string // what will happen, in words
	Changes   []differenceView
	Overtaken bool             // somebody has changed the words meanwhile
	Meanwhile []differenceView // what they changed
	Waiting   *waitingView
	Telling   []string // how far signatories were told, in words
	Addable   []view.Option
}

// rewriteForm is a change as typed.
type rewriteForm struct {
	Langs      []langForm
	Reason     string
	Correction bool
	Base       int64
	Waiting    string
	Seen       string // digest of what was looked at
}

// langForm is the words in one language, as typed.
type langForm struct {
	Lang, Name       string
	New              bool // no version has it yet
	Title, Addressee string
	Points           [3]string
	Why, Letter      string
	Sources          string
}

// differenceView is one part of the words that differs, as it is drawn.
type differenceView struct {
	mobilisation.Difference
	Label string
	Name  string // of the language, empty where there is but one
}

// waitingView is a change that waits for moderators.
type waitingView struct {
	ID, Since, Reason string
	Changes           []differenceView
}

func (p textPage) path() string { return "/m/" + p.Slug + "/team/text" }

// showText is GET of the form.
func (r *Pages) showText(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.TeamOrHost)
	if err != nil {
		return err
	}
	s, err := r.Standing(ctx, p)
	if err != nil {
		return err
	}
	page := textPage{Form: formOf(p, s)}
	if add := web.CleanQuery(req, "add", 10); r.speaks(add) {
		page.Form.add(add)
	}
	if done := web.CleanQuery(req, "done", 20); slices.Contains([]string{mobilisation.ChangeStanding, mobilisation.ChangeWaiting, mobilisation.ChangeDropped}, done) {
		page.Done = t(ctx, "mobilisation.text_done_"+done)
	}
	return r.writeText(w, req, http.StatusOK, p, s, page)
}

// formOf is the form with the words that stand, or those that wait.
func formOf(p *mobilisation.Petition, s mobilisation.Standing) rewriteForm {
	f := rewriteForm{Base: s.Number}
	edition := s.Edition
	if s.Waiting != nil {
		edition, f.Waiting, f.Reason = s.Waiting.Edition, s.Waiting.ID, s.Waiting.Reason
	}
	f.fill(p, edition)
	return f
}

// fill writes an edition into the form.
func (f *rewriteForm) fill(p *mobilisation.Petition, e mobilisation.Edition) {
	f.Langs = nil
	for _, lang := range e.Langs(p.Lang) {
		d := e[lang]
		one := langForm{Lang: lang, Name: i18n.Name(lang), Title: d.Title, Addressee: d.Addressee, Why: d.Why, Letter: d.Letter, Sources: d.SourceLines()}
		copy(one.Points[:], d.Points)
		f.Langs = append(f.Langs, one)
	}
}

// add adds a language without words, unless it is there.
func (f *rewriteForm) add(lang string) {
	if !slices.ContainsFunc(f.Langs, func(one langForm) bool { return one.Lang == lang }) {
		f.Langs = append(f.Langs, langForm{Lang: lang, Name: i18n.Name(lang)})
	}
}

func (r *Pages) speaks(lang string) bool { return slices.Contains(r.Languages.Tags(), lang) }

// readRewrite reads the form: the languages that stand or wait, and those of the site that somebody has written.
func (r *Pages) readRewrite(p *mobilisation.Petition, s mobilisation.Standing, form web.Form) rewriteForm {
	f := rewriteForm{Reason: form.Line("reason"), Correction: form.Ticked("correction"), Waiting: form.Line("waiting"), Seen: form.Line("seen")}
	f.Base, _ = strconv.ParseInt(form.Line("base"), 10, 64)
	tags := s.Edition.Langs(p.Lang)
	for _, lang := range r.Languages.Tags() {
		if !slices.Contains(tags, lang) {
			tags = append(tags, lang)
		}
	}
	for _, lang := range tags {
		at := "_" + lang
		one := langForm{
			Lang: lang, Name: i18n.Name(lang), Title: form.Line("title" + at), Addressee: form.Line("addressee" + at), Why: form.Text("why" + at),
			Letter: form.Text("letter" + at), Sources: form.Text("sources" + at),
		}
		for i, name := range mobilisation.PointNames() {
			one.Points[i] = form.Line(name + at)
		}
		_, stands := s.Edition[lang]
		if one != (langForm{Lang: lang, Name: one.Name}) || stands {
			f.Langs = append(f.Langs, one)
		}
	}
	return f
}

// rewrite is the form as the room takes it; the fault is Invalid with the field of sources that are none.
func (f rewriteForm) rewrite(by perm.Actor) (mobilisation.Rewrite, error) {
	var flaws fault.Flaws
	e := mobilisation.Edition{}
	for _, one := range f.Langs {
		sources, bad := mobilisation.ReadSources(one.Sources)
		flaws.When(bad, "sources_"+one.Lang, "mobilisation.sources_shape", "max", mobilisation.MaxSources)
		d := mobilisation.Demand{Title: one.Title, Addressee: one.Addressee, Why: one.Why, Letter: one.Letter, Sources: sources}
		for _, point := range one.Points {
			if point != "" {
				d.Points = append(d.Points, point)
			}
		}
		e[one.Lang] = d
	}
	return mobilisation.Rewrite{Edition: e, Reason: f.Reason, Correction: f.Correction, Base: f.Base, Waiting: f.Waiting, By: by}, flaws.Err()
}

// digest tells whether what is sent is what was looked at.
func (f rewriteForm) digest() string {
	f.Seen, f.Langs = "", slices.Clone(f.Langs)
	for i := range f.Langs {
		f.Langs[i].New = false
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", f))
	return hex.EncodeToString(sum[:8])
}

// keepText shows what a change would be, or does it.
func (r *Pages) keepText(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.TeamOrHost)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	s, err := r.Standing(ctx, p)
	if err != nil {
		return err
	}
	page := textPage{Form: r.readRewrite(p, s, form)}
	wanted, err := page.Form.rewrite(web.Actor(ctx))
	if err == nil && form.Raw("act") == "do" && page.Form.Seen == page.Form.digest() {
		var c mobilisation.Change
		if c, err = r.Rewrite(ctx, p, wanted); err == nil {
			return web.SeeOther(w, req, "/m/"+p.Slug+"/team/text?done="+c.State+"#contenu")
		}
	} else if err == nil {
		err = r.lookAtRewrite(ctx, p, s, wanted, &page)
	}
	return r.refuseText(w, req, p, page, wanted, err)
}

// lookAtRewrite adds to the page what would change, and what will happen.
func (r *Pages) lookAtRewrite(ctx context.Context, p *mobilisation.Petition, s mobilisation.Standing, wanted mobilisation.Rewrite, page *textPage) error {
	if wanted.Overtaken(s) {
		return mobilisation.ErrOvertaken
	}
	kind, err := r.Judge(ctx, p, s, wanted)
	if err != nil {
		return err
	}
	page.Looked, page.Form.Seen = true, page.Form.digest()
	page.Changes = differences(ctx, wanted.Since(s.Edition, p.Lang), len(wanted.Edition) > 1)
	page.What = t(ctx, "mobilisation.text_will_"+kind)
	if kind == mobilisation.ChangeDemand {
		page.What = tn(ctx, "mobilisation.text_will_tell", r.Count(p.ID))
		if r.ReviewChanges {
			page.What = tn(ctx, "mobilisation.text_will_wait", r.Count(p.ID))
		}
	}
	return nil
}

// refuseText draws the form again: with what was looked at, with what to correct, or with what others have changed meanwhile.
func (r *Pages) refuseText(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, page textPage, wanted mobilisation.Rewrite, err error) error {
	ctx := req.Context()
	status := http.StatusOK
	s, failed := r.Standing(ctx, p)
	if failed != nil {
		return failed
	}
	switch {
	case errors.Is(err, mobilisation.ErrOvertaken):
		status = http.StatusConflict
		if err := r.meet(ctx, p, s, &page, wanted); err != nil {
			return err
		}
	case len(view.ErrorsFrom(ctx, err)) > 0:
		page.Errors, status = view.ErrorsFrom(ctx, err), http.StatusUnprocessableEntity
	case err != nil:
		return refuse(err)
	}
	return r.writeText(w, req, status, p, s, page)
}

// meet brings what was typed onto what stands now, and shows what others did: nothing typed is lost, and nothing of theirs goes unseen.
func (r *Pages) meet(ctx context.Context, p *mobilisation.Petition, s mobilisation.Standing, page *textPage, wanted mobilisation.Rewrite) error {
	base, err := r.Numbered(ctx, p.ID, wanted.Base)
	if err != nil {
		return err
	}
	merged := wanted.Edition.Merge(base, s.Edition)
	page.Overtaken = true
	page.Meanwhile = differences(ctx, s.Edition.Since(base, p.Lang), len(s.Edition) > 1)
	page.Changes = differences(ctx, merged.Since(s.Edition, p.Lang), len(merged) > 1)
	page.Form.fill(p, merged)
	page.Form.Base, page.Form.Waiting, page.Form.Seen = s.Number, "", ""
	if s.Waiting != nil {
		page.Form.Waiting = s.Waiting.ID
	}
	return nil
}

// writeText draws the page.
func (r *Pages) writeText(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, s mobilisation.Standing, page textPage) (err error) {
	ctx := req.Context()
	page.Page = view.Page{Title: t(ctx, "mobilisation.text_title"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	page.Signed, page.Ended = s.Signed, p.State != mobilisation.Published
	page.Rules = r.textRules(ctx, page)
	if c := s.Waiting; c != nil {
		page.Waiting = &waitingView{
			ID: c.ID, Since: i18n.From(ctx).DateTime(c.Proposed), Reason: c.Reason, Changes: differences(ctx, c.Edition.Since(s.Edition, p.Lang), len(s.Edition) > 1),
		}
	}
	for i, one := range page.Form.Langs {
		_, stands := s.Edition[one.Lang]
		page.Form.Langs[i].New = !stands
	}
	for _, tag := range r.Languages.Tags() {
		if !slices.ContainsFunc(page.Form.Langs, func(one langForm) bool { return one.Lang == tag }) {
			page.Addable = append(page.Addable, view.Option{Value: tag, Label: i18n.Name(tag)})
		}
	}
	if page.Telling, err = r.tellingLines(ctx, p.ID); err != nil {
		return err
	}
	return view.Write(ctx, w, status, textView(page))
}

// textRules says what becomes of a change at this point of a petition's life.
func (r *Pages) textRules(ctx context.Context, page textPage) string {
	switch {
	case page.Ended:
		return t(ctx, "mobilisation.text_rules_ended")
	case !page.Signed:
		return t(ctx, "mobilisation.text_rules_free")
	case r.ReviewChanges:
		return t(ctx, "mobilisation.text_rules_reviewed")
	}
	return t(ctx, "mobilisation.text_rules_frozen")
}

// differences are parts that differ, as they are drawn.
func differences(ctx context.Context, all []mobilisation.Difference, languages bool) []differenceView {
	views := make([]differenceView, len(all))
	for i, d := range all {
		views[i] = differenceView{Difference: d, Label: t(ctx, "mobilisation.part_"+d.Part)}
		if languages {
			views[i].Name = i18n.Name(d.Lang)
		}
	}
	return views
}

// tellingLines say how far signatories were told of the latest changes.
func (r *Pages) tellingLines(ctx context.Context, petitionID string) (lines []string, err error) {
	versions, err := r.Versions(ctx, petitionID)
	l := i18n.From(ctx)
	for _, c := range versions {
		if c.Telling.Planned == 0 || len(lines) == 3 {
			continue
		}
		line := l.N("mobilisation.telling", c.Telling.Planned, "accepted", c.Telling.Accepted, "date", l.Date(c.Decided))
		if c.Telling.Lost > 0 {
			line += " " + l.N("mobilisation.telling_lost", c.Telling.Lost)
		}
		lines = append(lines, line)
	}
	return lines, err
}

// dropText takes back a change that waits for moderators.
func (r *Pages) dropText(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.TeamOrHost)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if err := r.Drop(req.Context(), p, form.Line("change")); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/text?done="+mobilisation.ChangeDropped+"#contenu")
}
