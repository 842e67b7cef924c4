package page

import (
	"context"
	"slices"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/view"
)

// stepAt is the place of a step on the way. What is added belongs to the last look.
func stepAt(step string) int {
	if at := slices.Index(steps, step); at >= 0 {
		return at
	}
	return len(steps) - 1
}

// stepState marks the i-th step: the one that is shown, and those before it.
func stepState(i, current int) view.Attributes {
	switch {
	case i == current:
		return view.Attributes{"aria-current": "step"}
	case i < current:
		return view.Attributes{"class": "done"}
	}
	return nil
}

// action is where the form of a step is sent.
func (p createPage) action() string {
	if p.Draft.ID == "" {
		return "/create#errors"
	}
	return stepPath(p.Draft.ID, p.Step) + "#errors"
}

// poster is the motif that was chosen, or the one that goes with the title.
func (p createPage) poster() string {
	like := mobilisation.Petition{Motif: p.Draft.Motif, Slug: p.Draft.Title, Picture: p.Photo.Picture}
	return like.Poster()
}

// placeTyped is the place as the author typed it: a choice among namesakes is shown by its name.
func (p createPage) placeTyped() string { return p.Draft.Place }

// motif is the address of the motif that goes with the draft.
func (p createPage) motif() string {
	like := mobilisation.Petition{Motif: p.Draft.Motif, Slug: p.Draft.Title}
	return like.Poster()
}

func (p createPage) scopeChoices(ctx context.Context) []view.Choice {
	choices := make([]view.Choice, len(mobilisation.Scopes()))
	for i, scope := range mobilisation.Scopes() {
		choices[i] = view.Choice{Value: scope, Label: t(ctx, "mobilisation.scope_"+scope), Checked: p.Draft.Scope == scope}
	}
	return choices
}

// speakerOptions are the names in which a petition may be carried.
func (p createPage) speakerOptions(ctx context.Context) []view.Option {
	options := []view.Option{{Label: t(ctx, "mobilisation.own_name")}}
	for _, s := range p.Speakers {
		options = append(options, view.Option{Value: s.ID, Label: s.Name})
	}
	return options
}

// errorLink leads from the last step to the answer that is to be corrected, on the step where it stands.
func (p createPage) errorLink(ctx context.Context, field string) string {
	step := ""
	switch {
	case field == "title" || field == "addressee":
		step = stepDemand
	case strings.HasPrefix(field, mobilisation.TranslationField("")):
		step, field = field, "title"
	case strings.HasPrefix(field, "question_") || strings.HasPrefix(field, "answer_"):
		step = stepQuestions
	case slices.Contains(mobilisation.PointNames(), field) || field == "why" || field == "letter" || field == "sources":
		step = stepText
	case field == "picture" || field == "picture_alt" || field == "scope" || field == "place" || field == "goal" || field == "ends":
		step = stepPlace
	default:
		return "#f-" + field
	}
	path := stepPath(p.Draft.ID, step)
	if p.Key != "" {
		path += "?key=" + p.Key
	}
	return view.Link(ctx, path) + "#f-" + field
}
