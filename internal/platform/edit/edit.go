// Package edit tells how one version of a text became the next.
//
// What it promises: the pieces without Added are the old text, byte for byte, and those without Removed the new one; however long and
// unlike two texts are, a comparison takes a bounded time and memory.
package edit

import (
	"slices"
	"strings"
	"unicode"
)

// Mark says what became of a piece of a text. Its value is the name of the HTML element that marks it.
type Mark string

// The marks.
const (
	Kept    Mark = ""
	Added   Mark = "ins"
	Removed Mark = "del"
)

// Piece is a part of two texts that were compared.
type Piece struct {
	Mark Mark
	Text string
}

// mostCompared bounds the table of two lists, in cells of 4 bytes.
const mostCompared = 4 << 20

// Compare tells word by word how a text became another. What both have in the same order stays; texts that are too long for that are
// told line by line first, and what even that is too long for takes the other's place as a whole.
func Compare(before, after string) []Piece {
	if all, ok := compare(words(before), words(after)); ok {
		return gather(all)
	}
	told, ok := compare(lines(before), lines(after))
	if !ok {
		return join(nil, Piece{Removed, before}, Piece{Added, after})
	}
	var all []Piece
	for i := 0; i < len(told); i++ {
		if i+1 < len(told) && told[i].Mark == Removed && told[i+1].Mark == Added {
			if within, ok := compare(words(told[i].Text), words(told[i+1].Text)); ok {
				all = join(all, within...)
				i++
				continue
			}
		}
		all = join(all, told[i])
	}
	return gather(all)
}

// gather joins changes with but a space between them: "a b" that became "c d" is one change, not two.
func gather(all []Piece) (gathered []Piece) {
	var gone, come string
	settle := func() {
		gathered = join(gathered, Piece{Removed, gone}, Piece{Added, come})
		gone, come = "", ""
	}
	for i, p := range all {
		between := p.Mark == Kept && gone+come != "" && i+1 < len(all) && strings.TrimSpace(p.Text) == "" && !strings.Contains(p.Text, "\n")
		switch {
		case p.Mark == Removed:
			gone += p.Text
		case p.Mark == Added:
			come += p.Text
		case between && gone != "" && come != "":
			gone, come = gone+p.Text, come+p.Text
		default:
			settle()
			gathered = join(gathered, p)
		}
	}
	settle()
	return gathered
}

// Words counts the words that were added or removed.
func Words(all []Piece) (n int) {
	for _, p := range all {
		if p.Mark != Kept {
			n += len(strings.Fields(p.Text))
		}
	}
	return n
}

// compare finds a longest common subsequence of two lists; ok is false where the table would be too large. What both begin and end
// with is set aside first: an edit leaves most of a text as it was.
func compare(a, b []string) (all []Piece, ok bool) {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	all = join(nil, Piece{Kept, strings.Join(a[:head], "")})
	end := Piece{Kept, strings.Join(a[len(a)-tail:], "")}
	a, b = a[head:len(a)-tail], b[head:len(b)-tail]
	if (len(a)+1)*(len(b)+1) > mostCompared {
		return nil, false
	}
	return join(join(all, differ(a, b)...), end), true
}

// differ walks along the table of the longest common subsequences of what follows.
func differ(a, b []string) (all []Piece) {
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width) // the longest of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			all = join(all, Piece{Kept, a[i]})
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			all = join(all, Piece{Removed, a[i]})
			i++
		default:
			all = join(all, Piece{Added, b[j]})
			j++
		}
	}
	return join(all, Piece{Removed, strings.Join(a[i:], "")}, Piece{Added, strings.Join(b[j:], "")})
}

// join adds pieces, each to the one before when it is of its kind.
func join(all []Piece, more ...Piece) []Piece {
	for _, p := range more {
		if last := len(all) - 1; last >= 0 && all[last].Mark == p.Mark {
			all[last].Text += p.Text
		} else if p.Text != "" {
			all = append(all, p)
		}
	}
	return all
}

// words cuts a text into words and what stands between them: joined they are the text.
func words(text string) (all []string) {
	start, space := 0, false
	for i, c := range text {
		if i > start && space != unicode.IsSpace(c) {
			all = append(all, text[start:i])
			start = i
		}
		space = unicode.IsSpace(c)
	}
	if start < len(text) {
		all = append(all, text[start:])
	}
	return all
}

// lines cuts a text into lines, each with its end.
func lines(text string) []string { return slices.Collect(strings.Lines(text)) }
