package words

// Piece is a part of a text, which meets an entry or not.
type Piece struct {
	Text   string
	Marked bool
}

// Pieces cuts a text where it meets entries of at least this effect, so that a reader sees them marked. The pieces together are the text.
func (r Result) Pieces(text string, least Effect) []Piece {
	var all []Piece
	done := 0
	add := func(to int, marked bool) {
		if to <= done {
			return
		}
		if last := len(all) - 1; last >= 0 && all[last].Marked == marked {
			all[last].Text += text[done:to]
		} else {
			all = append(all, Piece{Text: text[done:to], Marked: marked})
		}
		done = to
	}
	for _, m := range r.Matches {
		if m.Entry.Effect >= least {
			add(m.Start, false)
			add(m.End, true)
		}
	}
	add(len(text), false)
	return all
}

// Around is Pieces with no more than n letters on each side of what is marked, and "…" for what is left out.
func (r Result) Around(text string, least Effect, n int) []Piece {
	all := r.Pieces(text, least)
	for i, p := range all {
		letters := []rune(p.Text)
		head, tail := n, n // what is kept behind the mark before, and before the mark behind
		if i == 0 {
			head = 0
		}
		if i == len(all)-1 {
			tail = 0
		}
		if !p.Marked && len(letters) > head+tail+1 {
			all[i].Text = string(letters[:head]) + "…" + string(letters[len(letters)-tail:])
		}
	}
	return all
}
