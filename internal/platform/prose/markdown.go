package prose

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"essaim/internal/platform/i18n"
)

const (
	// topHeading is the level of the highest heading of a text: the page itself has h1 and h2.
	topHeading = 3
	// linkRel tells search engines and browsers that a visitor wrote the link.
	linkRel = "nofollow noopener ugc"
)

// reader knows CommonMark without what surprises people or serves only attacks: no raw HTML (it shows as typed), no
// images (their description stays), no code by indentation, no title by a line of dashes under a text, no links by
// reference. Lines break where they were broken.
var reader = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(indented{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithASTTransformers(util.Prioritized(transformer{}, 100)),
	)),
	goldmark.WithRendererOptions(html.WithHardWraps()),
	goldmark.WithExtensions(extension.NewLinkify(
		extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
		extension.WithLinkifyEmailRegexp(nothing), // an address stays text: a link would feed who harvests
	)),
)

// indented lets a paragraph begin after any number of spaces. Without code by indentation, nobody else takes such a line,
// and its words would be lost.
type indented struct{ parser.BlockParser }

// CanAcceptIndentedLine implements parser.BlockParser.
func (indented) CanAcceptIndentedLine() bool { return true }

// nothing matches no text at all, not even the empty one.
var nothing = regexp.MustCompile(`[^\x{0}-\x{10FFFF}]`)

// policy is the second lock: it knows nothing of Markdown and lets through only these.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em", "strong", "code", "pre")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + linkRel + "$")).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}

// Markdown turns what a person wrote in this language into HTML for a page: headings from h3 down, typography set. Of a
// text longer than MaxMarkdown it keeps the beginning.
func Markdown(lang, src string) HTML {
	var b bytes.Buffer
	if err := reader.Convert([]byte(tame(src)), &b); err != nil {
		return HTML(policy.Sanitize("<p>" + escape(src) + "</p>")) // a Buffer never fails
	}
	return HTML(policy.Sanitize(typeset(lang, b.String())))
}

func escape(s string) string { return string(util.EscapeHTML([]byte(s))) }

// typeset sets the typography of rendered HTML, code excepted. It runs before the policy, so that nothing it does escapes
// the second lock.
func typeset(lang, rendered string) string {
	const open, end = "<code", "</code>"
	var b strings.Builder
	b.Grow(len(rendered) + len(rendered)/16)
	for {
		before, code, found := strings.Cut(rendered, open)
		b.WriteString(i18n.Typography(lang, before))
		if !found {
			return b.String()
		}
		code, after, _ := strings.Cut(code, end)
		b.WriteString(open + code + end)
		rendered = after
	}
}
