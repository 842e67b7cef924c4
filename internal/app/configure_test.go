package app_test

import (
	"bytes"
	"strings"
	"testing"

	"essaim/internal/app"
)

func TestThePrintedSettingsShowNoPassword(t *testing.T) {
	var out, errs bytes.Buffer
	code := app.Run(t.Context(), []string{
		"config", "--database", "postgres:///essaim?password=hunter2", "--smtp", "smtp://mail.example?auth=hunter2", "--vault-key", "hunter2",
	}, &out, &errs)
	if code != 0 || strings.Contains(out.String()+errs.String(), "hunter2") || strings.Count(out.String(), "(set, not shown)") != 3 {
		t.Errorf("%d\n%s%s", code, out.String(), errs.String())
	}
}
