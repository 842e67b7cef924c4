package config_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"essaim/internal/platform/config"
)

type commands struct {
	Serve struct{ config.Settings } `cmd:""`
}

func parse(t *testing.T, args ...string) (config.Settings, error) {
	t.Helper()
	file, err := config.LoadFile(args)
	if err != nil {
		return config.Settings{}, err
	}
	var c commands
	parser, err := config.Parser(&c, io.Discard, io.Discard, file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c.Serve.Settings, err
}

func TestFlagsWinOverTheEnvironmentWhichWinsOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "essaim.conf")
	if err := os.WriteFile(file, []byte("# ours\nname = \"From the file\"\nurl = https://file.example\nfrom=file@example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ESSAIM_URL", "https://environment.example")
	t.Setenv("ESSAIM_FROM", "environment@example.org")
	s, err := parse(t, "serve", "--config", file, "--from", "flag@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "From the file" || s.URL != "https://environment.example" || s.From != "flag@example.org" {
		t.Fatalf("got name %q, url %q, from %q", s.Name, s.URL, s.From)
	}
}

func TestANamedFileThatIsMissingIsAFault(t *testing.T) {
	if _, err := parse(t, "serve", "--config=/nowhere/essaim.conf"); err == nil {
		t.Fatal("it was passed over")
	}
}

func TestCheckSaysWhatToWrite(t *testing.T) {
	good, err := parse(t, "serve")
	if err != nil || good.Check() != nil {
		t.Fatalf("the defaults: %v, %v", err, good.Check())
	}
	for want, spoil := range map[string]func(*config.Settings){
		"--url":           func(s *config.Settings) { s.URL = "example.org" },
		"without a path":  func(s *config.Settings) { s.URL = "https://example.org/petitions" },
		"--languages":     func(s *config.Settings) { s.Languages = nil },
		"--trusted-proxy": func(s *config.Settings) { s.TrustedProxy = []string{"everybody"} },
	} {
		s := good
		spoil(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want a word on %q, got %v", want, err)
		}
	}
}

func TestTheKeyLiesBesideTheDataFolder(t *testing.T) {
	s := config.Settings{Data: "/srv/essaim/"}
	if got := s.KeyFile(); got != "/srv/essaim.key" {
		t.Fatalf("got %s", got)
	}
}

func TestAMisspeltSettingIsRefusedWithTheNearestName(t *testing.T) {
	for wrong, right := range map[string]string{"smpt": "smtp", "trusted_proxy": "trusted-proxy", "Listen": "listen", "langages": "languages"} {
		_, err := parse(t, "serve", "--config", fileOf(t, "# ours\nname = Rail\n"+wrong+" = x\n"))
		if err == nil || !strings.Contains(err.Error(), "line 3") || !strings.Contains(err.Error(), `"`+right+`"`) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

func TestARemarkBehindAValueIsNoPartOfIt(t *testing.T) {
	s, err := parse(t, "serve", "--config", fileOf(t, "listen = 127.0.0.1:9000  # behind nginx\nname = \"Rail #1 # ours\" # quoted\nsmtp = smtp://me:a#b@mail.example\t# secret\ndatabase = # none\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "127.0.0.1:9000" || s.Name != "Rail #1 # ours" || s.SMTP != "smtp://me:a#b@mail.example" || s.Database != "" {
		t.Errorf("listen %q, name %q, smtp %q, database %q", s.Listen, s.Name, s.SMTP, s.Database)
	}
	if _, err := config.ParseFile(`name = "Rail" 1`); err == nil {
		t.Error("what stands behind a quote was passed over")
	}
}

func fileOf(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "essaim.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func FuzzParseFile(f *testing.F) {
	f.Add("a = b\n# c\n\nd=\"e f\"")
	f.Add("a")
	f.Add("= b")
	f.Add("a = \"b")
	f.Add("a = \"b # c\" # d\ne = f#g # h\ni = #")
	f.Fuzz(func(t *testing.T, text string) {
		values, err := config.ParseFile(text)
		if err == nil && len(values) > strings.Count(text, "=") {
			t.Fatalf("%d values of %q", len(values), text)
		}
	})
}
