package mail_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/mail"
)

// flood is how many bytes a false server offers; a connection holds a few hundred thousand that nobody has read.
const flood = 64 << 20

// falseServer behaves as a mail server until talk says something else, and counts what it got rid of.
func falseServer(t *testing.T, talk func(command string) string) (url string, said *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said = &atomic.Int64{}
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
	})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			answer(conn, talk, said)
		}
	}()
	return "smtp://" + listener.Addr().String() + "?tls=none", said
}

func answer(conn net.Conn, talk func(command string) string, said *atomic.Int64) {
	defer conn.Close()
	commands := bufio.NewReader(conn)
	for command, body := "", false; ; {
		if !body {
			n, err := io.WriteString(conn, talk(command))
			said.Add(int64(n))
			if err != nil {
				return
			}
		}
		line, err := commands.ReadString('\n')
		if err != nil {
			return
		}
		body = command == "DATA" && line != ".\r\n"
		if !body {
			command, _, _ = strings.Cut(strings.TrimSpace(line), " ")
		}
	}
}

func polite(command string) string {
	switch command {
	case "":
		return "220 false\r\n"
	case "DATA":
		return "354 go on\r\n"
	}
	return "250 well\r\n"
}

func TestAServerThatNeverStopsTalkingIsLeft(t *testing.T) {
	for name, c := range map[string]struct{ at, words string }{
		"an endless line":         {"", "220 " + strings.Repeat("a", flood)},
		"an endless banner":       {"", strings.Repeat("220-"+strings.Repeat("a", 1000)+"\r\n", flood/1006)},
		"a flood of capabilities": {"EHLO", strings.Repeat("250-X"+strings.Repeat("a", 900)+"\r\n", flood/907)},
		"a flood to the sender":   {"MAIL", strings.Repeat("250-a\r\n", flood/7)},
		"a flood to the reader":   {"RCPT", strings.Repeat("250-a\r\n", flood/7)},
		"a flood at the end":      {".", strings.Repeat("550-a\r\n", flood/7)},
	} {
		t.Run(name, func(t *testing.T) {
			url, said := falseServer(t, func(command string) string {
				if command == c.at {
					return c.words
				}
				return polite(command)
			})
			s, err := mail.NewSMTP(mail.Config{URL: url, From: "no-reply@essaim.example", Timeout: 10 * time.Second}, clock.NewManual(noon))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Send(t.Context(), letter(1)); err == nil || mail.Permanent(err) || len(err.Error()) > 200 {
				t.Errorf("Send: %.300v", err)
			}
			if n := said.Load(); n > flood/2 {
				t.Errorf("%d bytes were listened to", n)
			}
		})
	}
}

func TestALongConversationIsNoFlood(t *testing.T) {
	url, _ := falseServer(t, func(command string) string {
		if command == "RCPT" {
			return strings.Repeat("250-"+strings.Repeat("a", 500)+"\r\n", 100) + "250 well\r\n" // 50 kB
		}
		return polite(command)
	})
	s, err := mail.NewSMTP(mail.Config{URL: url, From: "no-reply@essaim.example", Timeout: 10 * time.Second}, clock.NewManual(noon))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 5 {
		if err := s.Send(t.Context(), letter(i)); err != nil {
			t.Fatal(err)
		}
	}
}
