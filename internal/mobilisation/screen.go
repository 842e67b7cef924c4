package mobilisation

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
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

// checkEdition looks at all the words of a petition that changes.
func (r *Room) checkEdition(ctx context.Context, e Edition) error {
	err := e.check()
	for _, lang := range slices.Sorted(maps.Keys(e)) {
		d, at := e[lang], "_"+lang
		answers := []answer{{"title" + at, d.Title}, {"addressee" + at, d.Addressee}, {"why" + at, d.Why}, {"letter" + at, d.Letter}}
		for i, point := range d.Points {
			answers = append(answers, answer{"point_" + strconv.Itoa(i+1) + at, point})
		}
		err = r.refuseWords(ctx, lang, err, answers...)
	}
	return err
}

// CheckNews looks at a piece of news, and at its words. The fault is Invalid with the fields title and body.
func (r *Room) CheckNews(ctx context.Context, n News) error {
	var f fault.Flaws
	f.When(n.Title == "", "title", "mobilisation.news_title_missing")
	f.When(prose.Longer(n.Title, MaxTitle), "title", "mobilisation.title_length", "max", MaxTitle)
	f.When(n.Body == "", "body", "mobilisation.news_body_missing")
	f.When(prose.Longer(n.Body, MaxNews), "body", "mobilisation.why_length", "max", MaxNews)
	return r.refuseWords(ctx, n.Lang, f.Err(), answer{"title", n.Title}, answer{"body", n.Body})
}

// MaxNews is how long a piece of news may be, in characters.
const MaxNews = 10_000

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
