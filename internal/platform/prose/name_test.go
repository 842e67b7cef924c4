package prose_test

import (
	"testing"

	"essaim/internal/platform/prose"
)

func TestNamesOfPeopleAreNotSuspect(t *testing.T) {
	for _, name := range []string{
		"", "Zoé", "Jean-Pierre", "O'Neil", "d’Artagnan", "'t Hooft", "Nguyễn Thị Ngọc", "M. de La Fontaine", "M.de Villepin",
		"Mme.La Tour", "J.R.R.", "St.John", "Marie & Paul", "Marie (dite Mimi)", "李小龍", "محمد", "Ólafur Þór", "X Æ A-12", "Martin Jr.",
	} {
		if prose.SuspectName(name) {
			t.Errorf("%q is refused", name)
		}
	}
}

func TestFormulasAndAdvertisementsAreSuspect(t *testing.T) {
	for _, name := range []string{
		"=cmd|' /C calc'!A0", "+33612345678", "-1+1", "@SUM(A1)", "\t=1", " =1+1", "＝1+1", "\u200b=1", "a\rb",
		"https://evil.example", "hxxp://a", "www.evil.example", "WWW.evil", "gagnez sur evil.com", "evil.Com/x", "bit.ly/abc", "evil。com",
		"evil.zip", "evil.рф", "evil.中国", "appelez le 0899 12 34", "tel:0899", "javascript:x", "a@b", "Zoé <b>", "[clic](x)", "{{7*7}}", "${x}", "`x`", "a\\b", "evi\u200bl.com", "t.me/x",
	} {
		if !prose.SuspectName(name) {
			t.Errorf("%q passes", name)
		}
	}
}

func FuzzSuspectNameSeesThroughDisguise(f *testing.F) {
	f.Add("Zoé")
	f.Add("\u200b =1")
	f.Fuzz(func(t *testing.T, s string) {
		cleaned := prose.Line(s)
		if !prose.SuspectName(s) && prose.SuspectName(cleaned) {
			t.Errorf("%q passes, but is %q once cleaned", s, cleaned)
		}
		if !prose.SuspectName("=" + s) {
			t.Errorf("%q passes", "="+s)
		}
	})
}
