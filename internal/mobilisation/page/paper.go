package page

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// paperPage is where a team enters what it counted on paper, and confirms what others of it entered.
type paperPage struct {
	view.Page
	board
	Done    string
	Alone   bool // the team is one person
	Open    bool // sheets can be printed
	Total   string
	Waiting []entryView
	Counted []batchView
	Form    batchForm
	Correct correctForm
}

// batchForm is a batch as typed.
type batchForm struct {
	N, Day, Scope, Place, Choice, Counters, Sheets string
	Agreed                                         bool // those named agreed to be
	Choices                                        []view.Choice
	Errors                                         view.Errors
}

// correctForm is a correction as typed.
type correctForm struct {
	Batch, N, Reason string
	Errors           view.Errors
}

// entryView is what waits for another of the team.
type entryView struct {
	ID, Title, By, Sheets, Reason string
	Own                           bool // of who reads
}

// batchView is a batch that was counted.
type batchView struct {
	ID, Title, By, Sheets string
	Gone, Alone           bool
	Waiting               bool // a correction of it
	Changes               []correctionView
}

// showPaper is GET of the page of paper signatures.
func (r *Pages) showPaper(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	return r.writePaper(w, req, p, batchForm{Scope: "commune"}, correctForm{})
}

// writePaper draws it, with a form that came back.
func (r *Pages) writePaper(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, form batchForm, correct correctForm) error {
	ctx := req.Context()
	status := http.StatusOK
	if len(form.Errors)+len(correct.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page := paperPage{
		Page: view.Page{Title: t(ctx, "mobilisation.paper_title"), Work: true, NoIndex: true, Errors: status != http.StatusOK, Scripts: []string{"form.js"}},
		Form: form, Correct: correct, Open: p.TakesSignatures(), Done: done(req, "paper", "entered", "confirmed", "discarded", "corrected"),
	}
	var err error
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	if page.Alone, err = r.Room.Alone(ctx, p); err != nil {
		return err
	}
	total, err := r.OnPaper(ctx, p.ID)
	if err != nil {
		return err
	}
	page.Total = tn(ctx, "mobilisation.paper_total", total)
	batches, err := r.Batches(ctx, p.ID, false)
	if err != nil {
		return err
	}
	for _, b := range batches {
		if e := b.Waiting(); e != nil {
			page.Waiting = append(page.Waiting, r.entryView(ctx, b, *e))
		}
		if !b.Confirmed.IsZero() {
			page.Counted = append(page.Counted, r.batchView(ctx, b, 0))
		}
	}
	return view.Write(ctx, w, status, paperView(page))
}

// done is what was just done on a page of the team, in words; empty for nothing.
func done(req *http.Request, of string, acts ...string) string {
	act := web.CleanQuery(req, "done", 20)
	for _, one := range acts {
		if one == act {
			return t(req.Context(), "mobilisation.done_"+of+"_"+one)
		}
	}
	return ""
}

// entryView says what waits. The name of an account is no concern of others: it says only whether one entered it oneself.
func (r *Pages) entryView(ctx context.Context, b mobilisation.Batch, e mobilisation.Entry) entryView {
	b.N = e.N
	one := entryView{
		ID: e.ID, Title: r.batchTitle(ctx, b, 0), By: r.countersLine(ctx, b), Sheets: t(ctx, "mobilisation.batch_sheets_are", "sheets", strings.Join(b.Sheets, ", ")),
		Reason: e.Reason, Own: e.By == web.Actor(ctx).ID,
	}
	return one
}

// batchTitle says how many, where and when. A place with fewer than least is named by its department: few would point at people.
func (r *Pages) batchTitle(ctx context.Context, b mobilisation.Batch, least int64) string {
	l := i18n.From(ctx)
	return l.N("mobilisation.batch_line", b.N, "place", r.batchPlace(ctx, b, least), "date", l.Date(b.Day))
}

func (r *Pages) batchPlace(ctx context.Context, b mobilisation.Batch, least int64) string {
	area := b.Area
	if c, ok := r.Places.Load().Commune(area.Code()); area.Kind() == "commune" && b.N < least && ok {
		area = mobilisation.Area("department:" + c.Department)
	}
	return r.areaName(area, web.Lang(ctx))
}

func (r *Pages) countersLine(ctx context.Context, b mobilisation.Batch) string {
	return t(ctx, "mobilisation.batch_counted_by", "names", strings.Join(b.Counters, ", "))
}

// batchView is a batch as pages show it, with each correction under its date.
func (r *Pages) batchView(ctx context.Context, b mobilisation.Batch, least int64) batchView {
	l := i18n.From(ctx)
	one := batchView{
		ID: b.ID, Title: r.batchTitle(ctx, b, least), By: r.countersLine(ctx, b), Gone: b.N == 0, Alone: b.Alone(), Waiting: b.Waiting() != nil,
		Sheets: t(ctx, "mobilisation.batch_sheets_are", "sheets", strings.Join(b.Sheets, ", ")),
	}
	last := int64(0)
	for i, e := range b.Entries {
		if e.Waits() {
			continue
		}
		if i > 0 {
			title := l.T("mobilisation.batch_corrected", "before", last, "after", e.N)
			if e.N == 0 {
				title = l.N("mobilisation.batch_withdrawn", last)
			}
			one.Changes = append(one.Changes, correctionView{Date: l.Date(e.Confirmed), Title: title, Text: e.Reason})
		}
		last = e.N
	}
	if one.Gone && len(b.Entries) > 0 { // its title says what it was
		b.N = b.Entries[0].N
		one.Title = r.batchTitle(ctx, b, least)
	}
	return one
}

// enterPaper is the form's act.
func (r *Pages) enterPaper(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := batchForm{
		N: form.Line("n"), Day: form.Line("day"), Scope: form.Line("scope"), Place: form.Line("place"), Choice: form.Line("choice"),
		Counters: form.Text("counters"), Sheets: form.Text("sheets"), Agreed: form.Ticked("agreed"),
	}
	batch, flaws := r.readBatch(&typed)
	if flaws == nil {
		flaws = r.EnterBatch(ctx, p, batch, web.Actor(ctx))
	} else if further := view.ErrorsFrom(ctx, r.CheckBatch(ctx, p, batch)); further != nil {
		typed.Errors = further
	}
	if errs := view.ErrorsFrom(ctx, flaws); errs != nil {
		for _, e := range errs {
			if typed.Errors.For(e.Name) == "" {
				typed.Errors = append(typed.Errors, e)
			}
		}
		return r.writePaper(w, req, p, typed, correctForm{})
	}
	if flaws != nil {
		return refuse(flaws)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/paper?done=entered#contenu")
}

// readBatch reads what was typed; flaws are what the room does not look at.
func (r *Pages) readBatch(typed *batchForm) (b mobilisation.Batch, flaws error) {
	b.N, _ = strconv.ParseInt(strings.Join(strings.Fields(typed.N), ""), 10, 64)
	b.Day, _ = time.Parse(time.DateOnly, typed.Day)
	b.Counters, b.Sheets = mobilisation.CountersOf(typed.Counters), mobilisation.SheetsOf(typed.Sheets)
	place := typed.Place
	if typed.Choice != "" {
		place = typed.Choice
	}
	area, choices, err := mobilisation.PlaceOf(r.Places.Load(), typed.Scope, place)
	b.Area = area
	for _, c := range choices {
		typed.Choices = append(typed.Choices, view.Choice{Value: string(c), Label: r.choiceName(c)})
	}
	if err != nil {
		return b, err
	}
	if !typed.Agreed {
		return b, fault.InvalidForm(fault.Field{Name: "agreed", Key: "mobilisation.batch_agreed_missing"})
	}
	return b, nil
}

// confirmPaper has an entry count.
func (r *Pages) confirmPaper(w http.ResponseWriter, req *http.Request) error {
	return r.settlePaper(w, req, "confirmed", func(ctx context.Context, p *mobilisation.Petition, entryID string) error {
		return r.ConfirmBatch(ctx, p, entryID, web.Actor(ctx))
	})
}

// discardPaper takes an entry back that was never confirmed.
func (r *Pages) discardPaper(w http.ResponseWriter, req *http.Request) error {
	return r.settlePaper(w, req, "discarded", r.DiscardBatch)
}

func (r *Pages) settlePaper(w http.ResponseWriter, req *http.Request, done string, settle func(context.Context, *mobilisation.Petition, string) error) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	if err := settle(req.Context(), p, req.PathValue("id")); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/paper?done="+done+"#contenu")
}

// correctPaper corrects or withdraws a batch.
func (r *Pages) correctPaper(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := correctForm{Batch: req.PathValue("id"), N: form.Line("right"), Reason: form.Line("reason")}
	n, failed := strconv.ParseInt(strings.Join(strings.Fields(typed.N), ""), 10, 64)
	if failed != nil {
		n = -1
	}
	err = r.CorrectBatch(ctx, p, typed.Batch, n, typed.Reason, web.Actor(ctx))
	if errs := view.ErrorsFrom(ctx, err); errs != nil {
		typed.Errors = errs
		return r.writePaper(w, req, p, batchForm{Scope: "commune"}, typed)
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/paper?done=corrected#contenu")
}

// paperCSV is the public list of batches: journalists check it.
func (r *Pages) paperCSV(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	batches, err := r.Batches(ctx, p.ID, true)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.Slug+`-paper.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"gathered", "place", "sheets", "signatures", "counted_by_one", "dated", "reason"})
	for i := len(batches) - 1; i >= 0; i-- {
		b := batches[i]
		alone := ""
		if b.Alone() {
			alone = "1"
		}
		place := safeCell(r.batchPlace(ctx, b, leastShown))
		for _, e := range b.Entries {
			_ = out.Write([]string{
				b.Day.Format(time.DateOnly), place, strconv.Itoa(len(b.Sheets)), strconv.FormatInt(e.N, 10), alone, e.Confirmed.Format(time.DateOnly), safeCell(e.Reason),
			})
		}
	}
	out.Flush()
	return out.Error()
}

// safeCell is a text that no spreadsheet computes (OWASP, CSV injection): what it would take for a formula begins with an apostrophe.
func safeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r|%＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
