package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/mail/mailtest"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

func sender(t testing.TB, server *mailtest.Server, change func(*mail.Config)) *mail.SMTP {
	t.Helper()
	config := mail.Config{URL: server.URL(), From: "no-reply@essaim.example", FromName: "Rail du Val, « Essaim »", ReplyTo: "aide@essaim.example", TLS: server.ClientTLS(), Timeout: 10 * time.Second}
	if change != nil {
		change(&config)
	}
	s, err := mail.NewSMTP(config, clock.NewManual(noon))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func letter(number int) mail.Message {
	l := confirmation()
	return mail.Message{
		To: "zoe@exemple.fr", ToName: "Zoé \"Z\" Dupont", Subject: "Confirmez votre signature\u202f: « Rouvrons la ligne du Val »",
		Text: l.Text(), HTML: l.HTML(), MessageID: fmt.Sprintf("confirm-%d", number), Lang: "fr",
	}
}

func TestAMessageArrivesWhole(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	m := letter(1)
	m.Unsubscribe, m.UnsubscribeTo = "https://essaim.example/u/abc?x=1", "desabonner@essaim.example"
	m.Headers = []mail.Header{{Name: "List-Id", Value: "Rail du Val é <rail.essaim.example>"}}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := server.Messages()
	if len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	r := got[0]
	if r.From != "no-reply@essaim.example" || len(r.To) != 1 || r.To[0] != "zoe@exemple.fr" {
		t.Errorf("envelope: %s to %v", r.From, r.To)
	}
	for name, want := range map[string]string{
		"From":                  "\"Rail du Val, « Essaim »\" <no-reply@essaim.example>",
		"To":                    "\"Zoé \"Z\" Dupont\" <zoe@exemple.fr>",
		"Reply-To":              "<aide@essaim.example>",
		"Subject":               m.Subject,
		"Message-Id":            "<confirm-1@essaim.example>",
		"Date":                  "Sat, 28 Mar 2026 12:00:00 +0000",
		"Auto-Submitted":        "auto-generated",
		"Content-Language":      "fr",
		"List-Id":               "Rail du Val é <rail.essaim.example>",
		"List-Unsubscribe":      "<https://essaim.example/u/abc?x=1>, <mailto:desabonner@essaim.example>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"User-Agent":            "",
		"X-Mailer":              "",
	} {
		if got := r.Header(name); strings.ReplaceAll(got, "\"", "") != strings.ReplaceAll(want, "\"", "") {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.Text() != m.Text || r.HTML() != m.HTML {
		t.Errorf("the body changed:\n%s", r.Text())
	}
	for line := range strings.SplitSeq(string(r.Data), "\r\n") {
		if len(line) > 100 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line that some server breaks: %q", line)
		}
		for _, c := range []byte(line) {
			if c > '~' {
				t.Errorf("a byte that some server drops: %q", line)
				break
			}
		}
	}
}

func TestATextAloneArrives(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	m := letter(1)
	m.HTML, m.ToName = "", ""
	m.Text = "Bonjour.\n.\n..deux\nFrom nous\n"
	if err := sender(t, server, nil).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := server.Messages()[0]; got.Text() != m.Text {
		t.Errorf("got %q", got.Text())
	}
}

func TestAMessageThatIsNotWholeIsRefusedForGood(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	captured := mail.NewCaptured(clock.NewManual(noon), 10)
	for name, spoil := range map[string]func(*mail.Message){
		"no recipient":         func(m *mail.Message) { m.To = "" },
		"two recipients":       func(m *mail.Message) { m.To = "a@b.fr, c@d.fr" },
		"injected recipient":   func(m *mail.Message) { m.To = "a@b.fr>\r\nRCPT TO:<c@d.fr" },
		"injected name":        func(m *mail.Message) { m.ToName = "Zoé\r\nBcc: c@d.fr" },
		"injected subject":     func(m *mail.Message) { m.Subject = "Oui\nBcc: c@d.fr" },
		"no subject":           func(m *mail.Message) { m.Subject = "" },
		"endless subject":      func(m *mail.Message) { m.Subject = strings.Repeat("a", 2000) },
		"broken subject":       func(m *mail.Message) { m.Subject = "a\xff" },
		"injected message id":  func(m *mail.Message) { m.MessageID = "a>\r\nBcc: c@d.fr" },
		"no message id":        func(m *mail.Message) { m.MessageID = "" },
		"injected answer":      func(m *mail.Message) { m.ReplyTo = "a@b.fr\r\nBcc: c@d.fr" },
		"injected language":    func(m *mail.Message) { m.Lang = "fr\r\nBcc: c@d.fr" },
		"no text":              func(m *mail.Message) { m.Text = "" },
		"a zero in the text":   func(m *mail.Message) { m.Text = "a\x00b" },
		"injected list":        func(m *mail.Message) { m.Unsubscribe = "https://a.fr/>\r\nBcc: c@d.fr" },
		"list in clear":        func(m *mail.Message) { m.Unsubscribe = "http://a.fr/" },
		"list by mail only":    func(m *mail.Message) { m.UnsubscribeTo = "a@b.fr" },
		"injected header":      func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X-A", Value: "b\r\nBcc: c@d.fr"}} },
		"injected header name": func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X-A: b\r\nBcc", Value: "c@d.fr"}} },
		"a header of ours":     func(m *mail.Message) { m.Headers = []mail.Header{{Name: "BCC", Value: "c@d.fr"}} },
	} {
		t.Run(name, func(t *testing.T) {
			m := letter(1)
			spoil(&m)
			for _, sender := range []mail.Sender{s, captured} {
				err := sender.Send(t.Context(), m)
				if !mail.Permanent(err) || strings.Contains(err.Error(), "@") {
					t.Errorf("Send: %v", err)
				}
			}
		})
	}
	if server.Connections() != 0 || captured.Count() != 0 {
		t.Error("a spoiled message went out")
	}
}

func TestARefusalTellsWhetherToTryAgain(t *testing.T) {
	for name, c := range map[string]struct {
		stage     mailtest.Stage
		reply     mailtest.Reply
		permanent bool
		want      string
	}{
		"mailbox full":           {mailtest.Rcpt, mailtest.Reply{Code: 452, Status: "4.2.2"}, false, "mail: recipient 452 4.2.2"},
		"greylisted":             {mailtest.Rcpt, mailtest.Reply{Code: 450, Status: "4.7.1"}, false, "mail: recipient 450 4.7.1"},
		"no such mailbox":        {mailtest.Rcpt, mailtest.Reply{Code: 550, Status: "5.1.1"}, true, "mail: recipient 550 5.1.1"},
		"our address is blocked": {mailtest.Rcpt, mailtest.Reply{Code: 554, Status: "5.7.1"}, false, "mail: recipient 554 5.7.1"},
		"sign in first":          {mailtest.Rcpt, mailtest.Reply{Code: 530, Status: "5.7.0"}, false, "mail: recipient 530 5.7.0"},
		"sender refused":         {mailtest.Mail, mailtest.Reply{Code: 550, Status: "5.1.8"}, false, "mail: sender 550 5.1.8"},
		"busy":                   {mailtest.Mail, mailtest.Reply{Code: 421, Status: "4.3.2"}, false, "mail: sender 421 4.3.2"},
		"content refused":        {mailtest.Data, mailtest.Reply{Code: 554, Status: "5.6.0"}, true, "mail: content 554 5.6.0"},
		"content later":          {mailtest.Data, mailtest.Reply{Code: 451, Status: "4.3.0"}, false, "mail: content 451 4.3.0"},
		"cut in the content":     {mailtest.Data, mailtest.Reply{Drop: true}, false, "mail: content: connection lost"},
		"cut before the answer":  {mailtest.Accept, mailtest.Reply{Drop: true}, false, "mail: content: connection lost"},
		"greeting refused":       {mailtest.Hello, mailtest.Reply{Code: 554}, false, "mail: connect 554"},
		"cut at the greeting":    {mailtest.Hello, mailtest.Reply{Drop: true}, false, "mail: connect: connection lost"},
	} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.New(t, mailtest.Options{})
			s := sender(t, server, nil)
			server.On(c.stage, c.reply)
			err := s.Send(t.Context(), letter(1))
			if err == nil || err.Error() != c.want || mail.Permanent(err) != c.permanent {
				t.Fatalf("Send: %v (permanent: %v), want %q (permanent: %v)", err, mail.Permanent(err), c.want, c.permanent)
			}
			server.Behave()
			before := server.Count()
			if err := s.Send(t.Context(), letter(1)); err != nil || server.Count() != before+1 {
				t.Errorf("the next message: %v", err)
			}
		})
	}
}

func TestAServerThatIsAwayIsTriedAgainLater(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	if err := s.Send(t.Context(), letter(1)); err != nil {
		t.Fatal(err)
	}
	server.Down()
	for range 3 {
		if err := s.Send(t.Context(), letter(2)); err == nil || mail.Permanent(err) {
			t.Fatalf("while the server is away: %v", err)
		}
	}
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter(2)); err != nil {
		t.Fatal(err)
	}
	if server.Count() != 2 {
		t.Errorf("%d messages, want 2", server.Count())
	}
}

func TestAConnectionThatDiedMeanwhileIsMadeAnew(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	for number := range 3 {
		if err := s.Send(t.Context(), letter(number)); err != nil {
			t.Fatal(err)
		}
		server.Down()
		if err := server.Up(); err != nil {
			t.Fatal(err)
		}
	}
	server.On(mailtest.Mail, mailtest.Reply{Code: 421, Times: 1})
	if err := s.Send(t.Context(), letter(4)); err == nil {
		t.Error("a fresh connection that is refused is not tried twice")
	}
	if err := s.Send(t.Context(), letter(5)); err != nil {
		t.Fatal(err)
	}
	server.On(mailtest.Mail, mailtest.Reply{Code: 421, Times: 1})
	if err := s.Send(t.Context(), letter(6)); err != nil {
		t.Errorf("a kept connection of which the server has had enough: %v", err)
	}
	if server.Count() != 5 {
		t.Errorf("%d messages, want 5", server.Count())
	}
}

func TestConnectionsAreKeptAndBounded(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, func(c *mail.Config) { c.Connections = 3 })
	var group sync.WaitGroup
	for worker := range 12 {
		group.Go(func() {
			for i := range 10 {
				if err := s.Send(t.Context(), letter(worker*10+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if server.Count() != 120 || server.Connections() > 3 {
		t.Errorf("%d messages over %d connections", server.Count(), server.Connections())
	}
}

func TestAConnectionCarriesSoManyMessages(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, func(c *mail.Config) { c.PerConnection = 2 })
	for i := range 5 {
		if err := s.Send(t.Context(), letter(i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.Connections(); got != 3 {
		t.Errorf("%d connections, want 3", got)
	}
}

func TestAnIdleConnectionIsClosed(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, func(c *mail.Config) { c.MaxIdle = time.Millisecond })
	if err := s.Send(t.Context(), letter(1)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); server.Open() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the connection is still open")
		}
	}
}

func TestASlowServerIsGivenUp(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, func(c *mail.Config) { c.Timeout = 50 * time.Millisecond })
	for _, stage := range []mailtest.Stage{mailtest.Hello, mailtest.Mail, mailtest.Rcpt, mailtest.Accept} {
		server.On(stage, mailtest.Reply{Wait: time.Hour, Times: 1})
		if err := s.Send(t.Context(), letter(1)); err == nil || mail.Permanent(err) {
			t.Errorf("stage %d: %v", stage, err)
		}
	}
}

func TestTheContextEndsAMessageUnderWay(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, func(c *mail.Config) { c.Connections = 1 })
	for _, stage := range []mailtest.Stage{mailtest.Hello, mailtest.Rcpt, mailtest.Accept} {
		server.On(stage, mailtest.Reply{Wait: time.Hour, Times: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := s.Send(ctx, letter(1))
		if !errors.Is(err, context.DeadlineExceeded) || mail.Permanent(err) {
			t.Errorf("stage %d: %v", stage, err)
		}
		cancel()
		if err := s.Send(ctx, letter(1)); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
	}
}

func TestASenderThatIsClosedSendsNoMore(t *testing.T) {
	defer goleak.VerifyNone(t)
	server, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSMTP(mail.Config{URL: server.URL(), From: "a@b.fr"}, clock.NewManual(noon))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter(1)); err != nil {
		t.Error(err)
	}
	_ = s.Close()
	_ = s.Close()
	if err := s.Send(t.Context(), letter(2)); err == nil || mail.Permanent(err) {
		t.Errorf("after Close: %v", err)
	}
	server.Close()
}

func TestSigningInAndEncryption(t *testing.T) {
	for name, options := range map[string]mailtest.Options{
		"in clear on loopback": {User: "zoe", Password: "p@ss:/?"},
		"starttls":             {User: "zoe", Password: "pass", StartTLS: true},
		"implicit":             {User: "zoe", Password: "pass", ImplicitTLS: true},
		"starttls, no user":    {StartTLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.New(t, options)
			s := sender(t, server, nil)
			for number := range 2 {
				if err := s.Send(t.Context(), letter(number)); err != nil {
					t.Fatal(err)
				}
			}
			if server.Connections() != 1 {
				t.Errorf("%d connections", server.Connections())
			}
			if options.User == "" {
				return
			}
			wrong := sender(t, server, func(c *mail.Config) { c.URL = strings.Replace(c.URL, "zoe:", "zoe:not-", 1) })
			err := wrong.Send(t.Context(), letter(3))
			if err == nil || mail.Permanent(err) || err.Error() != "mail: connect 535" {
				t.Errorf("a wrong password: %v", err)
			}
		})
	}
	t.Run("a certificate that nobody signed", func(t *testing.T) {
		server := mailtest.New(t, mailtest.Options{StartTLS: true})
		s := sender(t, server, func(c *mail.Config) { c.TLS = nil })
		if err := s.Send(t.Context(), letter(1)); err == nil || server.Count() != 0 {
			t.Errorf("sent to a stranger: %v", err)
		}
	})
	t.Run("a server without starttls", func(t *testing.T) {
		server := mailtest.New(t, mailtest.Options{})
		s := sender(t, server, func(c *mail.Config) { c.URL += "?tls=starttls" })
		if err := s.Send(t.Context(), letter(1)); err == nil || server.Count() != 0 {
			t.Errorf("sent in clear: %v", err)
		}
	})
}

func TestServerURLs(t *testing.T) {
	for url, ok := range map[string]bool{
		"smtp://localhost":                               true,
		"smtp://zoe:secret@localhost:2525":               true,
		"smtp://zoe:secret@smtp.exemple.fr":              true,
		"smtps://zoe:secret@smtp.exemple.fr":             true,
		"smtp://smtp.exemple.fr:25?tls=none":             true,
		"smtp://[::1]:25":                                true,
		"smtp://zoe:secret@smtp.exemple.fr?tls=none":     false,
		"smtp://zoe:secret@exemple.fr?tls=opportunistic": false,
		"smtp://smtp.exemple.fr?tls=maybe":               false,
		"smtp://smtp.exemple.fr?TLS=none":                false,
		"smtp://smtp.exemple.fr:99999":                   false,
		"smtp://smtp.exemple.fr/secret":                  false,
		"http://secret.exemple.fr":                       false,
		"secret":                                         false,
		"":                                               false,
		"smtp://zoe:sec%ret@exemple.fr":                  false,
	} {
		_, err := mail.NewSMTP(mail.Config{URL: url, From: "a@b.fr"}, clock.NewManual(noon))
		if (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "sec") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	for _, config := range []mail.Config{{From: "nobody"}, {From: "a@b.fr", FromName: "a\nb"}, {From: "a@b.fr", ReplyTo: "x"}} {
		config.URL = "smtp://localhost"
		if _, err := mail.NewSMTP(config, clock.NewManual(noon)); err == nil {
			t.Errorf("%+v is accepted", config)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	server := mailtest.New(b, mailtest.Options{})
	s := sender(b, server, nil)
	b.RunParallel(func(pb *testing.PB) {
		for number := 0; pb.Next(); number++ {
			if err := s.Send(b.Context(), letter(number)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(server.Connections()), "connections")
}

func FuzzNoHeaderIsInjected(f *testing.F) {
	f.Add("Zoé", "Oui", "a\n.\nb", "X-A", "b")
	f.Add("Zoé\" <x@y.fr>", "=?utf-8?q?a?=", "\r\n.\r\nMAIL FROM:<x>", "Bcc", "c@d.fr")
	f.Add("a\u2028Bcc: x", "a\u0085Bcc: x", "a\rb", "X-A\r\nBcc", "x\r\nBcc: c@d.fr")
	server := mailtest.New(f, mailtest.Options{})
	s := sender(f, server, nil)
	f.Fuzz(func(t *testing.T, name, subject, text, header, value string) {
		m := mail.Message{To: "zoe@exemple.fr", ToName: name, Subject: subject, Text: text, MessageID: "a", Headers: []mail.Header{{Name: header, Value: value}}}
		if err := s.Send(t.Context(), m); err != nil {
			if !mail.Permanent(err) {
				t.Fatal(err)
			}
			return
		}
		messages := server.Messages()
		r := messages[len(messages)-1]
		if len(r.To) != 1 || r.To[0] != "zoe@exemple.fr" || r.Header("Bcc") != "" || r.Header("To") == "" || r.Header("Message-Id") != "<a@essaim.example>" {
			t.Errorf("injected:\n%s", r.Data)
		}
		for _, c := range r.Data {
			if c > '~' || c == 0 {
				t.Errorf("a raw byte %d:\n%s", c, r.Data)
				break
			}
		}
	})
}
