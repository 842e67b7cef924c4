package moderation

import (
	"context"
	"net/http"
	"strconv"

	"essaim/internal/platform/edit"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// charterTag is what cached pages of the charter bear.
const charterTag = "charter"

// charterPage is one version of the charter, with what changed.
type charterPage struct {
	view.Page
	Charter  Charter
	Articles []shownArticle
	Since    string
	Old      bool   // another version is in force
	Note     string // what changed, as its host said it
	Before   int64  // the version that it took the place of; 0 for the first
	Changes  []changedArticle
}

// shownArticle is an article as it is read.
type shownArticle struct {
	Number, Title, Lang string // Lang is empty where it is the page's
	Text                prose.HTML
}

// changedArticle is an article that differs between two versions, piece by piece.
type changedArticle struct {
	Number, Lang string
	Title, Text  []edit.Piece
}

// articles are those of a charter in the language of the page.
func (c Charter) articles(lang string) []shownArticle {
	var all []shownArticle
	for i, a := range c.Articles {
		w, in := a.In(lang)
		one := shownArticle{Number: c.Number(i), Title: i18n.Typography(in, w.Title), Text: prose.Markdown(in, w.Text)}
		if in != lang {
			one.Lang = in
		}
		all = append(all, one)
	}
	return all
}

// changes lists the articles that differ from an older version, in one language. Articles are told by their number.
func (c Charter) changes(before Charter, lang string) []changedArticle {
	var all []changedArticle
	for i := range max(len(c.Articles), len(before.Articles)) {
		number := c.Number(i)
		then, _ := before.Article(number)
		now, _ := c.Article(number)
		if then[lang] == now[lang] {
			continue
		}
		all = append(all, changedArticle{
			Number: number, Lang: lang, Title: edit.Compare(then[lang].Title, now[lang].Title), Text: edit.Compare(then[lang].Text, now[lang].Text),
		})
	}
	return all
}

// showCharter is GET /charter: the version in force.
func (r *Room) showCharter(w http.ResponseWriter, req *http.Request) error {
	return r.writeCharter(w, req, 0)
}

// showCharterVersion is GET /charter/{version}.
func (r *Room) showCharterVersion(w http.ResponseWriter, req *http.Request) error {
	version, err := strconv.ParseInt(req.PathValue("version"), 10, 64)
	if err != nil || version < 1 {
		return fault.New(fault.NotFound, "moderation.charter_none")
	}
	return r.writeCharter(w, req, version)
}

func (r *Room) writeCharter(w http.ResponseWriter, req *http.Request, version int64) error {
	ctx := req.Context()
	web.Tag(ctx, charterTag)
	c, err := r.Charter(ctx, version)
	if err != nil {
		return err
	}
	newest, err := r.InForce(ctx)
	if err != nil {
		return err
	}
	l := i18n.From(ctx)
	page := charterPage{
		Page:    view.Page{Title: l.T("moderation.charter_title"), Description: l.T("moderation.charter_lede")},
		Charter: c, Articles: c.articles(l.Tag()), Since: l.Date(c.Since), Old: c.Version < newest, Note: c.Note[l.Tag()],
	}
	if version > 0 {
		page.Title = l.T("moderation.charter_version_title", "n", c.Version)
	}
	if page.Before = c.Version - 1; page.Before > 0 && version > 0 {
		before, err := r.Charter(ctx, page.Before)
		if err != nil {
			return err
		}
		page.Changes = c.changes(before, l.Tag())
	}
	return view.Write(ctx, w, http.StatusOK, charterView(page))
}

// historyPage lists the versions.
type historyPage struct {
	view.Page
	Versions []view.Row
}

func (r *Room) showCharterHistory(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	web.Tag(ctx, charterTag)
	all, err := r.Charters(ctx)
	if err != nil {
		return err
	}
	l := i18n.From(ctx)
	page := historyPage{Page: view.Page{Title: l.T("moderation.charter_history"), Description: l.T("moderation.charter_history_lede")}}
	for i, c := range all {
		row := view.Row{
			Title: l.T("moderation.charter_version", "n", c.Version), Path: "/charter/" + strconv.FormatInt(c.Version, 10), Text: c.Note[l.Tag()],
			Meta: []view.Meta{{Text: l.T("moderation.charter_since", "date", l.Date(c.Since))}, {Text: l.N("moderation.charter_articles", int64(len(c.Articles)))}},
		}
		if i == 0 {
			row.Meta = append(row.Meta, view.Meta{Text: l.T("moderation.charter_current")})
		}
		page.Versions = append(page.Versions, row)
	}
	return view.Write(ctx, w, http.StatusOK, charterHistoryView(page))
}

// editPage is the charter as a host writes it.
type editPage struct {
	view.Page
	Charter Charter // Version is the one that is edited
	Tags    []string
	Errors  view.Errors
	Changes []changedArticle // what was asked to be seen, in each language
	Seen    bool             // they were looked at, and it may be published
	Draft   bool             // the charter is still the one that the program brings
}

// rows are the articles of the form: those there are, and an empty one.
func (p editPage) rows() []Article {
	if len(p.Charter.Articles) >= maxArticles {
		return p.Charter.Articles
	}
	return append(append([]Article{}, p.Charter.Articles...), Article{})
}

func (r *Room) editCharter(w http.ResponseWriter, req *http.Request) error {
	c, err := r.Charter(req.Context(), 0)
	if err != nil {
		return err
	}
	c.Note = nil
	return r.writeCharterForm(w, req, http.StatusOK, editPage{Charter: c, Draft: c.By == ""})
}

func (r *Room) writeCharterForm(w http.ResponseWriter, req *http.Request, status int, page editPage) error {
	ctx := req.Context()
	page.Page = view.Page{Title: tr(ctx, "moderation.charter_edit"), Work: true, NoIndex: true, Errors: len(page.Errors) > 0, Scripts: []string{"form.js"}}
	page.Tags = r.Languages.Tags()
	return view.Write(ctx, w, status, charterEditView(page))
}

// charterFrom reads the form: articles that are to go, and those without a word, are left out.
func (r *Room) charterFrom(form web.Form) Charter {
	var c Charter
	c.Version, _ = strconv.ParseInt(form.Line("base"), 10, 64)
	for i := 1; i <= maxArticles+1; i++ {
		article, at, written := Article{}, strconv.Itoa(i), false
		for _, tag := range r.Languages.Tags() {
			w := Wording{Title: form.Line("title_" + at + "_" + tag), Text: form.Text("text_" + at + "_" + tag)}
			article[tag], written = w, written || w != Wording{}
		}
		if written && !form.Ticked("drop_"+at) {
			c.Articles = append(c.Articles, article)
		}
	}
	c.Note = map[string]string{}
	for _, tag := range r.Languages.Tags() {
		if note := form.Text("note_" + tag); note != "" {
			c.Note[tag] = note
		}
	}
	return c
}

// keepCharter shows what would change, or publishes it.
func (r *Room) keepCharter(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := editPage{Charter: r.charterFrom(form)}
	if form.Line("act") == "publish" {
		_, err = r.Publish(ctx, page.Charter, web.Actor(ctx))
	} else {
		page, err = r.lookAt(ctx, page)
	}
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		if inForce, err := r.InForce(ctx); err == nil {
			page.Charter.Version = inForce // what was typed is now compared with what stands
		}
		return r.writeCharterForm(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	if page.Seen {
		return r.writeCharterForm(w, req, http.StatusOK, page)
	}
	return web.SeeOther(w, req, "/charter")
}

// lookAt adds to the page what would change.
func (r *Room) lookAt(ctx context.Context, page editPage) (editPage, error) {
	if err := r.checkCharter(page.Charter); err != nil {
		return page, err
	}
	before, err := r.Charter(ctx, 0)
	if err != nil {
		return page, err
	}
	if page.Charter.Version != before.Version {
		return page, overtaken(before.Version)
	}
	for _, tag := range r.Languages.Tags() {
		page.Changes = append(page.Changes, page.Charter.changes(before, tag)...)
	}
	if len(page.Changes) == 0 {
		return page, fault.InvalidForm(fault.Field{Name: "base", Key: "moderation.charter_same"})
	}
	page.Seen = true
	return page, nil
}

// ArticleOptions are the articles in force to choose from; nothing is chosen at first.
func (r *Room) ArticleOptions(ctx context.Context) ([]view.Option, error) {
	c, err := r.Charter(ctx, 0)
	if err != nil {
		return nil, err
	}
	options := []view.Option{{Label: tr(ctx, "moderation.article_choose")}}
	for i := range c.Articles {
		options = append(options, view.Option{Value: c.Number(i), Label: c.name(i18n.From(ctx).Tag(), c.Number(i))})
	}
	return options, nil
}
