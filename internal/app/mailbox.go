package app

import (
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// mailbox shows the mails that the demo caught. It exists in the demo only.
type mailbox struct{ caught *mail.Captured }

type mailboxPage struct {
	view.Page
	Title, Text, Empty, Hint, Home string
	Mails                          []shownMail
}

type shownMail struct {
	Subject, To string
	Body        prose.HTML
}

func (m mailbox) module() module.Module {
	return module.Module{Name: "dev", Routes: []web.Route{
		{Method: http.MethodGet, Path: "/dev/mail", Right: perm.Anyone, Handle: m.show},
		{Method: http.MethodGet, Path: "/dev/mail.json", Right: perm.Anyone, Handle: m.list, Raw: true},
	}}
}

// bareLink finds the links of a mail's text, which has no markup.
var bareLink = regexp.MustCompile(`https?://[^\s<>"]+`)

func (m mailbox) show(w http.ResponseWriter, r *http.Request) error {
	l := i18n.From(r.Context())
	page := mailboxPage{
		Page:  view.Page{Title: l.T("app.mailbox"), NoIndex: true},
		Title: l.T("app.mailbox"), Text: l.T("app.mailbox_text"), Empty: l.T("app.mailbox_empty"), Hint: l.T("app.mailbox_hint"), Home: l.T("app.home"),
	}
	for _, c := range m.caught.All() {
		text := bareLink.ReplaceAllString(c.Text, "[$0]($0)")
		page.Mails = append(page.Mails, shownMail{Subject: c.Subject, To: l.T("app.mail_to", "address", c.To), Body: prose.Markdown(l.Tag(), text)})
	}
	return view.Write(r.Context(), w, http.StatusOK, mailboxView(page))
}

// jsonMail is a mail for tests that drive the demo.
type jsonMail struct {
	Number  int       `json:"number"`
	At      time.Time `json:"at"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
}

func (m mailbox) list(w http.ResponseWriter, _ *http.Request) error {
	all := []jsonMail{}
	for _, c := range m.caught.All() {
		all = append(all, jsonMail{Number: c.Number, At: c.At, To: c.To, Subject: c.Subject, Text: c.Text, HTML: c.HTML})
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(all)
}
