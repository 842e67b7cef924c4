package picture

import (
	"strings"
	"unicode/utf8"
)

// The headline's sizes, in pixels, and how its lines stand.
const (
	largest   = 132
	smallest  = 44
	unbroken  = 64 // down to this size a headline shrinks before a word is broken
	sizeStep  = 4
	maxLines  = 5
	leading   = 1.02 // of the size, from base line to base line
	ascent    = 0.78 // of the size, from the top of a line to its base
	ellipsis  = "…"
	evenSteps = 12 // of the search for lines of like length
)

// headLine is one line of a headline: its base, in pixels below the headline's top.
type headLine struct {
	text string
	base int
	size float64
}

// headline breaks text into lines for a box of width × height pixels: as large as it fits, the lines of like length,
// cut with an ellipsis when it does not fit at the smallest size.
func (w *writer) headline(text string, width, height int) []headLine {
	for size := float64(largest); ; size -= sizeStep {
		most := min(int(float64(height)/(size*leading)), maxLines)
		lines, whole := w.wrap(text, float64(width)/size)
		fits := len(lines) <= most && (whole || size < unbroken)
		if !fits && size > smallest {
			continue
		}
		if len(lines) > most {
			lines = append(lines[:most-1], w.cut(strings.Join(lines[most-1:], " "), float64(width)/size))
		} else if whole {
			lines = w.even(text, lines, float64(width)/size)
		}
		return place(lines, size, height)
	}
}

// place sets lines on their base lines, the whole in the middle of the box's height.
func place(lines []string, size float64, height int) []headLine {
	top := (float64(height) - size*leading*float64(len(lines))) / 2
	placed := make([]headLine, len(lines))
	for i, text := range lines {
		placed[i] = headLine{text: text, base: int(top + size*(leading*float64(i)+ascent)), size: size}
	}
	return placed
}

// wrap breaks text into lines of at most width em, at spaces and behind hyphens; whole tells that no word had to be
// broken.
func (w *writer) wrap(text string, width float64) (lines []string, whole bool) {
	whole = true
	line := ""
	for _, piece := range pieces(text) {
		if w.width(strings.TrimSuffix(line+piece, " ")) <= width {
			line += piece
			continue
		}
		if line != "" {
			lines = append(lines, strings.TrimSuffix(line, " "))
		}
		for line = piece; w.width(strings.TrimSuffix(line, " ")) > width; {
			whole = false
			head := w.head(line, width)
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	if line = strings.TrimSuffix(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines, whole
}

// pieces splits text where a line may end. The pieces joined are the text.
func pieces(text string) (all []string) {
	start := 0
	for i, r := range text {
		if r == ' ' || r == '-' && i > start {
			all = append(all, text[start:i+1])
			start = i + 1
		}
	}
	return append(all, text[start:])
}

// head returns the longest beginning of text that is at most width em wide, one character at least.
func (w *writer) head(text string, width float64) string {
	_, end := utf8.DecodeRuneInString(text)
	for i := range text {
		if i > end && w.width(text[:i]) > width {
			break
		}
		end = max(end, i)
	}
	if w.width(text) <= width {
		return text
	}
	return text[:end]
}

// cut shortens text to width em, with an ellipsis when something is lost.
func (w *writer) cut(text string, width float64) string {
	if w.width(text) <= width {
		return text
	}
	if width <= w.width(ellipsis) {
		return ""
	}
	return strings.TrimRight(w.head(text, width-w.width(ellipsis)), " \u00a0-,.;:") + ellipsis
}

// even breaks text again, into as many lines as narrow as possible.
func (w *writer) even(text string, lines []string, width float64) []string {
	low, high := width/2, width
	for range evenSteps {
		middle := (low + high) / 2
		if again, whole := w.wrap(text, middle); whole && len(again) == len(lines) {
			lines, high = again, middle
		} else {
			low = middle
		}
	}
	return lines
}
