package mail

import (
	"strings"
	"unicode/utf8"
)

// textWidth is where lines of text break, in characters: what a narrow window shows, and room for two levels of quotes
// in the 78 of RFC 5322 2.1.1.
const textWidth = 72

// Text returns the letter as plain text: every word of the HTML, links on lines of their own.
func (l Letter) Text() string {
	var blocks []string
	add := func(block string) {
		if block != "" {
			blocks = append(blocks, block)
		}
	}
	add(wrap(l.Heading))
	for _, p := range l.Paragraphs {
		add(wrap(p))
	}
	if l.Button.there() {
		intro := l.Button.Plain
		if intro == "" {
			intro = l.Button.Label
		}
		add(wrap(intro))
		add(l.Button.URL)
	}
	add(strings.TrimSpace(wrap(l.CodeIntro) + " " + l.Code))
	for _, note := range l.Notes {
		add(wrap(note))
	}
	add(l.signature())
	return strings.Join(blocks, "\n\n") + "\n"
}

// signature stands after the line by which programs know where a message ends (RFC 3676 4.3).
func (l Letter) signature() string {
	lines := make([]string, 0, len(l.Footer)+2*len(l.Links))
	for _, line := range l.Footer {
		lines = append(lines, wrap(line))
	}
	for _, link := range l.Links {
		if link.there() {
			lines = append(lines, wrap(link.Label), link.URL)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return "-- \n" + strings.Join(lines, "\n")
}

// wrap breaks a paragraph at plain spaces, so that a no-break space stays one and a long URL whole.
func wrap(paragraph string) string {
	var b strings.Builder
	for i, line := range strings.Split(paragraph, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		width := 0
		for word := range strings.SplitSeq(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case width == 0:
			case width+1+n > textWidth:
				b.WriteByte('\n')
				width = 0
			default:
				b.WriteByte(' ')
				width++
			}
			b.WriteString(word)
			width += n
		}
	}
	return b.String()
}
