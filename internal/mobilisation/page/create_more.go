package page

import (
	"context"
	"maps"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// What may be added to a draft; the text in another language is a step of its own, such as in-en. Nobody has to go there: they are
// offered on the last step, and lead back to it.
const (
	stepQuestions = "questions"
	stepDocuments = "documents"
)

// more is something that may be added to a draft.
type more struct{ Step, Label string }

// addsTo tells whether a step is one that adds to a draft.
func (r *Pages) addsTo(d *mobilisation.WorkingDraft, step string) bool {
	lang, translates := strings.CutPrefix(step, mobilisation.TranslationField(""))
	_, known := r.Languages.Locale(lang)
	return step == stepQuestions || step == stepDocuments || translates && known && lang != d.Lang
}

// other is the language of a translation, empty on other steps.
func (p createPage) other() string {
	lang, translates := strings.CutPrefix(p.Step, mobilisation.TranslationField(""))
	if !translates {
		return ""
	}
	return lang
}

// kind is the step without its language.
func (p createPage) kind() string {
	if p.other() != "" {
		return "translation"
	}
	return p.Step
}

// tongue names the language of a translation.
func (p createPage) tongue() string {
	if p.other() == "" {
		return ""
	}
	return i18n.Name(p.other())
}

// translation is what was written in the language of the step.
func (p createPage) translation() mobilisation.Translation { return p.Draft.Translations[p.other()] }

// moreOf lists what may be added, and how much of it there is.
func (r *Pages) moreOf(ctx context.Context, d *mobilisation.WorkingDraft, documents int) []more {
	list := []more{
		{stepDocuments, tn(ctx, "mobilisation.more_documents", int64(documents))}, {stepQuestions, tn(ctx, "mobilisation.more_questions", int64(len(d.Questions)))},
	}
	for _, tag := range r.Languages.Tags() {
		if tag == d.Lang {
			continue
		}
		one := more{mobilisation.TranslationField(tag), t(ctx, "mobilisation.more_translate", "language", i18n.Name(tag))}
		if _, there := d.Translations[tag]; there {
			one.Label = t(ctx, "mobilisation.more_translated", "language", i18n.Name(tag))
		}
		list = append(list, one)
	}
	return list
}

// readQuestions reads the pairs of a form; those that are blank are left out, so that the others move up.
func readQuestions(form web.Form) []mobilisation.Question {
	var list []mobilisation.Question
	for i := range mobilisation.MaxQuestions {
		list = append(list, mobilisation.Question{Question: form.Line(mobilisation.QuestionField(i)), Answer: form.Text(mobilisation.AnswerField(i))})
	}
	return mobilisation.Asked(list)
}

// readTranslation takes the words of another language over into the draft, or away from it when nothing is left of them.
func readTranslation(d *mobilisation.WorkingDraft, step string, form web.Form) {
	lang := strings.TrimPrefix(step, mobilisation.TranslationField(""))
	words := mobilisation.Translation{
		Title: form.Line("title"), Addressee: form.Line("addressee"), Why: form.Text("why"), Letter: form.Text("letter"), Questions: readQuestions(form),
		Goals: map[int64]string{},
	}
	for _, name := range mobilisation.PointNames() {
		words.Points = append(words.Points, form.Line(name))
	}
	for _, m := range d.SaidGoals() {
		if said := form.Line(mobilisation.GoalField(m.Goal)); said != "" {
			words.Goals[m.Goal] = said
		}
	}
	all := maps.Clone(d.Translations)
	if all == nil {
		all = map[string]mobilisation.Translation{}
	}
	all[lang] = words
	if words.Blank() {
		delete(all, lang)
	}
	d.Translations = all
}

// pair is one question of a form with its answer.
type pair struct {
	mobilisation.Question
	Name, AnswerName string
	Original         mobilisation.Question // that it translates
}

// pairsOf are the questions of a form, and some to fill in.
func pairsOf(list, originals []mobilisation.Question) []pair {
	n := min(max(len(list)+2, len(originals)), mobilisation.MaxQuestions)
	pairs := make([]pair, n)
	for i := range pairs {
		pairs[i] = pair{Name: mobilisation.QuestionField(i), AnswerName: mobilisation.AnswerField(i)}
		if i < len(list) {
			pairs[i].Question = list[i]
		}
		if i < len(originals) {
			pairs[i].Original = originals[i]
		}
	}
	return pairs
}

// example is a whole mobilisation to read and to begin with.
type example struct {
	mobilisation.Answers
	Name, Scope string
}

func examples(ctx context.Context) []example {
	var all []example
	for _, name := range mobilisation.Examples() {
		all = append(all, example{mobilisation.FromExample(i18n.From(ctx), name), name, t(ctx, "mobilisation.example_"+name)})
	}
	return all
}

// folded tells whether a part that nobody has to fill in may stay closed: nothing stands in it, and nothing in it is wrong.
func (p createPage) folded(values []string, fields ...string) bool {
	for _, value := range values {
		if value != "" {
			return false
		}
	}
	for _, field := range fields {
		if p.Errors.For(field) != "" {
			return false
		}
	}
	return true
}

// tongue marks a field in which another language is written, for who hears it and for spelling.
func tongue(lang string) view.Attributes { return view.Attributes{"lang": lang} }
