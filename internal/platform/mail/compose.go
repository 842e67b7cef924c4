package mail

import (
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// compose makes the bytes to send of a message that check accepted.
func (s *SMTP) compose(m Message, now time.Time) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&netmail.Address{Name: s.config.FromName, Address: s.config.From})
	msg.EnvelopeFromMailAddress(&netmail.Address{Address: s.config.From})
	msg.ToMailAddress(&netmail.Address{Name: m.ToName, Address: m.To})
	if reply := s.replyTo(m); reply != "" {
		msg.ReplyToMailAddress(&netmail.Address{Address: reply})
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(m.MessageID + "@" + Domain(s.config.From))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 5: no vacation answers
	if m.Lang != "" {
		msg.SetGenHeader(gomail.HeaderContentLang, m.Lang)
	}
	for _, h := range m.Headers {
		msg.SetGenHeader(gomail.Header(h.Name), h.Value)
	}
	if err := unsubscribe(msg, m); err != nil {
		return nil, err
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

func (s *SMTP) replyTo(m Message) string {
	if m.ReplyTo != "" {
		return m.ReplyTo
	}
	return s.config.ReplyTo
}

// unsubscribe writes List-Unsubscribe and List-Unsubscribe-Post (RFC 8058 3.1).
func unsubscribe(msg *gomail.Msg, m Message) error {
	if m.Unsubscribe == "" {
		return nil
	}
	var others []string
	if m.UnsubscribeTo != "" {
		others = append(others, "mailto:"+m.UnsubscribeTo)
	}
	if err := msg.SetListUnsubscribeOneClick(m.Unsubscribe, others...); err != nil {
		return malformed("unsubscribe")
	}
	return nil
}
