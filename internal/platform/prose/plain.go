package prose

import (
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Plain returns the beginning of a Markdown text as one line without markup, of at most limit characters, cut between
// words with an ellipsis: the description of a page, the text of a card.
func Plain(src string, limit int) string {
	source := []byte(tame(src))
	doc := reader.Parser().Parse(text.NewReader(source))
	var b strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if b.Len() > limit*utf8.UTFMax {
			return ast.WalkStop, nil
		}
		write(&b, n, source, entering)
		return ast.WalkContinue, nil
	})
	return ellipsis(Line(b.String()), limit)
}

func write(b *strings.Builder, n ast.Node, source []byte, entering bool) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			b.Write(n.Segment.Value(source))
		} else if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte(' ')
		}
	case *ast.AutoLink:
		if entering {
			b.Write(n.Label(source))
		}
	case *ast.FencedCodeBlock:
		if entering {
			b.Write(n.Lines().Value(source))
		}
	default:
		if n.Type() == ast.TypeBlock {
			b.WriteByte(' ')
		}
	}
}

// ellipsis cuts a line after a word so that it has at most limit characters.
func ellipsis(line string, limit int) string {
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	if limit < 1 {
		return ""
	}
	end, count := 0, 0 // the byte after limit-1 characters: one is left for the ellipsis
	for end = range line {
		if count == limit-1 {
			break
		}
		count++
	}
	kept := line[:end]
	if line[end] != ' ' {
		if space := strings.LastIndexByte(kept, ' '); space > 0 {
			kept = kept[:space]
		}
	}
	return strings.TrimRight(kept, " ,;:.–—-«(") + "…"
}
