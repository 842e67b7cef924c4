package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// signCookie holds what a person has just typed, sealed, so that the next page can show the address and offer to correct it.
// It is the same for a new signature, one that was there, and one that is kept apart.
const (
	signCookie    = "essaim_sign"
	purposeCookie = "mobilisation.cookie"
	signCookieFor = 24 * time.Hour
)

type signMemo struct {
	Petition  string
	Signature string
	Signer    mobilisation.Signer
	At        time.Time // when it was left: browsers keep cookies longer than they are told
	Tries     int       // codes typed here; the row counts for itself
	Made      time.Time // of the answers
}

// showSign is GET of the form's address, as after a reload: the form stands on the petition's page.
func (r *Pages) showSign(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"#sign")
}

// sign is the form's act.
func (r *Pages) sign(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	signer := readSigner(form, web.Lang(ctx))
	signer.From = r.Guard.Addr(req)
	checked := signer
	if _, _, err := checked.Check(r.Places.Load()); err != nil { // before the guard: a typing error is no flood
		return r.writePetition(w, req, p, http.StatusUnprocessableEntity, signer, view.ErrorsFrom(ctx, err))
	}
	if r.Off(ctx, toggle.Signing) {
		w.Header().Set("Retry-After", "60")
		return r.writeForm(w, req, p, http.StatusServiceUnavailable, signer, nil, t(ctx, "mobilisation.signing_off"))
	}
	verdict, request := r.judge(req, p, form)
	if verdict == guard.Wait {
		return r.askToWait(w, req, p, form, request)
	}
	later, ok := r.Guard.Letters(request)
	if !ok {
		return r.askToWait(w, req, p, form, request)
	}
	signer.Later = later
	receipt, err := r.Sign(ctx, p, signer, verdict == guard.Shadow)
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writePetition(w, req, p, http.StatusUnprocessableEntity, signer, errs)
	}
	if err = refuse(err); fault.Is(err, fault.Unavailable) {
		r.Log.Error("a signature cannot be kept", "petition", p.ID, "error", err)
		w.Header().Set("Retry-After", "10") // as web's own page of a failure
		return r.writeForm(w, req, p, http.StatusServiceUnavailable, signer, nil, t(ctx, "web.unavailable"))
	}
	if err != nil {
		return err
	}
	if err := r.remember(w, p, receipt); err != nil {
		return err
	}
	// The fragment is ours, else a browser keeps the #errors that the form asked for.
	return web.SeeOther(w, req, "/m/"+p.Slug+"/confirm#contenu")
}

// refuse turns a failure of the store into words: nothing was kept. A fault keeps its own.
func refuse(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "web.unavailable")
}

// boxes are what may be ticked, by the names of their fields.
func boxes() map[string]mobilisation.Consents {
	return map[string]mobilisation.Consents{
		"hand_over": mobilisation.HandOver, "public_name": mobilisation.PublicName, "letters": mobilisation.Letters, "under_15": mobilisation.Under15,
	}
}

func readSigner(form web.Form, lang string) mobilisation.Signer {
	s := mobilisation.Signer{
		GivenName: form.Line("given_name"), FamilyName: form.Line("family_name"), Email: form.Line("email"),
		PostalCode: form.Line("postal_code"), Country: form.Line("country"), Message: form.Text("message"), Lang: lang,
	}
	if s.Country == "" {
		s.Country = "FR"
	}
	for name, box := range boxes() {
		if form.Ticked(name) {
			s.Consents |= box
		}
	}
	return s
}

// judge asks the guard what to do with a form.
func (r *Pages) judge(req *http.Request, p *mobilisation.Petition, form web.Form) (guard.Verdict, guard.Request) {
	request := guard.Request{
		Subject: p.ID, Email: form.Line("email"), Addr: r.Guard.Addr(req), Challenge: form.Raw(guard.FieldChallenge),
		Solution: form.Raw(guard.FieldSolution), Honeypot: form.Raw(guard.FieldHoneypot), WaitToken: form.Raw(guard.FieldWait),
	}
	return r.Guard.Check(request), request
}

// remember leaves the sealed cookie.
func (r *Pages) remember(w http.ResponseWriter, p *mobilisation.Petition, receipt mobilisation.Receipt) error {
	return r.keepMemo(w, signMemo{Petition: p.ID, Signature: receipt.Signature, Signer: receipt.Signer, Made: receipt.Made, At: r.Clock.Now()})
}

func (r *Pages) keepMemo(w http.ResponseWriter, memo signMemo) error {
	plain, err := json.Marshal(memo)
	if err != nil {
		return err
	}
	value := r.Vault.SealText(purposeCookie, plain, nil)
	if len(value) > 3800 && memo.Signer.Message != "" { // browsers take 4096 bytes in all; the message is the only long answer
		memo.Signer.Message = ""
		return r.keepMemo(w, memo)
	}
	r.Cookies.SetCookie(w, web.Cookie{Name: signCookie, Value: value, Life: signCookieFor})
	return nil
}

// recall reads the sealed cookie; ok is false when there is none for this petition.
func (r *Pages) recall(req *http.Request, p *mobilisation.Petition) (memo signMemo, ok bool) {
	plain, err := r.Vault.OpenText(purposeCookie, web.CookieValue(req, signCookie), nil)
	if err != nil || json.Unmarshal(plain, &memo) != nil || memo.Petition != p.ID || r.Clock.Now().Sub(memo.At) > signCookieFor {
		return signMemo{}, false
	}
	return memo, true
}

// waitPage is the lane without JavaScript under load: the same answers, and a button that works after some seconds.
type waitPage struct {
	view.Page
	Action  string
	Fields  []view.Option // name and value of every answer
	Seconds int64
	Early   bool // the button was pressed before it works
}

// left says when the button works.
func (p waitPage) left(ctx context.Context) string {
	if p.Early {
		return tn(ctx, "guard.wait_early", p.Seconds)
	}
	return tn(ctx, "guard.wait_left", p.Seconds)
}

func (r *Pages) askToWait(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, form web.Form, request guard.Request) error {
	token, left := r.Guard.WaitToken(request)
	page := waitPage{
		Page:   view.Page{Title: t(req.Context(), "guard.wait_title"), Funnel: true, NoIndex: true},
		Action: "/m/" + p.Slug + "/sign", Seconds: int64(left / time.Second), Early: request.WaitToken == token,
		Fields: []view.Option{{Value: guard.FieldWait, Label: token}},
	}
	for _, name := range []string{"given_name", "family_name", "email", "postal_code", "country", "message", "hand_over", "public_name", "letters", "under_15"} {
		if value := form.Text(name); value != "" {
			page.Fields = append(page.Fields, view.Option{Value: name, Label: value})
		}
	}
	return view.Write(req.Context(), w, http.StatusOK, waitView(page))
}

// showCorrect is the form again, with every answer that was given.
func (r *Pages) showCorrect(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	memo, ok := r.recall(req, p)
	if !ok {
		return web.SeeOther(w, req, "/m/"+p.Slug+"#sign")
	}
	return r.writePetition(w, req, p, http.StatusOK, memo.Signer, nil)
}

// safePart escapes a word for a path.
func safePart(s string) string { return strings.ReplaceAll(url.PathEscape(s), "+", "%2B") }
