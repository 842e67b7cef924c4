package mailtest_test

import (
	"errors"
	"net/smtp"
	"net/textproto"
	"testing"
	"time"

	"essaim/internal/platform/mail/mailtest"
)

const text = "Subject: =?utf-8?q?=C3=A9t=C3=A9?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9t=C3=A9\r\n"

func send(s *mailtest.Server, to string) error {
	return smtp.SendMail(s.Address(), nil, "a@b.fr", []string{to}, []byte(text))
}

func code(err error) int {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return reply.Code
	}
	return 0
}

func TestTheServerMisbehavesAsLongAsItIsTold(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	s.On(mailtest.Rcpt, mailtest.Reply{Code: 550, To: "nobody@b.fr"}, mailtest.Reply{Code: 450, Times: 2}, mailtest.Reply{Code: 451, Times: 1})
	for _, c := range []struct {
		to   string
		want int
	}{{"c@d.fr", 450}, {"nobody@b.fr", 550}, {"c@d.fr", 450}, {"c@d.fr", 451}, {"c@d.fr", 0}, {"nobody@b.fr", 550}} {
		if err := send(s, c.to); code(err) != c.want {
			t.Errorf("to %s: %v, want %d", c.to, err, c.want)
		}
	}
	s.Behave()
	if err := send(s, "nobody@b.fr"); err != nil {
		t.Error(err)
	}
	got := s.Messages()
	if len(got) != 2 || s.Count() != 2 || got[0].From != "a@b.fr" || got[0].Header("Subject") != "été" || got[0].Text() != "été\n" || got[0].HTML() != "" {
		t.Errorf("received %+v", got)
	}
}

func TestTheServerGoesAwayAndComesBack(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	for range 3 {
		s.Down()
		s.Down()
		if err := send(s, "c@d.fr"); err == nil {
			t.Error("it answers while it is down")
		}
		if err := s.Up(); err != nil {
			t.Fatal(err)
		}
		if err := send(s, "c@d.fr"); err != nil {
			t.Error(err)
		}
	}
	if s.Count() != 3 || s.Connections() != 3 {
		t.Errorf("%d messages over %d connections", s.Count(), s.Connections())
	}
}

func TestTheServerCutsWhereItIsTold(t *testing.T) {
	for stage, kept := range map[mailtest.Stage]int{mailtest.Hello: 0, mailtest.Mail: 0, mailtest.Rcpt: 0, mailtest.Data: 0, mailtest.Accept: 1} {
		s := mailtest.New(t, mailtest.Options{})
		s.On(stage, mailtest.Reply{Wait: time.Millisecond, Drop: true})
		if err := send(s, "c@d.fr"); err == nil || code(err) != 0 {
			t.Errorf("stage %d: %v", stage, err)
		}
		if s.Count() != kept {
			t.Errorf("stage %d: %d kept, want %d", stage, s.Count(), kept)
		}
	}
}
