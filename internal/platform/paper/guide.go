package paper

import "strconv"

// Guide is a page that says how something is done, step by step.
type Guide struct {
	Heading string
	Steps   []string
	Note    string
}

// guide draws it.
func (p *page) guide(g Guide) {
	const wide = width - 2*margin
	at := p.write(p.fit(headline, g.Heading, wide, 70, 1.06, 28, 24, 20), margin, margin, petrol) + 18
	for i, step := range g.Steps {
		p.line(headline, strconv.Itoa(i+1), margin, at+13, 15, petrol)
		at = p.write(p.fit(plain, step, wide-26, 110, 1.3, 13, 12, 11), margin+26, at, black) + 12
	}
	p.write(p.fit(plain, g.Note, wide, 80, 1.3, 11, 10, 9), margin, at+6, black)
}
