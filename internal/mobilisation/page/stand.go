package page

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// standCookie is what a tablet bears: its stand, and how many have signed on it. A form that was on the screen before the last of them
// signed is answered with an empty one: whoever goes back finds nothing of who was there.
const (
	standCookie        = "essaim_stand"
	purposeStandCookie = "mobilisation.stand_cookie"
	standCookieFor     = 24 * time.Hour
)

type standMemo struct {
	Stand, Bears string
	Turn         int64
}

// standPage is the form of a stand, for whoever is next, and the page that thanks.
type standPage struct {
	view.Page
	*mobilisation.Petition
	Text      mobilisation.Text
	TextLang  string
	Turn      int64
	Countries []view.Option
	Form      mobilisation.Signer
	Errors    view.Errors
	Failure   string
}

func (r *Pages) keepStandMemo(w http.ResponseWriter, memo standMemo) error {
	plain, err := json.Marshal(memo)
	if err != nil {
		return err
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: standCookie, Value: r.Vault.SealText(purposeStandCookie, plain, nil), Life: standCookieFor})
	return nil
}

// standHere finds the stand that a device bears, with its petition. A device with a session is none: it has to leave that first.
func (r *Pages) standHere(req *http.Request) (*mobilisation.Petition, standMemo, error) {
	ctx := req.Context()
	var memo standMemo
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return nil, memo, err
	}
	plain, err := r.Vault.OpenText(purposeStandCookie, web.CookieValue(req, standCookie), nil)
	if err != nil || json.Unmarshal(plain, &memo) != nil {
		return nil, memo, fault.New(fault.NotFound, "mobilisation.stand_none")
	}
	s, err := r.StandOn(ctx, memo.Stand, memo.Bears)
	if err == nil && s.PetitionID != p.ID {
		err = fault.New(fault.NotFound, "mobilisation.stand_none")
	}
	if err == nil && web.Actor(ctx).SignedIn() {
		err = fault.New(fault.Conflict, "mobilisation.stand_session")
	}
	if err == nil && !p.TakesSignatures() {
		err = p.Shut()
	}
	return p, memo, err
}

// showStand is the empty form, for whoever is next.
func (r *Pages) showStand(w http.ResponseWriter, req *http.Request) error {
	p, memo, err := r.standHere(req)
	if err != nil {
		return err
	}
	return r.writeStand(w, req, http.StatusOK, standPage{Petition: p, Turn: memo.Turn, Form: mobilisation.Signer{Country: "FR"}})
}

func (r *Pages) writeStand(w http.ResponseWriter, req *http.Request, status int, page standPage) error {
	ctx := req.Context()
	text, _ := page.TextIn(web.Lang(ctx))
	page.Text, page.TextLang, page.Countries = text, text.Lang, r.countries(web.Lang(ctx))
	page.Page = view.Page{Title: text.Title, Funnel: true, Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"stand.js"}}
	return view.Write(ctx, w, status, standView(page))
}

// signAtStand is the form's act. What a single address may send does not matter here: a stand has limits of its own, in the room.
func (r *Pages) signAtStand(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, memo, err := r.standHere(req)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if turn, err := strconv.ParseInt(form.Line("turn"), 10, 64); err != nil || turn != memo.Turn {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/stand") // a form of somebody who has signed
	}
	signer := readSigner(form, web.Lang(ctx))
	signer.Message, signer.Stand = "", memo.Stand
	back := standPage{Petition: p, Turn: memo.Turn, Form: signer}
	checked := signer
	if _, _, err := checked.Check(r.Places.Load()); err != nil {
		back.Errors = view.ErrorsFrom(ctx, err)
		return r.writeStand(w, req, http.StatusUnprocessableEntity, back)
	}
	if r.Off(ctx, toggle.Signing) {
		w.Header().Set("Retry-After", "60")
		back.Failure = t(ctx, "mobilisation.signing_off")
		return r.writeStand(w, req, http.StatusServiceUnavailable, back)
	}
	later, ok := r.Guard.Letters(guard.Request{Email: signer.Email, Addr: netip.Addr{}}) // from the budget of the site alone
	if signer.Later = later; ok {
		_, err = r.Sign(ctx, p, signer, form.Raw(guard.FieldHoneypot) != "")
	}
	switch err = refuse(err); {
	case !ok || fault.Is(err, fault.TooMany):
		w.Header().Set("Retry-After", "60")
		back.Failure = t(ctx, "mobilisation.stand_fast")
		return r.writeStand(w, req, http.StatusTooManyRequests, back)
	case fault.Is(err, fault.Unavailable):
		r.Log.Error("a signature of a stand cannot be kept", "petition", p.ID, "error", err)
		w.Header().Set("Retry-After", "10")
		back.Failure = t(ctx, "web.unavailable")
		return r.writeStand(w, req, http.StatusServiceUnavailable, back)
	case err != nil:
		return err
	}
	memo.Turn++
	if err := r.keepStandMemo(w, memo); err != nil {
		return err
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/stand/thanks")
}

// showStandThanks thanks whoever has just signed, and names nobody.
func (r *Pages) showStandThanks(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, _, err := r.standHere(req)
	if err != nil {
		return err
	}
	page := standPage{Petition: p}
	page.Page = view.Page{Title: t(ctx, "mobilisation.stand_thanks"), Funnel: true, Work: true, NoIndex: true, Scripts: []string{"stand.js"}}
	return view.Write(ctx, w, http.StatusOK, standThanksView(page))
}

func (p standPage) countryName() string {
	return petitionPage{Countries: p.Countries, Form: p.Form}.countryName()
}
