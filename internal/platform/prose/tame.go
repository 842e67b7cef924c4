package prose

import "strings"

// A reader of Markdown looks back at every mark of a paragraph for each new one: 50 kB of stars in one paragraph cost
// seconds, in many paragraphs nothing. So what one paragraph may weigh is bounded; honest paragraphs are far lighter.
const (
	// maxMarkers is how many quotes and lists one line may open.
	maxMarkers = 8
	// maxWeight is what a paragraph weighs at most: a byte one, a mark markWeight.
	maxWeight  = 8000
	markWeight = 32
	// overweight is how far we look for a space to break a heavy paragraph at.
	overweight = 2000
)

// tame bounds what a text can cost: its length, the quotes and lists that one line opens, the weight of a paragraph.
func tame(src string) string {
	src = Text(cut(src, MaxMarkdown))
	var b strings.Builder
	b.Grow(len(src) + len(src)/16)
	weight := 0
	for line := range strings.Lines(src) {
		line = shallow(line)
		if startsBlock(line) {
			weight = 0
		}
		weight = weigh(&b, line, weight)
	}
	return b.String()
}

// startsBlock tells whether a line surely begins a paragraph of its own: it is empty, a heading or in a list.
func startsBlock(line string) bool {
	line = strings.TrimLeft(line, " ")
	return line == "" || line[0] == '\n' || (len(line) > 1 && line[1] == ' ' && strings.IndexByte("-*+#", line[0]) >= 0)
}

// weigh writes a line, broken into paragraphs where it is too heavy, and returns the weight of the last one.
func weigh(b *strings.Builder, line string, weight int) int {
	for i := range len(line) {
		c := line[i]
		weight++
		if strings.IndexByte("*_[]()`<!&\\:.@~", c) >= 0 {
			weight += markWeight
		}
		b.WriteByte(c)
		space := c == ' ' || c == '\n'
		boundary := i+1 == len(line) || line[i+1]&0xc0 != 0x80
		if (weight > maxWeight && space) || (weight > maxWeight+overweight && boundary) {
			b.WriteString("\n\n")
			weight = 0
		}
	}
	return weight
}

// shallow takes away the container marks of a line beyond maxMarkers.
func shallow(line string) string {
	markers := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || '0' <= c && c <= '9':
			continue
		case c != '>' && c != '-' && c != '*' && c != '+' && c != '.' && c != ')':
			return line
		}
		if markers++; markers > maxMarkers {
			return line[:i] + strings.TrimLeft(line[i:], " >-*+.)0123456789")
		}
	}
	return line
}

// cut keeps at most limit bytes of s and breaks no character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 {
		limit--
	}
	return s[:limit]
}
