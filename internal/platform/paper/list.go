package paper

// List is names in groups, for whoever they are handed to. Every word is in the language of the page.
type List struct {
	Heading string // what the list is
	Title   string // the demand
	Lines   []string
	Groups  []Group
	Foot    string // at the foot of each page: what may be done with the list
	Page    func(n, of int) string
}

// Group is the names of one place.
type Group struct {
	Name  string
	Names []string
}

// The table of a list, in points.
const (
	listRow     = 13.6
	listSize    = 9.5
	listColumns = 2
	listTop     = margin + 26
	listFirst   = 250 // on the first page, under its head
	listFoot    = height - margin - 30
)

// entry is one line of a list, as it is drawn.
type entry struct {
	text string
	head bool
}

// List returns the list as a PDF of A4 pages. Names that the fonts do not know lose what they do not know.
func (p *Printer) List(l List) ([]byte, error) {
	var all []entry
	for _, g := range l.Groups {
		all = append(all, entry{g.Name, true})
		for _, name := range g.Names {
			all = append(all, entry{name, false})
		}
	}
	first, later := listRows(listFirst), listRows(listTop)
	of := 1
	if rest := len(all) - first; rest > 0 {
		of += (rest + later - 1) / later
	}
	var draws []func(*page)
	for n := range of {
		from, rows := 0, first
		if n > 0 {
			from, rows = first+(n-1)*later, later
		}
		part := all[min(from, len(all)):min(from+rows, len(all))]
		draws = append(draws, func(sheet *page) { sheet.list(l, part, n, of) })
	}
	return p.print(l.Title, l.Heading, draws...)
}

// listRows is how many lines a page holds below a height.
func listRows(top float64) int {
	room := listFoot - top
	return int(room/listRow) * listColumns
}

// list draws one page.
func (p *page) list(l List, part []entry, n, of int) {
	const wide = width - 2*margin
	top := float64(listTop)
	if n == 0 {
		top = listFirst
		p.line(headline, p.short(headline, l.Heading, wide, 13), margin, margin+11, 13, petrol)
		at := p.write(p.fit(headline, l.Title, wide, 96, 1.04, 30, 26, 22, 19, 16), margin, margin+20, black) + 8
		for _, words := range l.Lines {
			at = p.write(p.fit(plain, words, wide, 30, 1.25, 11, 10, 9), margin, at, black) + 2
		}
	} else {
		p.line(plain, p.short(plain, l.Title, wide, 9), margin, margin+8, 9, black)
	}
	const column = wide / listColumns
	rows := listRows(top) / listColumns
	for i, e := range part {
		x, y := margin+float64(i/rows)*column, top+float64(i%rows)*listRow+listSize
		if e.head {
			p.line(headline, p.short(headline, e.text, column-12, listSize+1), x, y, listSize+1, petrol)
			continue
		}
		p.line(plain, p.short(plain, e.text, column-12, listSize), x, y, listSize, black)
	}
	p.rule(margin, listFoot+4, margin+wide, listFoot+4, 0.5)
	p.write(p.fit(plain, l.Foot, wide-70, 24, 1.2, 8.5, 8, 7.5), margin, listFoot+8, black)
	number := l.Page(n+1, of)
	p.line(plain, number, margin+wide-p.wide(plain, number, 9), listFoot+16, 9, black)
}
