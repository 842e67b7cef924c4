package mobilisation

import (
	"context"
	"maps"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
)

// CheckDemand looks at the first step, and at its words.
func (r *Room) CheckDemand(ctx context.Context, d *WorkingDraft) error {
	return r.refuseWords(ctx, d.Lang, d.CheckDemand(), answer{"title", d.Title}, answer{"addressee", d.Addressee})
}

// CheckText looks at the second step, and at its words.
func (r *Room) CheckText(ctx context.Context, d *WorkingDraft) error {
	return r.refuseWords(ctx, d.Lang, d.CheckText(), textAnswers(d.Point, d.Why, d.Letter)...)
}

// CheckQuestions looks at questions and answers, and at their words.
func (r *Room) CheckQuestions(ctx context.Context, d *WorkingDraft) error {
	return r.refuseWords(ctx, d.Lang, CheckQuestions(d.Questions), questionAnswers(d.Questions)...)
}

// CheckTranslation looks at the draft in another language, and at its words.
func (r *Room) CheckTranslation(ctx context.Context, d *WorkingDraft, lang string) error {
	t := d.Translations[lang]
	answers := append(textAnswers(t.Point, t.Why, t.Letter), answer{"title", t.Title}, answer{"addressee", t.Addressee})
	for _, goal := range slices.Sorted(maps.Keys(t.Goals)) {
		answers = append(answers, answer{GoalField(goal), t.Goals[goal]})
	}
	return r.refuseWords(ctx, lang, t.Check(), append(answers, questionAnswers(t.Questions)...)...)
}

// checkWords looks at the words of questions and translations, which nothing else of CheckDraft screens.
func (r *Room) checkWords(ctx context.Context, d *WorkingDraft) error {
	var f fault.Flaws
	for _, field := range fieldsOf(r.CheckQuestions(ctx, d)) {
		f.When(true, field.Name, field.Key, field.Args...)
	}
	for _, lang := range slices.Sorted(maps.Keys(d.Translations)) {
		f.When(r.CheckTranslation(ctx, d, lang) != nil, TranslationField(lang), "mobilisation.translation_unfit", "language", i18n.Name(lang))
	}
	return f.Err()
}

// answer is what stands in a field.
type answer struct{ field, text string }

func textAnswers(point func(int) string, why, letter string) []answer {
	answers := []answer{{"why", why}, {"letter", letter}}
	for i, name := range PointNames() {
		answers = append(answers, answer{name, point(i)})
	}
	return answers
}

func questionAnswers(list []Question) (answers []answer) {
	for i, q := range list {
		answers = append(answers, answer{QuestionField(i), q.Question}, answer{AnswerField(i), q.Answer})
	}
	return answers
}

// refuseWords adds to what is wrong with a form the fields whose writer is to find other words, and says these words alone.
func (r *Room) refuseWords(ctx context.Context, lang string, err error, answers ...answer) error {
	if r.Refused == nil {
		return err
	}
	flaws := fault.Flaws(fieldsOf(err))
	for _, a := range answers {
		words := r.Refused(ctx, lang, a.text)
		flaws.When(len(words) > 0, a.field, "mobilisation.word_refused", "words", i18n.From(ctx).List(words))
	}
	return flaws.Err()
}
