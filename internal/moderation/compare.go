package moderation

import (
	"strings"
	"unicode"
)

// change is a piece of a text that was compared with an older one.
type change struct {
	Kind string // "" for what stayed, "ins" for what is new, "del" for what is gone
	Text string
}

// mostCompared bounds the table of two texts, in cells: beyond it one text takes the other's place as a whole.
const mostCompared = 4 << 20

// compare tells word by word how a text became another: what both have in the same order stays (a longest common subsequence), so
// that the pieces without "ins" are the old text and those without "del" the new one.
func compare(before, after string) []change {
	a, b := words(before), words(after)
	if len(a)*len(b) > mostCompared {
		return join(nil, change{"del", before}, change{"ins", after})
	}
	common := make([][]int32, len(a)+1) // the longest of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var all []change
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			all = join(all, change{"", a[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			all = join(all, change{"del", a[i]})
			i++
		default:
			all = join(all, change{"ins", b[j]})
			j++
		}
	}
	return join(all, change{"del", strings.Join(a[i:], "")}, change{"ins", strings.Join(b[j:], "")})
}

// join adds pieces, each to the one before when it is of its kind.
func join(all []change, more ...change) []change {
	for _, c := range more {
		if last := len(all) - 1; last >= 0 && all[last].Kind == c.Kind {
			all[last].Text += c.Text
		} else if c.Text != "" {
			all = append(all, c)
		}
	}
	return all
}

// words cuts a text into words, each with the spaces behind it: joined they are the text.
func words(text string) []string {
	var all []string
	start, space := 0, false
	for i, r := range text {
		if space && !unicode.IsSpace(r) {
			all = append(all, text[start:i])
			start = i
		}
		space = unicode.IsSpace(r)
	}
	if start < len(text) {
		all = append(all, text[start:])
	}
	return all
}
