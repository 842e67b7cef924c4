package paper

// Poster is what a poster says. Every word is in the language of the page; all but Title and Address may be empty.
type Poster struct {
	Title    string
	Points   []string // at most three lines
	To       string   // to whom: "À : Conseil régional"
	By       string   // who carries it
	Initials string   // of who carries it: one to three letters
	Call     string   // above the address: "Signez sur"
	Address  string   // URL, in the code
	Shown    string   // the address as people type it
	Site     string
}

// Poster returns the poster as a PDF of one A4 page.
func (p *Printer) Poster(s Poster) ([]byte, error) {
	return p.print(s.Title, s.By, func(sheet *page) { sheet.poster(s) })
}

const (
	codeSide   = 178
	posterFoot = height - margin - codeSide // where code and address begin
)

func (p *page) poster(s Poster) {
	const wide = width - 2*margin
	p.carrier(s, wide)
	title := p.fit(headline, s.Title, wide, 300, 1.02, 92, 84, 76, 68, 60, 54, 48, 42, 36, 30)
	at := p.write(title, margin, 118, black) + 22
	points := s.Points[:min(len(s.Points), 3)]
	room := (posterFoot - 30 - at) / float64(max(len(points), 1))
	for _, point := range points {
		b := p.fit(plain, point, wide-30, room-12, 1.25, 24, 22, 20, 18, 16, 14, 12)
		if len(b.lines) == 0 {
			continue
		}
		p.disc(margin+8, at+b.size*0.56, 6, petrol)
		at = p.write(b, margin+30, at, black) + 12
	}
	p.foot(s, wide)
}

// carrier writes who carries it, with their letters in a disc, and the colour that holds the poster together.
func (p *page) carrier(s Poster, wide float64) {
	const r = 22
	x := float64(margin)
	if letters := p.short(headline, s.Initials, 2*r, 20); letters != "" {
		p.disc(x+r, margin+r, r, petrol)
		p.centred(headline, letters, x+r, margin+r+7, 20, white)
		x += 2*r + 14
	}
	p.line(headline, p.short(headline, s.By, wide-(x-margin), 22), x, margin+r+8, 22, petrol)
}

// foot is the code, and beside it the address for who has no camera.
func (p *page) foot(s Poster, wide float64) {
	p.box(margin, posterFoot-16, wide, 3, petrol)
	p.code(s.Address, margin-12, posterFoot, codeSide)
	x := float64(margin + codeSide + 8)
	room := width - margin - x
	at := p.write(p.fit(headline, s.Call, room, 40, 1.05, 32, 28, 24, 20, 16), x, posterFoot+18, petrol) + 8
	at = p.write(p.fit(headline, s.Shown, room, 66, 1.1, 24, 22, 20, 18, 16, 14, 12, 10), x, at, black) + 8
	at = p.write(p.fit(plain, s.To, room, 40, 1.25, 15, 14, 13, 12, 11, 10), x, at, black) + 4
	p.write(p.fit(plain, s.Site, room, 18, 1.25, 13, 12, 10), x, at, black)
}
