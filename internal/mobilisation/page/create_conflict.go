package page

import (
	"context"
	"net/http"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/web"
)

// overtaken is what others have kept in a draft since the form was drawn: who, when, and where their answers are not ours.
type overtaken struct {
	By    string // in words, empty for another tab of one's own
	Words []theirWords
}

// theirWords is one answer as somebody else kept it.
type theirWords struct{ Label, Text string }

// writeOvertaken draws a step again with what was typed, on top of what is kept by now, and shows beside it what others wrote: nothing is
// lost, and who sends the form again has seen both.
func (r *Pages) writeOvertaken(w http.ResponseWriter, req *http.Request, page createPage, form web.Form) error {
	ctx := req.Context()
	d, err := r.draftOf(req, page.Key)
	if err != nil {
		return r.rescue(w, req, page.Step, form, err)
	}
	theirs := d.Answers
	readStep(d, page.Step, form)
	page.Draft, page.Changed = d, true
	page.Overtaken.Words = unlike(ctx, page.Step, theirs, d.Answers)
	if theirs.SavedBy != "" && theirs.SavedBy != web.Actor(ctx).ID {
		name, err := r.memberName(ctx, theirs.SavedBy)
		if err != nil {
			return err
		}
		page.Overtaken.By = t(ctx, "mobilisation.draft_changed_by", "name", name, "time", i18n.From(ctx).DateTime(d.Saved))
	}
	return r.writeStepPage(w, req, http.StatusConflict, page)
}

// unlike are the answers of a step in which two drafts are not the same, as theirs says them.
func unlike(ctx context.Context, step string, theirs, ours mobilisation.Answers) []theirWords {
	var all []theirWords
	compare := func(label, their, our string) {
		if their != our {
			all = append(all, theirWords{Label: label, Text: their})
		}
	}
	switch step {
	case stepDemand:
		compare(t(ctx, "mobilisation.ask_title"), theirs.Title, ours.Title)
		compare(t(ctx, "mobilisation.ask_addressee"), theirs.Addressee, ours.Addressee)
	case stepText:
		for i, name := range mobilisation.PointNames() {
			compare(t(ctx, "mobilisation.ask_"+name), theirs.Point(i), ours.Point(i))
		}
		compare(t(ctx, "mobilisation.ask_why"), theirs.Why, ours.Why)
		compare(t(ctx, "mobilisation.ask_letter"), theirs.Letter, ours.Letter)
		compare(t(ctx, "mobilisation.ask_sources"), theirs.Sources, ours.Sources)
	case stepPlace:
		compare(t(ctx, "mobilisation.ask_place"), theirs.Place, ours.Place)
		compare(t(ctx, "mobilisation.ask_goal"), theirs.Goal, ours.Goal)
		compare(t(ctx, "mobilisation.ask_ends"), theirs.Ends, ours.Ends)
	}
	return all
}

// lines are the lines of a text, to be drawn one by one.
func (w theirWords) lines() []string { return strings.Split(w.Text, "\n") }
