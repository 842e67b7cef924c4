package view

import (
	"context"
	"html"
	"io"
	"strings"
)

// Part says what stands around a part of a sentence: of "Read {link}the charter{/link}.", the part named link.
type Part struct {
	Name string
	Path string // of a link, without language prefix; empty for strong words
}

// Sentence draws a whole message of which some parts are links or strong, so that a translation may put them where its
// grammar wants. args fill the message's placeholders as in i18n.
func Sentence(key string, parts []Part, args ...any) Component {
	return component(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, sentence(ctx, tr(ctx, key, args...), parts))
		return err
	})
}

// sentence escapes the text and sets its parts. A part that the message forgets, or does not close, stays plain words.
func sentence(ctx context.Context, text string, parts []Part) string {
	out := html.EscapeString(text)
	for _, part := range parts {
		before, rest, ok := strings.Cut(out, "{"+part.Name+"}")
		inside, after, closed := strings.Cut(rest, "{/"+part.Name+"}")
		if !ok || !closed {
			continue
		}
		if part.Path == "" {
			out = before + "<b>" + inside + "</b>" + after
			continue
		}
		out = before + `<a href="` + html.EscapeString(safeAddress(Link(ctx, part.Path))) + `">` + inside + "</a>" + after
	}
	return out
}

// safeAddress lets through what a link of our own may lead to, and makes the rest lead nowhere.
func safeAddress(address string) string {
	for _, start := range []string{"/", "#", "?", "https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(address, start) {
			return address
		}
	}
	return "#"
}
