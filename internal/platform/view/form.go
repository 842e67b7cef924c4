package view

import (
	"context"
	"errors"
	"html"
	"maps"
	"strconv"
	"strings"

	"essaim/internal/platform/fault"
)

// Input is one field of a form that is typed or chosen from a list.
type Input struct {
	Name  string // of the field, unique in its form
	Label string // always visible
	ID    string // when two forms of a page have a field of the same name; empty for the usual one

	Type  string // of the input: "text" when empty, "email", "search", "url"…
	Value string // what was typed before, kept when a form comes back
	Hint  string
	Error string // what to do, with an example; empty when the answer is right

	Autocomplete string // token of the HTML standard, such as "given-name"
	Mode         string // inputmode, such as "numeric"
	Max          int    // characters; zero for no limit
	Rows         int    // lines; more than zero makes a text area
	Options      []Option

	Required  bool
	Optional  bool // says so after the label
	Short     bool // as narrow as a code
	HintBelow bool // the hint stands under the input, in a form where labels must stay aligned

	Attributes Attributes // further ones, such as data hooks
}

// Option is one answer of a list. With any, Input is a <select>.
type Option struct{ Value, Label string }

// Choice is one box to tick or one dot to choose.
type Choice struct {
	Name, Value string
	Label       string
	Hint        string // a second line
	Error       string // of a box that stands alone; a group has its own
	ID          string
	Checked     bool
	Optional    bool // says so after the label
	Tile        bool // a framed block, for a choice that matters
	Attributes  Attributes
}

// Question is a group of choices under one legend.
type Question struct {
	Name    string // of every choice
	Legend  string
	Hint    string
	Error   string
	Choices []Choice
}

// FieldError is one answer to correct.
type FieldError struct {
	Name string // of the field
	Text string // the same words in the summary and at the field
}

// Errors are the answers to correct in a form that came back, in the order of its fields.
type Errors []FieldError

// ErrorsFrom returns the fields of the fault in err's chain, in the words of the page; nil when it has none.
func ErrorsFrom(ctx context.Context, err error) Errors {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return nil
	}
	var all Errors
	for _, field := range f.Fields {
		all = append(all, FieldError{Name: field.Name, Text: tr(ctx, field.Key, field.Args...)})
	}
	return all
}

// For returns what is wrong with a field, empty when nothing is.
func (e Errors) For(name string) string {
	for _, field := range e {
		if field.Name == name {
			return field.Text
		}
	}
	return ""
}

// fieldID returns the id of a field's input, to which labels and the error summary lead.
func fieldID(name string) string { return "f-" + name }

func (i Input) id() string {
	if i.ID != "" {
		return i.ID
	}
	return fieldID(i.Name)
}

// described returns the ids of what explains the field.
func described(id, hint, wrong string) string {
	switch {
	case hint != "" && wrong != "":
		return id + "-error " + id + "-hint"
	case wrong != "":
		return id + "-error"
	case hint != "":
		return id + "-hint"
	}
	return ""
}

// options writes the answers of a list as HTML, without the closing tags that HTML lets one leave out: two hundred countries are a
// third of a page.
func (i Input) options() string {
	var b strings.Builder
	for _, option := range i.Options {
		b.WriteString(`<option value="` + html.EscapeString(option.Value) + `"`)
		if option.Value == i.Value {
			b.WriteString(" selected")
		}
		b.WriteString(">" + html.EscapeString(option.Label))
	}
	return b.String()
}

// attributes returns what input, select and textarea have in common.
func (i Input) attributes() Attributes {
	all := Attributes{"id": i.id(), "name": i.Name}
	set(all, "aria-describedby", described(i.id(), i.Hint, i.Error))
	set(all, "autocomplete", i.Autocomplete)
	set(all, "inputmode", i.Mode)
	if i.Max > 0 {
		all["maxlength"] = strconv.Itoa(i.Max)
	}
	if i.Short {
		all["class"] = "short"
	}
	if i.Required {
		all["required"] = true
	}
	if i.Error != "" {
		all["aria-invalid"] = "true"
	}
	if i.Type == "email" || i.Type == "url" {
		all["spellcheck"] = "false"
	}
	maps.Copy(all, i.Attributes)
	return all
}

func set(all Attributes, name, value string) {
	if value != "" {
		all[name] = value
	}
}

func (c Choice) id() string {
	if c.ID != "" {
		return c.ID
	}
	return fieldID(c.Name)
}

// choice returns the i-th choice as one of the question's: the first bears the id to which the error summary leads.
func (q Question) choice(i int, c Choice) Choice {
	c.Name = q.Name
	if i > 0 && c.ID == "" {
		c.ID = fieldID(q.Name) + "-" + strconv.Itoa(i)
	}
	return c
}
