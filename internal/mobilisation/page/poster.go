package page

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/id"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// posterPDF is the poster of a petition, the same for everybody: kept like a page.
func (r *Pages) posterPDF(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, carrier, err := r.printed(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	text, _ := p.TextIn(web.Lang(ctx))
	address := r.SiteURL + web.Link(ctx, "/m/"+p.Slug)
	s := paper.Poster{
		Title: text.Title, Points: text.Points, To: t(ctx, "mobilisation.to_whom", "addressee", text.Addressee), By: carrier.Name,
		Initials: view.Initials(carrier.Name), Call: t(ctx, "mobilisation.poster_read"), Address: address, Shown: typed(address), Site: r.SiteName,
	}
	if p.TakesSignatures() {
		s.Call = t(ctx, "mobilisation.poster_call")
	}
	pdf, err := r.Printer.Poster(s)
	return writePDF(w, pdf, err)
}

// How many sheets one may have made: a number of its own on each takes a page that is made anew.
const mostCopies = 20

var sheetsFrom = guard.Rate{Burst: 30, Per: 10 * time.Minute}

// sheetNumbers are by what sheets are told apart, one for each copy: random, so that nothing is kept of who prints.
func sheetNumbers(copies int) []string {
	all := make([]string, copies)
	for i := range all {
		token := strings.ToUpper(id.Token())
		all[i] = token[:3] + "-" + token[3:6]
	}
	return all
}

// sheetPDF is a sheet on which people sign by hand: as many copies as are asked for, each with a number of its own, and how to count.
func (r *Pages) sheetPDF(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, carrier, err := r.printed(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	if !p.TakesSignatures() {
		return p.Shut()
	}
	if !r.drafts.Allow(sheetsFrom, "sheet", guard.Near(r.Guard.Addr(req))) {
		return fault.New(fault.TooMany, "mobilisation.sheets_enough")
	}
	copies, _ := strconv.Atoi(req.URL.Query().Get("copies"))
	text, _ := p.TextIn(web.Lang(ctx))
	address := r.SiteURL + web.Link(ctx, "/m/"+p.Slug)
	pdf, err := r.Printer.Sheet(paper.Sheet{
		Heading: t(ctx, "mobilisation.sheet_heading"), Title: text.Title, To: t(ctx, "mobilisation.to_whom", "addressee", text.Addressee),
		By: t(ctx, "mobilisation.sheet_by", "name", carrier.Name), Points: text.Points,
		Columns: [5]string{
			t(ctx, "mobilisation.family_name"), t(ctx, "mobilisation.given_name"), t(ctx, "mobilisation.postal_code"), t(ctx, "mobilisation.sheet_email"),
			t(ctx, "mobilisation.sheet_signature"),
		},
		Consent: t(ctx, "mobilisation.sheet_consent", "name", carrier.Name, "privacy", typed(r.SiteURL+web.Link(ctx, "/privacy"))),
		Fields:  [3]string{t(ctx, "mobilisation.sheet_number"), t(ctx, "mobilisation.sheet_gathered"), t(ctx, "mobilisation.sheet_when")},
		Return:  sheetReturn(ctx, carrier), Online: t(ctx, "mobilisation.sheet_online"), Address: address, Shown: typed(address),
		Numbers: sheetNumbers(min(max(copies, 1), mostCopies)), Guide: sheetGuide(ctx),
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", paper.Type)
	_, _ = w.Write(pdf)
	return nil
}

// sheetGuide is the page for who gathers: how sheets are counted, kept and destroyed.
func sheetGuide(ctx context.Context) paper.Guide {
	return paper.Guide{
		Heading: t(ctx, "mobilisation.paper_how"), Note: t(ctx, "mobilisation.paper_no_scan"),
		Steps: []string{
			t(ctx, "mobilisation.paper_how_two"), t(ctx, "mobilisation.paper_how_lines"), t(ctx, "mobilisation.paper_how_keep"),
			t(ctx, "mobilisation.paper_how_destroy"),
		},
	}
}

// sheetReturn says to whom a sheet is sent.
func sheetReturn(ctx context.Context, c mobilisation.Carrier) string {
	if c.Line == "" {
		return t(ctx, "mobilisation.sheet_return", "name", c.Name)
	}
	return t(ctx, "mobilisation.sheet_return_to", "name", c.Name, "line", c.Line)
}

// printed finds a petition that may be shown, for a paper that is made anew when it changes.
func (r *Pages) printed(ctx context.Context, slug string) (*mobilisation.Petition, mobilisation.Carrier, error) {
	p, err := r.Petition(ctx, slug)
	if err != nil {
		return nil, mobilisation.Carrier{}, err
	}
	web.Tag(ctx, "petition:"+p.ID)
	carrier, err := r.CarrierOf(ctx, p)
	return p, carrier, err
}

// typed is an address as people type it.
func typed(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return rest
}

func writePDF(w http.ResponseWriter, pdf []byte, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", paper.Type)
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(pdf)
	return nil
}
