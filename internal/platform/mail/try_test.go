package mail_test

import (
	"errors"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/mail/mailtest"
)

func TestTryTellsHowFarTheServerLetsUsComeAndSendsNothing(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{StartTLS: true, User: "essaim", Password: "secret"})
	try := func(password string) error {
		s, err := mail.NewSMTP(mail.Config{
			URL: "smtp://essaim:" + password + "@" + server.Address() + "?tls=starttls", From: "essaim@example.org", TLS: server.ClientTLS(),
		}, clock.System())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.Try(t.Context())
	}
	if err := try("secret"); err != nil {
		t.Errorf("it should let us in: %v", err)
	}
	var failed *mail.Error
	if err := try("wrong"); !errors.As(err, &failed) || failed.Stage != "connect" || failed.Code != 535 {
		t.Errorf("a wrong password: %v", err)
	}
	server.On(mailtest.Mail, mailtest.Reply{Code: 550})
	if err := try("secret"); !errors.As(err, &failed) || failed.Stage != "sender" || failed.Code != 550 {
		t.Errorf("a sender that it does not take: %v", err)
	}
	server.Down()
	if err := try("secret"); !errors.As(err, &failed) || failed.Stage != "connect" || failed.Code != 0 {
		t.Errorf("a server that is away: %v", err)
	}
	if server.Count() != 0 {
		t.Errorf("%d messages were sent", server.Count())
	}
}
