package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// board is what stands above every page of a team: which petition it is, how it stands, and the sections.
type board struct {
	Slug, Title string
	TitleLang   string
	State       string // in words
	Sections    []view.NavItem
}

// board makes the head of a page of the team.
func (r *Pages) board(ctx context.Context, p *mobilisation.Petition) (board, error) {
	text, _ := p.TextIn(web.Lang(ctx))
	b := board{Slug: p.Slug, Title: text.Title, TitleLang: text.Lang, State: t(ctx, "mobilisation.state_"+string(p.State))}
	if p.Paused() {
		b.State = t(ctx, "mobilisation.paused_label")
	} else if p.State == mobilisation.Published && !p.Delivered.IsZero() {
		b.State = t(ctx, "mobilisation.state_delivered")
	}
	sections, err := r.sections(ctx, p)
	b.Sections = sections
	return b, err
}

// sections are the pages of a team, in the order of the tabs.
func (r *Pages) sections(ctx context.Context, p *mobilisation.Petition) ([]view.NavItem, error) {
	at := "/m/" + p.Slug + "/team"
	messages, err := r.messagesLabel(ctx, p)
	if err != nil {
		return nil, err
	}
	items := []view.NavItem{{Label: "mobilisation.team_overview", Path: at}, {Label: messages, Path: at + "/messages"}}
	own, err := r.InTeam(ctx, p)
	if err != nil {
		return nil, err
	}
	if own && p.Shown() { // what a team answers for itself
		items = append(items, view.NavItem{Label: "mobilisation.team_paper", Path: at + "/paper"},
			view.NavItem{Label: "mobilisation.team_stands", Path: at + "/stands"}, view.NavItem{Label: "mobilisation.team_handover", Path: at + "/delivery"})
	}
	items = append(items, view.NavItem{Label: "mobilisation.picture_title", Path: at + "/picture"},
		view.NavItem{Label: "mobilisation.members_title", Path: at + "/members"}, view.NavItem{Label: "mobilisation.documents", Path: at + "/documents"},
		view.NavItem{Label: "mobilisation.questions", Path: at + "/questions"})
	writes, err := r.writesFor(ctx, p)
	if writes && p.Shown() {
		items = append(items, view.NavItem{Label: "mobilisation.text_title", Path: at + "/text"})
	}
	if p.Shown() && web.Actor(ctx).May(perm.Moderate) {
		items = append(items, view.NavItem{Label: "mobilisation.pause_tab", Path: "/m/" + p.Slug + "/pause"})
	}
	return items, err
}

// messagesLabel names the page of messages, with how many wait.
func (r *Pages) messagesLabel(ctx context.Context, p *mobilisation.Petition) (string, error) {
	waiting, err := r.CountMessages(ctx, p.ID)
	if err != nil || waiting == 0 {
		return t(ctx, "mobilisation.team_messages"), err
	}
	return t(ctx, "mobilisation.team_messages_waiting", "n", waiting), nil
}
