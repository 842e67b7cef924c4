package page

import (
	"context"
	"errors"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// standsPage is where a team opens and closes stands, and sees how many signed at each.
type standsPage struct {
	view.Page
	board
	Done, Name string
	Open       bool // the petition takes signatures
	Errors     view.Errors
	Link       string // of the stand that was just opened for another device
	LinkOf     string // its id
	Stands     []standRow
}

type standRow struct {
	ID, Name, State, Count string
	Open, Linked           bool // its link opens it still
}

// showStands is GET of the page of stands.
func (r *Pages) showStands(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	return r.writeStands(w, req, p, standsPage{Done: done(req, "stand", "closed")})
}

func (r *Pages) writeStands(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, page standsPage) (err error) {
	ctx := req.Context()
	status := http.StatusOK
	if len(page.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page.Page = view.Page{Title: t(ctx, "mobilisation.stands_title"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js", "copy.js"}}
	page.Open = p.TakesSignatures()
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	stands, err := r.Stands(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, s := range stands {
		page.Stands = append(page.Stands, r.standRow(ctx, s))
	}
	return view.Write(ctx, w, status, standsView(page))
}

func (r *Pages) standRow(ctx context.Context, s mobilisation.Stand) standRow {
	l, now := i18n.From(ctx), r.Clock.Now()
	row := standRow{ID: s.ID, Name: s.Name, Open: s.Open(now), Linked: s.LinkOpens(now), Count: l.N("mobilisation.stand_count", s.N, "confirmed", s.Confirmed)}
	switch {
	case !s.Closed.IsZero():
		row.State = l.T("mobilisation.stand_closed_on", "date", l.DateTime(s.Closed))
	case !row.Open:
		row.State = l.T("mobilisation.stand_ended_on", "date", l.DateTime(s.Ends))
	case s.Used.IsZero():
		row.State = l.T("mobilisation.stand_waits")
	default:
		row.State = l.T("mobilisation.stand_open_until", "date", l.DateTime(s.Ends))
	}
	return row
}

// openStand opens a stand: here, and then this device is the stand and bears nobody's session, or by a link for another device.
func (r *Pages) openStand(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	s, err := r.OpenStand(ctx, p, form.Line("name"), web.Actor(ctx))
	if errs := view.ErrorsFrom(ctx, err); errs != nil {
		return r.writeStands(w, req, p, standsPage{Name: form.Line("name"), Errors: errs})
	}
	if err != nil {
		return refuse(err)
	}
	if form.Line("where") != "here" {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/team/stands/"+s.ID)
	}
	return r.becomeStand(w, req, s.ID, r.StandLink(s.ID))
}

// becomeStand makes a device a stand. Whoever was signed in on it is no more.
func (r *Pages) becomeStand(w http.ResponseWriter, req *http.Request, standID, token string) error {
	ctx := req.Context()
	s, bears, err := r.TakeStand(ctx, standID, token)
	if err != nil {
		return refuse(err)
	}
	p, err := r.PetitionByID(ctx, s.PetitionID)
	if err != nil {
		return err
	}
	if session := web.CookieValue(req, web.SessionCookie); web.Actor(ctx).SignedIn() && r.SignOut != nil {
		if err := r.SignOut(ctx, session); err != nil {
			return refuse(err)
		}
	}
	for _, name := range []string{web.SessionCookie, signCookie, draftCookie} {
		r.Cookies.ClearCookie(w, name, "/")
	}
	if err := r.keepStandMemo(w, standMemo{Stand: s.ID, Bears: bears}); err != nil {
		return err
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/stand")
}

// standOf finds a stand of the team's own petition.
func (r *Pages) standOf(req *http.Request) (*mobilisation.Petition, mobilisation.Stand, error) {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return nil, mobilisation.Stand{}, err
	}
	s, err := r.StandOf(req.Context(), p, req.PathValue("id"))
	if errors.Is(err, storage.ErrNoRows) {
		err = fault.New(fault.NotFound, "mobilisation.stand_unknown")
	}
	return p, s, err
}

// showStandLink shows the link of a stand, with its code, as long as it opens it.
func (r *Pages) showStandLink(w http.ResponseWriter, req *http.Request) error {
	p, s, err := r.standOf(req)
	if err != nil {
		return err
	}
	if !s.LinkOpens(r.Clock.Now()) {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/team/stands")
	}
	return r.writeStands(w, req, p, standsPage{Link: r.standURL(req, s), LinkOf: s.ID})
}

func (r *Pages) standURL(req *http.Request, s mobilisation.Stand) string {
	return r.SiteURL + web.Link(req.Context(), "/stand/"+s.ID+"/"+r.StandLink(s.ID))
}

// showStandCode is the QR code of that link.
func (r *Pages) showStandCode(w http.ResponseWriter, req *http.Request) error {
	_, s, err := r.standOf(req)
	if err != nil {
		return err
	}
	if !s.LinkOpens(r.Clock.Now()) {
		return fault.New(fault.Gone, "mobilisation.stand_used")
	}
	png, err := paper.CodePNG(r.standURL(req, s))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(png)
	return nil
}

// closeStand ends a stand from the board.
func (r *Pages) closeStand(w http.ResponseWriter, req *http.Request) error {
	p, err := r.shownFor(req, perm.Team)
	if err != nil {
		return err
	}
	if err := r.CloseStand(req.Context(), p, req.PathValue("id")); err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/stands?done=closed#contenu")
}

// showTakeStand is GET of the link: it changes nothing, for whoever looks at a link opens it.
func (r *Pages) showTakeStand(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	standID, token := req.PathValue("id"), req.PathValue("token")
	if !r.OpensStand(standID, token) {
		return fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
		Page:  view.Page{Title: t(ctx, "mobilisation.stand_take_title"), Funnel: true, NoIndex: true},
		Title: t(ctx, "mobilisation.stand_take_title"), Text: t(ctx, "mobilisation.stand_take_text"),
		Action: "/stand/" + safePart(standID) + "/" + safePart(token), Button: t(ctx, "mobilisation.stand_take"),
	}))
}

// takeStand is the button of that page.
func (r *Pages) takeStand(w http.ResponseWriter, req *http.Request) error {
	return r.becomeStand(w, req, req.PathValue("id"), req.PathValue("token"))
}
