package picture

// Headline returns the lines of a title as a card breaks them, with their widths and size in pixels.
func (p *Press) Headline(title string, width, height int) (lines []string, widths []float64, size float64) {
	w, err := newWriter(p.fonts, nil)
	if err != nil {
		panic(err)
	}
	for _, l := range w.headline(w.readable(title), width, height) {
		lines, widths, size = append(lines, l.text), append(widths, w.width(l.text)*l.size), l.size
	}
	return lines, widths, size
}
