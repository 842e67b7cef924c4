package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// historyPage is how the words of a petition came to be what they are.
type historyPage struct {
	view.Page
	Slug, Petition string
	Versions       []versionRow
}

// versionRow is one version, in words.
type versionRow struct {
	Number, Date, What, Reason string
	Changes                    []differenceView
}

// versionPage is one version as a whole.
type versionPage struct {
	view.Page
	Slug, Petition string
	Number, Date   string
	Old            bool // another one stands
	Texts          []versionText
}

// versionText is a version in one language.
type versionText struct {
	mobilisation.Text
	To          string
	Why, Letter prose.HTML
	Sources     []mobilisation.Source
}

// showHistory is GET /m/{slug}/history, the same for everybody.
func (r *Pages) showHistory(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	web.Tag(ctx, "petition:"+p.ID)
	l := i18n.From(ctx)
	text, _ := p.TextIn(l.Tag())
	page := historyPage{Slug: p.Slug, Petition: text.Title, Page: view.Page{
		Title: l.T("mobilisation.history_page_title", "title", text.Title), Description: l.T("mobilisation.history_lede"), Canonical: "/m/" + p.Slug + "/history", Work: true,
	}}
	versions, err := r.Versions(ctx, p.ID)
	if err != nil {
		return err
	}
	for i, c := range versions {
		row := versionRow{
			Number: strconv.FormatInt(c.Number, 10), Date: l.Date(c.Decided), What: t(ctx, "mobilisation.change_kind_"+c.Kind), Reason: i18n.Typography(p.Lang, c.Reason),
		}
		if i+1 < len(versions) {
			before := versions[i+1].Edition
			row.Changes = differences(ctx, c.Edition.Since(before, p.Lang), max(len(c.Edition), len(before)) > 1)
		}
		page.Versions = append(page.Versions, row)
	}
	if len(versions) == 0 {
		page.Versions = []versionRow{{Number: "1", Date: l.Date(p.Published), What: t(ctx, "mobilisation.change_kind_first")}}
	}
	return view.Write(ctx, w, http.StatusOK, historyView(page))
}

// showVersion is GET /m/{slug}/history/{version}, the same for everybody.
func (r *Pages) showVersion(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.Petition(ctx, req.PathValue("slug"))
	if err != nil {
		return err
	}
	web.Tag(ctx, "petition:"+p.ID)
	l := i18n.From(ctx)
	number, err := strconv.ParseInt(req.PathValue("version"), 10, 64)
	if err != nil || number < 1 {
		return fault.New(fault.NotFound, "mobilisation.version_none")
	}
	c, stands, err := r.Version(ctx, p, number)
	if errors.Is(err, storage.ErrNoRows) {
		return fault.New(fault.NotFound, "mobilisation.version_none")
	}
	if err != nil {
		return err
	}
	text, _ := p.TextIn(l.Tag())
	page := versionPage{Slug: p.Slug, Petition: text.Title, Number: strconv.FormatInt(number, 10), Date: l.Date(c.Decided), Old: !stands, Texts: r.versionTexts(ctx, p, c.Edition)}
	page.Page = view.Page{Title: l.T("mobilisation.history_version", "n", page.Number, "date", page.Date), NoIndex: true, Work: true}
	return view.Write(ctx, w, http.StatusOK, versionView(page))
}

// versionTexts are the words of an edition as they are read, those in the language of the page first.
func (r *Pages) versionTexts(ctx context.Context, p *mobilisation.Petition, e mobilisation.Edition) (all []versionText) {
	lang := web.Lang(ctx)
	if _, there := e[lang]; !there {
		lang = p.Lang
	}
	for _, tag := range e.Langs(lang) {
		d := e[tag]
		text := d.Text(tag).Typeset()
		l := r.Languages.For(tag)
		all = append(all, versionText{
			Text: text, To: l.T("mobilisation.to_whom", "addressee", text.Addressee), Why: prose.Markdown(tag, d.Why), Letter: prose.Markdown(tag, d.Letter), Sources: d.Sources,
		})
	}
	return all
}

// changedLine says when the words last changed under people who had signed; empty for never.
func (r *Pages) changedLine(ctx context.Context, petitionID string) (string, error) {
	c, found, err := r.LastChange(ctx, petitionID)
	if err != nil || !found {
		return "", err
	}
	return t(ctx, "mobilisation.changed_on_"+c.Kind, "date", i18n.From(ctx).Date(c.Decided)), nil
}
