package mail_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"essaim/internal/platform/mail"
)

func confirmation() mail.Letter {
	return mail.Letter{
		Lang:       "fr",
		Sender:     "Rail du Val",
		Preview:    "Un geste encore. Code\u00a0: 481\u202f205.",
		Heading:    "Confirmez votre signature",
		Paragraphs: []string{"Bonjour,", "Vous avez signé «\u00a0Rouvrons la ligne du Val\u00a0». Il reste un geste pour que votre signature compte."},
		Button:     mail.Button{Label: "Je confirme", URL: "https://essaim.example/c/4K7-PQ2?a=1&b=2", Plain: "Pour que votre signature compte, ouvrez ce lien\u00a0:"},
		CodeIntro:  "Ou recopiez ce code sur le site\u00a0:",
		Code:       "481\u202f205",
		Notes:      []string{"Le bouton et le code sont valables sept jours.", "Vous n’avez rien signé\u202f? Ne faites rien."},
		Footer:     []string{"Rail du Val, 4 rue de la Gare, 99240 Valbrune", "Ce message ne contient ni image cachée ni lien de suivi."},
		Links:      []mail.Button{{Label: "Besoin d’aide", URL: "https://essaim.example/aide"}},
	}
}

func TestALetterReadsAsPlainText(t *testing.T) {
	want := `Confirmez votre signature

Bonjour,

Vous avez signé «NRouvrons la ligne du ValN». Il reste un geste pour que
votre signature compte.

Pour que votre signature compte, ouvrez ce lienN:

https://essaim.example/c/4K7-PQ2?a=1&b=2

Ou recopiez ce code sur le siteN: 481n205

Le bouton et le code sont valables sept jours.

Vous n’avez rien signén? Ne faites rien.

--E
Rail du Val, 4 rue de la Gare, 99240 Valbrune
Ce message ne contient ni image cachée ni lien de suivi.
Besoin d’aide
https://essaim.example/aide
`
	spaces := strings.NewReplacer("«N", "«\u00a0", "N»", "\u00a0»", "N:", "\u00a0:", "n205", "\u202f205", "n?", "\u202f?", "--E", "-- ")
	if got := confirmation().Text(); got != spaces.Replace(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestALetterIsAPageThatFetchesNothing(t *testing.T) {
	page := confirmation().HTML()
	for _, want := range []string{
		`<html lang="fr">`, "<title>Confirmez votre signature</title>", ">Rail du Val</td>", ">481\u202f205</span>", ">Je confirme</a>",
		`href="https://essaim.example/c/4K7-PQ2?a=1&amp;b=2"`, "<p style=\"margin:14px 0 0\">Vous avez signé", "99240 Valbrune<br>Ce message",
		`width="100%"`, "prefers-color-scheme:dark", "Un geste encore",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if strings.Contains(page, "%!") || strings.Contains(page, "<img") || strings.Contains(page, "url(") || strings.Contains(page, "<script") {
		t.Errorf("the page holds what it must not:\n%s", page)
	}
}

func TestALetterShowsWhatPeopleTypedAndRunsNothing(t *testing.T) {
	l := confirmation()
	evil := `"><script>alert('%s')</script>` + "\nx"
	l.Sender, l.Preview, l.Heading, l.Code, l.CodeIntro, l.Lang = evil, evil, evil, evil, evil, evil
	l.Paragraphs, l.Notes, l.Footer = []string{evil}, []string{evil}, []string{evil}
	l.Button.Label = evil
	l.Links = []mail.Button{{Label: "x", URL: "javascript:alert(1)"}, {Label: "y", URL: `https://a.fr/"onclick="alert(1)`}}
	checkLetter(t, l.HTML(), 2)
	if strings.Contains(l.Text(), "javascript:") {
		t.Error("a link that is no link is in the text")
	}
}

// checkLetter parses a page as a mail program would: no element and no attribute but those of the layout.
func checkLetter(t *testing.T, page string, links int) {
	t.Helper()
	const elements = " html head meta title style body div table tr td h1 p br a span "
	z := html.NewTokenizer(strings.NewReader(page))
	found := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if found != links {
				t.Errorf("%d links, want %d", found, links)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if token.Data == "a" {
				found++
			}
			if !strings.Contains(elements, " "+token.Data+" ") {
				t.Errorf("<%s> in a letter", token.Data)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" || (a.Key == "href" && !strings.HasPrefix(a.Val, "http")) {
					t.Errorf("%s=%q in a letter", a.Key, a.Val)
				}
			}
		case html.CommentToken, html.DoctypeToken, html.EndTagToken, html.TextToken:
		}
	}
}

func TestALetterOfOneLineIsWhole(t *testing.T) {
	l := mail.Letter{Lang: "en", Heading: "Hello"}
	if got, want := l.Text(), "Hello\n"; got != want {
		t.Errorf("Text: %q, want %q", got, want)
	}
	checkLetter(t, l.HTML(), 0)
}

func FuzzLetterHoldsNoForeignMarkup(f *testing.F) {
	f.Add("a", "https://a.fr/", "x y")
	f.Add("<b>", "https://a.fr/\"><script>", "%d %s\n")
	f.Fuzz(func(t *testing.T, words, link, more string) {
		l := mail.Letter{Lang: "fr", Heading: words, Paragraphs: []string{more}, Button: mail.Button{Label: "go", URL: "https://" + link}, Code: words, Footer: []string{more}}
		checkLetter(t, l.HTML(), 1)
		if utf8.ValidString(words) && utf8.ValidString(more) && utf8.ValidString(link) && !utf8.ValidString(l.Text()) {
			t.Error("the text is not UTF-8")
		}
	})
}

func BenchmarkLetter(b *testing.B) {
	l := confirmation()
	b.ReportAllocs()
	for b.Loop() {
		_ = l.Text()
		_ = l.HTML()
	}
}
