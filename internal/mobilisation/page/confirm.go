package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

type stepPage struct {
	view.Page
	Slug   string
	Title  string // of the petition
	Email  string // "" when this browser has not just signed
	Code   string
	Notice string
	Errors view.Errors
}

// showConfirm is "one step left".
func (r *Pages) showConfirm(w http.ResponseWriter, req *http.Request) error {
	return r.writeStep(w, req, http.StatusOK, func(p *stepPage) {
		if req.URL.Query().Has("sent") {
			p.Notice = t(req.Context(), "mobilisation.resent")
		}
	})
}

func (r *Pages) writeStep(w http.ResponseWriter, req *http.Request, status int, fill func(*stepPage)) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	text, _ := p.TextIn(web.Lang(ctx))
	page := stepPage{
		Page: view.Page{Title: t(ctx, "mobilisation.step_title"), Funnel: true, NoIndex: true, Scripts: []string{"form.js"}},
		Slug: p.Slug, Title: text.Title,
	}
	if memo, ok := r.recall(req, p); ok {
		page.Email = memo.Signer.Email
	} else {
		page.Page.Title = t(ctx, "mobilisation.step_cold")
	}
	fill(&page)
	page.Page.Errors = len(page.Errors) > 0
	return view.Write(ctx, w, status, stepView(page))
}

// confirmCode is the six digits, typed in the tab that is still open.
func (r *Pages) confirmCode(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	memo, ok := r.recall(req, p)
	if !ok {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/confirm")
	}
	done, err := r.ConfirmByCode(ctx, memo.Signature, form.Line("code"), &mobilisation.Receipt{Signature: memo.Signature, Signer: memo.Signer, Made: memo.Made})
	if errors.Is(err, mobilisation.ErrWrongCode) {
		memo.Tries++
		if err := r.keepMemo(w, memo); err != nil {
			return err
		}
		err = wrongCode(memo.Tries)
		return r.writeStep(w, req, http.StatusUnprocessableEntity, func(s *stepPage) { s.Errors, s.Code = view.ErrorsFrom(ctx, err), form.Line("code") })
	}
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writeStep(w, req, http.StatusUnprocessableEntity, func(s *stepPage) { s.Errors, s.Code = errs, form.Line("code") })
	}
	if err != nil {
		return refuse(err)
	}
	return r.confirmed(w, req, p, done)
}

// wrongCode says how many codes may still be typed here. It counts what this browser typed, not what the row has seen.
func wrongCode(typed int) error {
	if typed >= mobilisation.CodeTries {
		return fault.InvalidForm(fault.Field{Name: "code", Key: "mobilisation.code_spent"})
	}
	return fault.InvalidForm(fault.Field{Name: "code", Key: "mobilisation.code_wrong", Args: []any{"left", mobilisation.CodeTries - typed}})
}

// confirmed says how a confirmation ended.
func (r *Pages) confirmed(w http.ResponseWriter, req *http.Request, p *mobilisation.Petition, done mobilisation.Confirmation) error {
	if done.Refused {
		ctx := req.Context()
		return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
			Page:  view.Page{Title: t(ctx, "mobilisation.refused_title"), Funnel: true, NoIndex: true},
			Title: t(ctx, "mobilisation.refused_title"), Text: t(ctx, "mobilisation.refused_text"),
			Back: "/m/" + p.Slug, BackLabel: t(ctx, "mobilisation.back_to_petition"),
		}))
	}
	r.Cookies.ClearCookie(w, signCookie, "/")
	return web.SeeOther(w, req, "/m/"+p.Slug+"/thanks#contenu") // else a browser keeps the #errors of the form
}

// resend has the mail sent once more. The answer is the same whether it was or not.
func (r *Pages) resend(w http.ResponseWriter, req *http.Request) error {
	p, err := r.Petition(req.Context(), req.PathValue("slug"))
	if err != nil {
		return err
	}
	if memo, ok := r.recall(req, p); ok && r.Guard.Check(guard.Request{Subject: "resend " + p.ID, Email: memo.Signer.Email, Addr: r.Guard.Addr(req)}) == guard.Pass {
		if err := r.Resend(req.Context(), memo.Signature); err != nil {
			return refuse(err)
		}
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/confirm?sent=1")
}

// linkPage is one question with one button.
type linkPage struct {
	view.Page
	Title, Text     string
	Action, Button  string
	Danger          bool
	Ticked          []string    // boxes that were ticked: whoever confirms sees what they agree to
	Facts           []view.Meta // what else they confirm: name, postal code, words
	Made            string      // which answers are shown
	Changed         bool        // others have taken their place meanwhile
	Back, BackLabel string
}

// showConfirmLink is GET of the link in a mail. It changes nothing: mail scanners open links.
func (r *Pages) showConfirmLink(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	id, token := req.PathValue("id"), req.PathValue("token")
	if !r.OpensConfirmation(id, token) {
		return fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	s, found, err := r.ReadSignature(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.Gone, "mobilisation.signature_gone")
	}
	return r.writeConfirmLink(w, req, s, http.StatusOK)
}

// writeConfirmLink shows the answers that the button confirms: somebody else may have typed them.
func (r *Pages) writeConfirmLink(w http.ResponseWriter, req *http.Request, s mobilisation.Signature, status int) error {
	ctx := req.Context()
	id, token := req.PathValue("id"), req.PathValue("token")
	p, text, err := r.PetitionAndText(ctx, s.PetitionID)
	if err != nil {
		return err
	}
	page := linkPage{
		Page:  view.Page{Title: t(ctx, "mobilisation.link_title"), Funnel: true, NoIndex: true},
		Title: t(ctx, "mobilisation.link_title"), Text: t(ctx, "mobilisation.link_text", "title", text.Title),
		Action: "/c/" + safePart(id) + "/" + safePart(token), Button: t(ctx, "mobilisation.i_confirm"), Ticked: mobilisation.Ticked(i18n.From(ctx), s.Consents),
	}
	if !s.Confirmed.IsZero() {
		page.Title, page.Text, page.Button = t(ctx, "mobilisation.counts_already"), t(ctx, "mobilisation.counts_already_text", "title", text.Title), ""
		page.Page.Title, page.Ticked = page.Title, nil
		page.Back, page.BackLabel = "/m/"+p.Slug, t(ctx, "mobilisation.back_to_petition")
	} else if err := r.showAnswers(ctx, &page, s); err != nil {
		return err
	}
	page.Changed = status == http.StatusConflict
	return view.Write(ctx, w, status, linkView(page))
}

// showAnswers adds what a waiting signature says.
func (r *Pages) showAnswers(ctx context.Context, page *linkPage, s mobilisation.Signature) error {
	who, err := r.IdentityOf(s)
	if err != nil {
		return err
	}
	page.Made = strconv.FormatInt(clock.Micros(s.Created), 10)
	page.Facts = []view.Meta{{Icon: "signature", Text: who.Given + " " + who.Family}, {Icon: "map-pin", Text: strings.TrimSpace(who.PostalCode + " " + s.Country)}}
	words, err := r.MessageOf(ctx, s.ID)
	if err == nil && words != "" {
		page.Facts = append(page.Facts, view.Meta{Icon: "message-circle", Text: words})
	}
	return err
}

// confirmLink is the button of that page.
func (r *Pages) confirmLink(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil && req.ContentLength != 0 {
		return err
	}
	made, _ := strconv.ParseInt(form.Line("made"), 10, 64)
	done, err := r.ConfirmShown(req.Context(), req.PathValue("id"), req.PathValue("token"), clock.Time(made))
	if errors.Is(err, mobilisation.ErrChanged) {
		s, found, err := r.ReadSignature(req.Context(), req.PathValue("id"))
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.Gone, "mobilisation.signature_gone")
		}
		return r.writeConfirmLink(w, req, s, http.StatusConflict)
	}
	if err != nil {
		return refuse(err)
	}
	p, _, err := r.PetitionAndText(req.Context(), done.PetitionID)
	if err != nil {
		return err
	}
	return r.confirmed(w, req, p, done)
}

type thanksPage struct {
	view.Page
	Slug, Title, Text, Petition string
	Gauge                       view.Measure
	Share                       view.Share
}

// showThanks is the page after the confirmation: it says nothing that is not the same for everybody.
func (r *Pages) showThanks(w http.ResponseWriter, req *http.Request) error {
	return r.writeShare(w, req, "mobilisation.thanks_title", "mobilisation.thanks_text")
}

// showShare is the same page for who passes on without signing.
func (r *Pages) showShare(w http.ResponseWriter, req *http.Request) error {
	return r.writeShare(w, req, "mobilisation.share_page_title", "mobilisation.share_page_text")
}

func (r *Pages) writeShare(w http.ResponseWriter, req *http.Request, title, words string) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	web.Tag(ctx, "petition:"+p.ID)
	text, _ := p.TextIn(web.Lang(ctx))
	return view.Write(ctx, w, http.StatusOK, thanksView(thanksPage{
		Page: view.Page{Title: t(ctx, title), Funnel: true, NoIndex: true, Scripts: []string{"copy.js", "counter.js"}},
		Slug: p.Slug, Title: t(ctx, title), Text: t(ctx, words, "title", text.Title), Petition: text.Title,
		Gauge: r.gauge(p, "big"), Share: r.share(ctx, p, text),
	}))
}

// showWithdraw is GET of the link by which a signature is taken back.
func (r *Pages) showWithdraw(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	id, token := req.PathValue("id"), req.PathValue("token")
	if !r.OpensWithdrawal(id, token) {
		return fault.New(fault.NotFound, "mobilisation.link_unknown")
	}
	s, found, err := r.ReadSignature(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return r.writeWithdrawn(w, req)
	}
	p, text, err := r.PetitionAndText(ctx, s.PetitionID)
	if err != nil {
		return err
	}
	return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
		Page:  view.Page{Title: t(ctx, "mobilisation.withdraw_title"), Funnel: true, NoIndex: true},
		Title: t(ctx, "mobilisation.withdraw_title"), Text: t(ctx, "mobilisation.withdraw_text", "title", text.Title),
		Action: "/w/" + safePart(id) + "/" + safePart(token), Button: t(ctx, "mobilisation.i_withdraw"), Danger: true,
		Back: "/m/" + p.Slug, BackLabel: t(ctx, "mobilisation.keep_signature"),
	}))
}

// withdraw is the button of that page.
func (r *Pages) withdraw(w http.ResponseWriter, req *http.Request) error {
	if _, err := r.Withdraw(req.Context(), req.PathValue("id"), req.PathValue("token")); err != nil {
		return refuse(err)
	}
	return r.writeWithdrawn(w, req)
}

func (r *Pages) writeWithdrawn(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	return view.Write(ctx, w, http.StatusOK, linkView(linkPage{
		Page:  view.Page{Title: t(ctx, "mobilisation.withdrawn_title"), Funnel: true, NoIndex: true},
		Title: t(ctx, "mobilisation.withdrawn_title"), Text: t(ctx, "mobilisation.withdrawn_text"),
		Back: "/", BackLabel: t(ctx, "mobilisation.see_others"),
	}))
}
