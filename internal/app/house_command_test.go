package app_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app"
)

// help returns what the program says of a command.
func help(t *testing.T, command ...string) (text string, ok bool) {
	t.Helper()
	var out, errs bytes.Buffer
	code := app.Run(t.Context(), append(command, "--help"), &out, &errs)
	return out.String(), code == 0
}

var flagLike = regexp.MustCompile(`--[a-z-]+`)

// Who types an example of the documents gets what the documents say: the command is there, and so is each flag.
func TestEveryCommandInTheDocumentsExists(t *testing.T) {
	all := examples(t, "essaim")
	if len(all) == 0 {
		t.Fatal("no document shows a command")
	}
	for _, e := range all {
		var command []string
		for _, word := range strings.Fields(e.line)[1:] {
			if strings.HasPrefix(word, "-") {
				break
			}
			if text, ok := help(t, append(command, word)...); ok && strings.Contains(text, "Usage: essaim "+strings.Join(append(command, word), " ")) {
				command = append(command, word)
				continue
			}
			break
		}
		text, _ := help(t, command...)
		if len(command) == 0 {
			t.Errorf("%s: %q: there is no such command", e.page, e.line)
			continue
		}
		for _, flag := range flagLike.FindAllString(e.line, -1) {
			if !strings.Contains(text, flag) && !strings.Contains(text, "--[no-]"+strings.TrimPrefix(flag, "--")) {
				t.Errorf("%s: %q: essaim %s knows no %s", e.page, e.line, strings.Join(command, " "), flag)
			}
		}
	}
}

func TestEveryCommandIsDocumented(t *testing.T) {
	overview, ok := help(t)
	if !ok {
		t.Fatal("essaim --help fails")
	}
	page := read(t, "docs/commands.md")
	found := regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)*)(?: <[^>]+>.*)?(?:  .*)?$`).FindAllStringSubmatch(overview, -1)
	if len(found) < 3 {
		t.Fatalf("only %d commands are found in %s", len(found), overview)
	}
	for _, command := range found {
		if !strings.Contains(page, "essaim "+command[1]) {
			t.Errorf("docs/commands.md says nothing of essaim %s", command[1])
		}
	}
}
