package organisation

import (
	"net/http"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// profileView is the public page.
type profileView struct {
	Profile Profile
	Text    Text
	Lang    string // of the text, when it is not the page's; empty otherwise
	About   prose.HTML
	Parts   []view.Component // what others show here
	MayEdit bool
}

func (r *Room) show(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.BySlug(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	v := profileView{Profile: p, MayEdit: r.Can(ctx, web.Actor(ctx), Edit, p.ID)}
	if v.Parts, err = r.slots.Fill(ctx, PagePlace, p.ID); err != nil {
		return err
	}
	text, ok := p.TextIn(web.Lang(ctx))
	if v.Text = text; !ok {
		v.Lang = p.Lang
	}
	v.Text.Line, v.Text.Lede = i18n.Typography(text.Lang, text.Line), i18n.Typography(text.Lang, text.Lede)
	if text.About != "" {
		v.About = prose.Markdown(text.Lang, text.About)
	}
	return view.Write(req.Context(), w, http.StatusOK, profilePage(v))
}
