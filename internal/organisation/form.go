package organisation

import (
	"context"
	"strconv"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// form is the page that creates or edits, with what was typed.
type form struct {
	Name    string
	Slug    string // only where it can be chosen
	Emblem  Emblem
	Links   []Link
	Text    Text
	Version string // of the text that the editor saw
	Errors  view.Errors
}

// readForm reads what the form's templ draws.
func readForm(f web.Form) form {
	v := form{
		Name:    f.Line("name"),
		Slug:    f.Line("slug"),
		Emblem:  Emblem{Letters: f.Line("letters"), Colour: Colour(f.Line("colour"))},
		Text:    Text{Lang: f.Line("lang"), Line: f.Line("line"), Lede: f.Line("lede"), About: f.Text("about")},
		Version: f.Line("version"),
	}
	v.Text.Version, _ = strconv.ParseInt(v.Version, 10, 64) // what is no number is no version that anybody saw
	for i := range maxLinks {
		n := strconv.Itoa(i)
		l := Link{Label: f.Line("link_label_" + n), URL: f.Line("link_url_" + n)}
		if l != (Link{}) {
			v.Links = append(v.Links, l) // the others move up, as the errors count them
		}
	}
	return v
}

// formOf is the form of an organisation as it stands, with its words in lang.
func formOf(p Profile, lang string) form {
	text := p.Texts[lang]
	text.Lang = lang
	return form{Name: p.Name, Emblem: p.Emblem, Links: p.Links, Text: text, Version: strconv.FormatInt(text.Version, 10)}
}

// rows are the links with room for two more.
func (v form) rows() []Link {
	rows := append([]Link(nil), v.Links...)
	for range min(2, maxLinks-len(rows)) {
		rows = append(rows, Link{})
	}
	return rows
}

func colourQuestion(ctx context.Context, v form) view.Question {
	q := view.Question{Name: "colour", Legend: tr(ctx, "organisation.colour"), Error: v.Errors.For("colour")}
	for _, c := range Colours() {
		q.Choices = append(q.Choices, view.Choice{
			Value: string(c), Label: tr(ctx, c.label()), Checked: v.Emblem.Colour == c || v.Emblem.Colour == "" && c == Petrol,
		})
	}
	return q
}

// label is the key of the colour's name.
func (c Colour) label() string {
	switch c {
	case Poppy:
		return "organisation.colour_poppy"
	case Leaf:
		return "organisation.colour_leaf"
	case Honey:
		return "organisation.colour_honey"
	}
	return "organisation.colour_petrol"
}

// languageName is what a language calls itself.
func languageName(tag string) string { return i18n.Name(tag) }
