package moderation

import (
	"context"
	"net/http"

	"essaim/internal/platform/module"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// thought is an opinion as the queue shows it.
type thought struct{ Who, Says, Note string }

// second is what moderators think of one thing in the queue.
type thoughts struct {
	Said   []thought
	Asked  bool   // another has asked, and who reads may agree or not
	Needed string // how many are needed and how many are in favour; empty where one is enough
	Ask    []view.Option
	Note   string // typed, and too long
}

// minds reads what moderators think, once for a whole page.
type minds struct {
	all   []Opinion
	names map[string]string // by account
	me    string
}

func (r *Room) minds(ctx context.Context) (m minds, err error) {
	m.me, m.names = web.Actor(ctx).ID, map[string]string{}
	if m.all, err = r.opinions(ctx); err != nil || len(m.all) == 0 {
		return m, err
	}
	people, err := r.Moderators(ctx)
	for _, p := range people {
		m.names[p.ID] = p.Name
	}
	return m, err
}

// about is what moderators think of one thing.
func (r *Room) about(ctx context.Context, m minds, review module.Review, subject string) thoughts {
	var s thoughts
	favour, needed := int64(0), ""
	for _, v := range review.Verdicts {
		s.Ask = append(s.Ask, view.Option{Value: v.Name, Label: tr(ctx, "moderation.verdict_"+v.Name)})
		if r.needsTwo(ctx, v) {
			needed = v.Name
		}
	}
	for _, o := range m.all {
		if o.Kind != review.Kind || o.Subject != subject {
			continue
		}
		who := m.names[o.Person]
		if who == "" {
			who = tr(ctx, "moderation.opinion_somebody")
		}
		if o.Person == m.me {
			who = tr(ctx, "moderation.opinion_you")
		}
		s.Said = append(s.Said, thought{
			Who: who, Says: tr(ctx, "moderation.opinion_"+o.Stance, "verdict", tr(ctx, "moderation.verdict_"+o.Verdict)), Note: o.Note,
		})
		s.Asked = s.Asked || o.Stance == stanceAsk && o.Person != m.me
		if o.Verdict == needed && o.Stance != stanceDisagree {
			favour++
		}
	}
	if needed != "" {
		s.Needed = tr(ctx, "moderation.two_needed", "verdict", tr(ctx, "moderation.verdict_"+needed), "n", favour)
	}
	return s
}

// keepOpinion asks for a second opinion, or gives one.
func (r *Room) keepOpinion(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	o := Opinion{Kind: req.PathValue("kind"), Subject: req.PathValue("id"), Stance: form.Line("stance"), Verdict: form.Line("verdict"), Note: form.Text("note")}
	err = r.Opine(ctx, o, web.Actor(ctx))
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		back := item{Kind: o.Kind, Note: o.Note, Errors: errs}
		back.ID = o.Subject
		return r.writeQueue(w, req, http.StatusUnprocessableEntity, back)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, "/moderation?noted=1#contenu")
}
