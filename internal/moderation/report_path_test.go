package moderation

import "testing"

func TestAReportAboutAMobilisationLeadsToItsPause(t *testing.T) {
	for reported, want := range map[string]string{
		"/m/ligne-du-val": "/m/ligne-du-val/pause", "/en/m/ligne-du-val/share": "/m/ligne-du-val/pause", "/m/a?x=1": "/m/a/pause",
		"/": "", "/mine": "", "/m/": "", "//m/evil": "", "/m/..": "", "/organisation/m/x": "", "/m/A%2f": "",
	} {
		if got := pausePath(reported); got != want {
			t.Errorf("%q leads to %q, not %q", reported, got, want)
		}
	}
}
