package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/toggle"
	"essaim/internal/platform/web"
)

type signInput struct {
	Slug string `path:"slug" maxLength:"80"`
	Body struct {
		GivenName  string   `json:"given_name" maxLength:"200"`
		FamilyName string   `json:"family_name" maxLength:"200"`
		Email      string   `json:"email" maxLength:"400"`
		PostalCode string   `json:"postal_code" maxLength:"64" required:"false" doc:"Needed where the country has postal codes"`
		Country    string   `json:"country" maxLength:"2" required:"false" default:"FR" doc:"ISO 3166-1 alpha-2"`
		Message    string   `json:"message" maxLength:"2000" required:"false" doc:"Shown after moderation; at most 500 characters"`
		Consents   []string `json:"consents" required:"false" nullable:"true" maxItems:"10" enum:"hand_over,public_name,letters,under_15" doc:"Boxes that the person ticked. None is needed to sign; under_15 takes the others back."`
		Language   string   `json:"language" maxLength:"20" required:"false" doc:"Tag of the language of the mail; else the caller's Accept-Language"`
		Challenge  string   `json:"challenge" maxLength:"200" required:"false" doc:"From /guard/challenge.json, with its solution: needed from an address that sends many"`
		Solution   string   `json:"solution" maxLength:"100" required:"false"`
	}
}

type signOutput struct {
	Body struct {
		Status string `json:"status" enum:"confirmation_sent" doc:"The signature counts once its mail is confirmed"`
	}
}

// apiSign is the form's act for programs.
func (r *Pages) apiSign(ctx context.Context, in *signInput) (*signOutput, error) {
	p, err := r.Petition(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	b := in.Body
	s := mobilisation.Signer{
		GivenName: prose.Line(b.GivenName), FamilyName: prose.Line(b.FamilyName), Email: prose.Line(b.Email),
		PostalCode: prose.Line(b.PostalCode), Country: prose.Line(b.Country), Message: prose.Text(b.Message), Lang: web.Lang(ctx),
	}
	if _, known := r.Languages.Locale(b.Language); known {
		s.Lang = b.Language
	}
	for _, box := range b.Consents {
		s.Consents |= boxes()[box]
	}
	checked := s
	if _, _, err := checked.Check(r.Places.Load()); err != nil { // before the guard, as the form: a typing error is no flood
		return nil, err
	}
	if r.Off(ctx, toggle.Signing) {
		return nil, fault.New(fault.Unavailable, "mobilisation.signing_off")
	}
	request := guard.Request{Subject: p.ID, Email: s.Email, Addr: r.Guard.Addr(web.Request(ctx)), Challenge: b.Challenge, Solution: b.Solution}
	verdict := r.Guard.Check(request)
	if verdict == guard.Wait {
		return nil, fault.New(fault.TooMany, "mobilisation.api_wait")
	}
	later, ok := r.Guard.Letters(request)
	if !ok {
		return nil, fault.New(fault.TooMany, "mobilisation.api_wait")
	}
	s.From, s.Later = request.Addr, later
	if _, err := r.Sign(ctx, p, s, verdict == guard.Shadow); err != nil {
		return nil, refuse(err)
	}
	out := &signOutput{}
	out.Body.Status = "confirmation_sent"
	return out, nil
}
