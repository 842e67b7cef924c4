package paper

import "strconv"

// Sheet is a page on which people sign by hand. Every word is in the language of the page; all but Title, Address and Columns may be
// empty.
type Sheet struct {
	Heading string // what the sheet is: "Feuille de signatures"
	Title   string // the demand
	To, By  string
	Points  []string // at most three lines
	Columns [5]string
	Consent string    // what one agrees to by signing here
	Fields  [3]string // that who gathers fills in: sheet number and of how many, by whom, when and where
	Return  string    // where to send it
	Online  string    // above the code
	Address string    // URL, in the code
	Shown   string
	Numbers []string // one page for each, by which sheets are told apart; a single page without number where there is none
	Guide   Guide    // a last page for who gathers and counts
}

// Rows is how many people sign on one sheet.
const Rows = 12

// Sheet returns the sheet as a PDF of A4 pages: one for each number, and the guide.
func (p *Printer) Sheet(s Sheet) ([]byte, error) {
	if len(s.Numbers) == 0 {
		s.Numbers = []string{""}
	}
	var draws []func(*page)
	for _, number := range s.Numbers {
		draws = append(draws, func(sheet *page) { sheet.sheet(s, number) })
	}
	if s.Guide.Heading != "" {
		draws = append(draws, func(sheet *page) { sheet.guide(s.Guide) })
	}
	return p.print(s.Title, s.By, draws...)
}

const (
	tableTop  = 268
	rowTall   = 33
	headTall  = 20
	smallCode = 104
)

func (p *page) sheet(s Sheet, number string) {
	const wide = width - 2*margin
	const text = wide - smallCode - 12 // the code stands at the right
	p.code(s.Address, width-margin-smallCode+8, margin-8, smallCode)
	p.centred(plain, p.short(plain, s.Online, smallCode+20, 8.5), width-margin-smallCode/2+8, margin+smallCode-2, 8.5, black)
	p.line(headline, p.short(headline, s.Heading, text, 13), margin, margin+11, 13, petrol)
	at := p.write(p.fit(headline, s.Title, text, 66, 1.04, 30, 27, 24, 21, 18, 16), margin, margin+20, black) + 5
	for _, words := range []string{s.To, s.By} {
		if b := p.fit(plain, words, text, 28, 1.2, 11, 10, 9); len(b.lines) > 0 {
			at = p.write(b, margin, at, black) + 2
		}
	}
	points := s.Points[:min(len(s.Points), 3)]
	at = max(at+5, margin+smallCode+6)
	for i, point := range points {
		room := (tableTop - 6 - at) / float64(len(points)-i)
		b := p.fit(plain, point, wide-14, room-3, 1.2, 11, 10, 9, 8)
		p.disc(margin+4, at+b.size*0.55, 2.6, petrol)
		at = p.write(b, margin+14, at, black) + 3
	}
	p.table(s, wide)
	p.end(s, number, wide)
}

// columns are the widths of the table, the number of the row first.
var columns = [...]float64{20, 104, 88, 66, 138, 0}

// table draws the lines to write on.
func (p *page) table(s Sheet, wide float64) {
	const foot = tableTop + headTall + Rows*rowTall
	p.rule(margin, tableTop, margin+wide, tableTop, 1)
	x := float64(margin)
	for i, w := range columns {
		if i > 0 {
			room := w - 8
			if w == 0 {
				room = margin + wide - x - 8
			}
			p.rule(x, tableTop, x, foot, 0.5)
			b := p.fit(plain, s.Columns[i-1], room, headTall, 1.05, 10, 9, 8, 7)
			p.write(b, x+4, tableTop+(headTall-b.tall())/2, black)
		}
		x += w
	}
	for row := range Rows + 1 {
		y := float64(tableTop + headTall + row*rowTall)
		p.rule(margin, y, margin+wide, y, 0.5)
		if row < Rows {
			p.centred(plain, strconv.Itoa(row+1), margin+columns[0]/2, y+rowTall/2+3.5, 9, black)
		}
	}
	p.rule(margin, tableTop, margin, foot, 0.5)
	p.rule(margin+wide, tableTop, margin+wide, foot, 0.5)
}

// end writes what one agrees to, what who gathers fills in, and where the sheet goes.
func (p *page) end(s Sheet, number string, wide float64) {
	at := float64(tableTop+headTall+Rows*rowTall) + 8
	at = p.write(p.fit(plain, s.Consent, wide, 52, 1.25, 9.5, 9, 8.5, 8, 7.5), margin, at, black) + 14
	x := float64(margin)
	for i, words := range s.Fields {
		room := wide * [...]float64{0.28, 0.36, 0.36}[i]
		label := p.short(plain, words, room-30, 9.5)
		p.line(plain, label, x, at, 9.5, black)
		if i == 0 && number != "" { // printed, so that nobody has to invent one
			p.line(headline, number, x+p.wide(plain, label, 9.5)+5, at, 13, black)
			x += room
			continue
		}
		p.rule(x+p.wide(plain, label, 9.5)+4, at+1, x+room-10, at+1, 0.5)
		x += room
	}
	at += 12
	at = p.write(p.fit(plain, s.Return, wide, 40, 1.25, 11, 10, 9, 8), margin, at, black) + 3
	p.write(p.fit(headline, s.Shown, wide, 20, 1.1, 13, 11, 9, 7), margin, at, petrol)
}
