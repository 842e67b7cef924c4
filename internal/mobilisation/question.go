package mobilisation

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

// Question is what readers ask before they sign, and what the carrier answers.
type Question struct {
	Question string `json:"question"`
	Answer   string `json:"answer"` // Markdown
}

// How many questions a petition may have in each language, and their lengths in characters.
const (
	MaxQuestions = 12
	MaxQuestion  = 200
	MaxAnswer    = 3000
)

// QuestionField and AnswerField name the fields of the i-th question of a form, from 0 on.
func QuestionField(i int) string { return "question_" + strconv.Itoa(i+1) }

// AnswerField is the other half of QuestionField.
func AnswerField(i int) string { return "answer_" + strconv.Itoa(i+1) }

// CheckQuestions looks at questions in the order of their form. Those that are blank were not asked.
func CheckQuestions(list []Question) error {
	var f fault.Flaws
	for i, q := range list {
		if q == (Question{}) {
			continue
		}
		f.When(q.Question == "", QuestionField(i), "mobilisation.question_missing")
		f.When(prose.Longer(q.Question, MaxQuestion), QuestionField(i), "mobilisation.point_length", "max", MaxQuestion)
		f.When(q.Answer == "", AnswerField(i), "mobilisation.answer_missing")
		f.When(prose.Longer(q.Answer, MaxAnswer), AnswerField(i), "mobilisation.why_length", "max", MaxAnswer)
	}
	f.When(len(list) > MaxQuestions, QuestionField(0), "mobilisation.questions_many", "max", MaxQuestions)
	return f.Err()
}

// Asked are the questions that are not blank.
func Asked(list []Question) []Question {
	return slices.DeleteFunc(slices.Clone(list), func(q Question) bool { return q == (Question{}) })
}

// QuestionsIn returns the questions in lang, or in the original language when there are none, and which it was.
func (p *Petition) QuestionsIn(lang string) (list []Question, in string) {
	if own := p.Questions[lang]; len(own) > 0 {
		return own, lang
	}
	return p.Questions[p.Lang], p.Lang
}

// SetQuestions gives a petition its questions in one language, in place of those that it had. The faults are those of CheckQuestions.
func (r *Room) SetQuestions(ctx context.Context, petitionID, lang string, list []Question) error {
	if err := r.refuseWords(ctx, lang, CheckQuestions(list), questionAnswers(list)...); err != nil {
		return err
	}
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			DELETE FROM mobilisation_question
			WHERE petition_id = $1 AND lang = $2`, petitionID, lang); err != nil {
			return err
		}
		if err := insertQuestions(ctx, tx, petitionID, lang, Asked(list), clock.Micros(r.Clock.Now())); err != nil {
			return err
		}
		return r.index(ctx, tx, petitionID)
	})
	if err != nil {
		return fmt.Errorf("questions of %s: %w", petitionID, err)
	}
	r.Changed(petitionID)
	return nil
}

func insertQuestions(ctx context.Context, tx *storage.Tx, petitionID, lang string, list []Question, at int64) error {
	for i, q := range list {
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_question (petition_id, lang, position, question, answer, written_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, petitionID, lang, i, q.Question, q.Answer, at); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) loadQuestions(ctx context.Context, p *Petition) error {
	rows, err := r.db.Query(ctx, `
		SELECT lang, question, answer
		FROM mobilisation_question
		WHERE petition_id = $1
		ORDER BY lang, position`, p.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var lang string
		var q Question
		if err := rows.Scan(&lang, &q.Question, &q.Answer); err != nil {
			return err
		}
		p.Questions[lang] = append(p.Questions[lang], q)
	}
	return rows.Err()
}

// questionWords adds the words of a petition's questions, in all languages, to those by which it is found.
func questionWords(ctx context.Context, tx *storage.Tx, petitionID string, words []string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT question, answer
		FROM mobilisation_question
		WHERE petition_id = $1
		ORDER BY lang, position`, petitionID)
	all, err := storage.All(rows, err, func(r *storage.Rows) (q Question, err error) { return q, r.Scan(&q.Question, &q.Answer) })
	for _, q := range all {
		words = append(words, q.Question, q.Answer)
	}
	return words, err
}
