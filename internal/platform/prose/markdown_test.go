package prose_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"essaim/internal/platform/prose"
)

func TestMarkdownReadsWhatPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{
		"Un **train** par _heure_":   "<p>Un <strong>train</strong> par <em>heure</em></p>\n",
		"une ligne\nune autre":       "<p>une ligne<br>\nune autre</p>\n",
		"- un\n- deux":               "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n",
		"3. un\n4. deux":             "<ol start=\"3\">\n<li>un</li>\n<li>deux</li>\n</ol>\n",
		"> cité":                     "<blockquote>\n<p>cité</p>\n</blockquote>\n",
		"un texte\n---\nla suite":    "<p>un texte</p>\n<hr>\n<p>la suite</p>\n",
		"    quatre espaces":         "<p>quatre espaces</p>\n",
		"j'aime <3 & a<b>c":          "<p>j’aime &lt;3 &amp; a&lt;b&gt;c</p>\n",
		"":                           "",
		"\x00\u202e":                 "",
		"[site](https://a.fr)":       "<p><a href=\"https://a.fr\" rel=\"nofollow noopener ugc\">site</a></p>\n",
		"voir https://a.fr/b?c=d.":   "<p>voir <a href=\"https://a.fr/b?c=d\" rel=\"nofollow noopener ugc\">https://a.fr/b?c=d</a>.</p>\n",
		"écrire à zoe@exemple.fr":    "<p>écrire à zoe@exemple.fr</p>\n",
		"![un chat](http://a/b.png)": "<p>un chat</p>\n",
	} {
		if got := string(prose.Markdown("fr", in)); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", in, got, want)
		}
	}
}

func TestNoWordIsLost(t *testing.T) {
	for _, in := range []string{
		"    train", "- a\n\n          train", "- a\n            - train", "> a\n        train", "1. a\n\n\ttrain", "```\ntrain", "# train #",
		"[a]: http://train", "<train>", "<!-- train -->", "<div>\ntrain\n</div>", "[](train)", "~~train~~", "| train |\n|---|", "train\n===", "&train;", "\\train",
		strings.Repeat("> ", 30) + "train",
	} {
		if got := string(prose.Markdown("fr", in)); !strings.Contains(got, "train") {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestHeadingsStartAtThreeWithoutAGap(t *testing.T) {
	got := string(prose.Markdown("fr", "## Un\n\n#### Deux\n\n## Trois\n\n###### Quatre"))
	if want := "<h3>Un</h3>\n<h4>Deux</h4>\n<h3>Trois</h3>\n<h5>Quatre</h5>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTypographyIsSetButNotInCodeOrLinks(t *testing.T) {
	got := string(prose.Markdown("fr", "**Oui** ! `l'a ?` [l'a ?](http://a.fr/l'a) «x»\n\n```\nl'a ?\n```"))
	want := "<p><strong>Oui</strong>\u202f! <code>l&#39;a ?</code> " +
		"<a href=\"http://a.fr/l&#39;a\" rel=\"nofollow noopener ugc\">l’a\u202f?</a> «\u00a0x\u00a0»</p>\n" +
		"<pre><code>l&#39;a ?\n</code></pre>\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNothingHostilePassesMarkdown(t *testing.T) {
	for _, in := range hostile() {
		checkSafe(t, in, prose.Markdown("fr", in))
	}
}

func hostile() []string {
	return []string{
		"<script>alert(1)</script>",
		"<img src=x onerror=alert(1)>",
		"<svg/onload=alert(1)>",
		"[x](javascript:alert(1))",
		"[x](JaVaScRiPt:alert(1))",
		"[x](java\nscript:alert(1))",
		"[x](&#106;avascript:alert(1))",
		"[x](data:text/html;base64,PHNjcmlwdD4=)",
		"[x](vbscript:x)",
		"[x](//evil.example \"onmouseover=alert(1)\")",
		"<javascript:alert(1)>",
		"<data:text/html,x>",
		"![x](javascript:alert(1))",
		"![x\" onerror=\"alert(1)](a)",
		"`<script>`</code><script>",
		"```\"><script>alert(1)</script>\n</code></pre><script>x</script>\n```",
		"```js onload=alert(1)\nx\n```",
		"<a href='javascript:x'>l'a ?</a>",
		"<!--><script>x</script>-->",
		"<style>@import'x'</style>",
		"[x](https://a.fr/\"><script>x</script>)",
		"https://a.fr/\"onclick=alert(1)",
		"<http://a.fr/<script>>",
		"&lt;script&gt; &#60;script&#62;",
		"{{.}} ${7*7} <%= 7*7 %>",
		strings.Repeat("> ", 20_000) + "x",
		strings.Repeat("- ", 20_000) + "x",
		strings.Repeat("[", 50_000),
		strings.Repeat("<code", 10_000),
		strings.Repeat("a**b", 15_000),
	}
}

// checkSafe parses the result as a browser would, and fails on anything that is not on the list.
func checkSafe(t *testing.T, in string, out prose.HTML) {
	t.Helper()
	const allowed = " p br hr h3 h4 h5 h6 ul ol li blockquote em strong code pre a "
	z := html.NewTokenizer(strings.NewReader(string(out)))
	for depth := 0; ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if depth++; depth > 200 {
				t.Fatalf("%.80q: nested too deep", in)
			}
			token := z.Token()
			if !strings.Contains(allowed, " "+token.Data+" ") {
				t.Errorf("%.80q let <%s> through: %.200q", in, token.Data, out)
			}
			checkAttributes(t, in, token)
		case html.EndTagToken:
			depth--
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("%.80q let a comment through", in)
		case html.TextToken, html.SelfClosingTagToken:
		}
	}
}

func checkAttributes(t *testing.T, in string, token html.Token) {
	t.Helper()
	for _, a := range token.Attr {
		switch token.Data + " " + a.Key {
		case "a rel", "ol start":
		case "a href":
			u, err := url.Parse(a.Val)
			if err != nil || (u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto") {
				t.Errorf("%.80q let a link to %q through", in, a.Val)
			}
		default:
			t.Errorf("%.80q let %s=%q through on <%s>", in, a.Key, a.Val, token.Data)
		}
	}
}

func TestOnlyTheBeginningOfAnEndlessTextIsRead(t *testing.T) {
	if got := len(prose.Markdown("fr", strings.Repeat("été ", 1_000_000))); got > 2*prose.MaxMarkdown {
		t.Errorf("%d bytes of HTML", got)
	}
}

func TestAnHonestLongParagraphStaysWhole(t *testing.T) {
	text := strings.Repeat("La ligne du Val a fermé un soir de décembre, sans un mot pour personne. ", 50)
	if got := strings.Count(string(prose.Markdown("fr", text)), "<p>"); got != 1 {
		t.Errorf("%d paragraphs, want 1", got)
	}
}

func TestPlainIsALineWithoutMarks(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"## Titre\n\nUn **train**\npar [heure](http://a.fr), `vite`.\n\n- a\n- b", 100, "Titre Un train par heure, vite. a b"},
		{"![chat](http://a/b) <http://a.fr>\n\n```\ncode\n```", 100, "chat http://a.fr code"},
		{"Rouvrons la ligne du Val", 24, "Rouvrons la ligne du Val"},
		{"Rouvrons la ligne du Val", 23, "Rouvrons la ligne du…"},
		{"Rouvrons la ligne, vite", 19, "Rouvrons la ligne…"},
		{"Anticonstitutionnellement", 5, "Anti…"},
		{"été été", 4, "été…"},
		{"été", 0, ""},
		{"", 10, ""},
	} {
		if got := prose.Plain(c.in, c.limit); got != c.want {
			t.Errorf("Plain(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func FuzzMarkdownIsSafe(f *testing.F) {
	for _, in := range hostile() {
		if len(in) < 1000 {
			f.Add(in)
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		checkSafe(t, in, prose.Markdown("fr", in))
		if got := []rune(prose.Plain(in, 40)); len(got) > 40 {
			t.Errorf("Plain returned %d characters", len(got))
		}
	})
}

func BenchmarkMarkdown(b *testing.B) {
	article := strings.Repeat("## Pourquoi ?\n\nLa ligne a **fermé** en 2019. Voir https://exemple.fr/rapport et [ceci](https://exemple.fr).\n\n- un\n- deux\n\n", 20)
	for _, c := range []struct{ name, in string }{
		{"article", article},
		{"stars", strings.Repeat("*a ", 17_000)},
		{"brackets", strings.Repeat("[a](b", 10_000)},
		{"links", strings.Repeat("www.a ", 8_000)},
	} {
		b.Run(fmt.Sprintf("%s-%dkB", c.name, len(c.in)/1000), func(b *testing.B) {
			for b.Loop() {
				prose.Markdown("fr", c.in)
			}
		})
	}
}
