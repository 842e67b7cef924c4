package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app"
)

// The settings that a package brings are understood, also those that a host frees of their #.
func TestTheShippedSettingsAreUnderstood(t *testing.T) {
	freed := regexp.MustCompile(`(?m)^#([a-z-]+ = )`).ReplaceAllString(read(t, "deploy/essaim.conf"), "$1")
	if strings.Count(freed, " = ") < 7 {
		t.Fatal("the settings have gone: ", freed)
	}
	for _, text := range []string{freed, read(t, "deploy/essaim.conf")} {
		file := filepath.Join(t.TempDir(), "essaim.conf")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := app.Run(t.Context(), []string{"config", "--config", file}, &out, &out); code != 0 || !strings.Contains(out.String(), "/var/lib/essaim/site") {
			t.Errorf("%d %s", code, out.String())
		}
	}
}

// What the service runs is a command of the program.
func TestTheServiceRunsACommand(t *testing.T) {
	found := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/essaim (\w+) --config /etc/essaim\.conf$`).FindStringSubmatch(read(t, "deploy/essaim.service"))
	if found == nil {
		t.Fatal("the service starts something else")
	}
	if text, ok := help(t, found[1]); !ok || !strings.Contains(text, "--config") {
		t.Error(text)
	}
}
