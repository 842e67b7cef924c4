package mail

import (
	"fmt"
	"html"
	"strings"
)

// Letter is a message in simple parts, laid out by Text and HTML. All words are the caller's, already in the reader's
// language and its typography; every part but the heading may be empty.
type Letter struct {
	// Lang is the BCP 47 tag of the language.
	Lang string
	// Sender is who writes, in the coloured band at the top.
	Sender string
	// Preview is the line that mail programs show beside the subject.
	Preview string
	// Heading is the title.
	Heading string
	// Paragraphs say why we write. A newline breaks the line.
	Paragraphs []string
	// Button is the one thing to do.
	Button Button
	// CodeIntro says what the code is for, Code is typed by hand.
	CodeIntro, Code string
	// Notes are said more softly, below: how long it is valid, what happens if one does nothing.
	Notes []string
	// Footer says who the sender is, where, and why one gets this; Links stand below it.
	Footer []string
	Links  []Button
}

// Button is a link with its words.
type Button struct {
	// Label is what stands on the button.
	Label string
	// URL is where it leads: http or https, anything else is left out.
	URL string
	// Plain introduces the URL where there are no buttons, in the text; empty for the label.
	Plain string
}

func (b Button) there() bool {
	return b.Label != "" && (strings.HasPrefix(b.URL, "https://") || strings.HasPrefix(b.URL, "http://"))
}

// The page, in the manner of mail programs that know neither style sheets nor much else: tables, and styles in place.
// The class names serve the dark theme and narrow screens. Nothing is fetched from anywhere.
const (
	letterHead = `<!doctype html>
<html lang="%[1]s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>%[2]s</title>
<style>
@media (max-width:480px){.px{padding-left:20px!important;padding-right:20px!important}.bt{display:block!important}}
@media (prefers-color-scheme:dark){.bg{background:#0c181b!important}.cd{background:#14272d!important;border-color:#2a4047!important}.ink{color:#edf4f2!important}.ink2{color:#aabdc0!important}.cell{background:#0c181b!important}a.l{color:#82d3de!important}}
</style>
</head>
<body class="bg" style="margin:0;padding:0;background:#eef4f2">
<div role="article" aria-label="%[2]s" lang="%[1]s">
`
	letterPreview = `<div style="display:none;max-height:0;overflow:hidden">%s</div>
`
	letterCard = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="bg" style="background:#eef4f2"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" class="cd" style="width:100%;max-width:560px;background:#ffffff;border:1px solid #cfdbd9;border-radius:12px">
`
	letterSender = `<tr><td style="background:#ffc22e;border-radius:12px 12px 0 0;padding:18px 36px;font:bold 22px/1.2 Verdana,Arial,sans-serif;color:#10262b" class="px">%s</td></tr>
`
	letterHeading = `<tr><td class="px ink" style="padding:32px 36px 8px;font:bold 26px/1.25 Verdana,Arial,sans-serif;color:#10262b"><h1 style="margin:0;font:inherit">%s</h1></td></tr>
`
	letterParagraphs = `<tr><td class="px ink" style="padding:8px 36px;font:18px/1.55 Verdana,Arial,sans-serif;color:#10262b">%s</td></tr>
`
	letterButton = `<tr><td class="px" style="padding:22px 36px"><table role="presentation" cellpadding="0" cellspacing="0" border="0" class="bt"><tr><td class="bt" align="center" style="background:#ffc22e;border:2px solid #10262b;border-bottom-width:4px;border-radius:10px"><a href="%s" class="bt" style="display:inline-block;padding:15px 30px;font:bold 19px/1.2 Verdana,Arial,sans-serif;color:#10262b;text-decoration:none">%s</a></td></tr></table></td></tr>
`
	letterCodeIntro = `<tr><td class="px ink2" style="padding:0 36px 8px;font:16px/1.5 Verdana,Arial,sans-serif;color:#44595e"><p style="margin:0">%s</p></td></tr>
`
	letterCode = `<tr><td class="px" style="padding:6px 36px 24px"><span class="cell ink" style="display:inline-block;background:#eef4f2;border-radius:8px;padding:10px 18px;font:bold 26px/1.2 'Courier New',monospace;letter-spacing:4px;color:#10262b">%s</span></td></tr>
`
	letterNotes = `<tr><td class="px ink2" style="padding:0 36px 28px;font:16px/1.5 Verdana,Arial,sans-serif;color:#44595e">%s</td></tr>
`
	letterFooter = `</table>
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" style="width:100%%;max-width:560px"><tr><td class="px ink2" style="padding:18px 36px;font:14px/1.5 Verdana,Arial,sans-serif;color:#44595e"><p style="margin:0">%s</p></td></tr></table>
</td></tr></table>
</div>
</body>
</html>
`
	letterLink = `<a class="l" href="%s" style="color:#0b5563">%s</a>`
)

// HTML returns the letter as a page for mail programs, light and dark. It bears no picture and no script, and its only
// links are those of the parts.
func (l Letter) HTML() string {
	var b strings.Builder
	b.Grow(5000)
	row := func(format string, words ...string) {
		if words[len(words)-1] == "" {
			return
		}
		escaped := make([]any, len(words))
		for i, w := range words {
			escaped[i] = escape(w)
		}
		fmt.Fprintf(&b, format, escaped...)
	}
	row(letterHead, l.Lang, l.Heading)
	row(letterPreview, l.Preview)
	b.WriteString(letterCard)
	row(letterSender, l.Sender)
	row(letterHeading, l.Heading)
	writeParagraphs(&b, letterParagraphs, l.Paragraphs)
	if l.Button.there() {
		row(letterButton, l.Button.URL, l.Button.Label)
	}
	row(letterCodeIntro, l.CodeIntro)
	row(letterCode, l.Code)
	writeParagraphs(&b, letterNotes, l.Notes)
	fmt.Fprintf(&b, letterFooter, l.footer())
	return b.String()
}

func escape(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }

// writeParagraphs writes paragraphs in one row, with a space between them and none before the first.
func writeParagraphs(b *strings.Builder, row string, paragraphs []string) {
	if len(paragraphs) == 0 {
		return
	}
	var inner strings.Builder
	for i, p := range paragraphs {
		margin := "0"
		if i > 0 {
			margin = "14px 0 0"
		}
		fmt.Fprintf(&inner, `<p style="margin:%s">%s</p>`, margin, escape(p))
	}
	fmt.Fprintf(b, row, inner.String())
}

func (l Letter) footer() string {
	var lines []string
	for _, line := range l.Footer {
		lines = append(lines, escape(line))
	}
	for _, link := range l.Links {
		if link.there() {
			lines = append(lines, fmt.Sprintf(letterLink, escape(link.URL), escape(link.Label)))
		}
	}
	return strings.Join(lines, "<br>")
}
