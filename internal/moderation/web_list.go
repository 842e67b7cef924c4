package moderation

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/words"
)

// listsPath is where moderators keep the lists.
const listsPath = "/moderation/words"

func (r *Room) listRoutes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: listsPath, Right: perm.Moderate, Handle: r.showLists},
		{Method: post, Path: listsPath, Right: perm.Moderate, Handle: r.makeList},
		{Method: get, Path: listsPath + "/try", Right: perm.Moderate, Handle: r.showTry},
		{Method: post, Path: listsPath + "/try", Right: perm.Moderate, Handle: r.tryText},
		{Method: get, Path: listsPath + "/{id}", Right: perm.Moderate, Handle: r.showList},
		{Method: post, Path: listsPath + "/{id}", Right: perm.Moderate, Handle: r.changeList},
		{Method: post, Path: listsPath + "/{id}/add", Right: perm.Moderate, Handle: r.addWord},
		{Method: post, Path: listsPath + "/{id}/entry/{word}", Right: perm.Moderate, Handle: r.changeWord},
		{Method: get, Path: listsPath + "/{id}/import", Right: perm.Moderate, Handle: r.showImport},
		{Method: post, Path: listsPath + "/{id}/import", Right: perm.Moderate, Handle: r.keepImport, MaxBody: words.MaxFile + 64<<10},
		{Method: get, Path: listsPath + "/{id}/import/{sent}", Right: perm.Moderate, Handle: r.showSent},
		{Method: post, Path: listsPath + "/{id}/import/{sent}", Right: perm.Moderate, Handle: r.takeSent},
	}
}

// listsPage is every list, and the form of a new one.
type listsPage struct {
	view.Page
	Lists  []List
	Name   string
	Errors view.Errors
	Done   string // what was done, empty for nothing
}

func (r *Room) showLists(w http.ResponseWriter, req *http.Request) error {
	return r.writeLists(w, req, http.StatusOK, listsPage{Done: done(req, "removed")})
}

func (r *Room) writeLists(w http.ResponseWriter, req *http.Request, status int, page listsPage) (err error) {
	ctx := req.Context()
	page.Page = workPage(ctx, "moderation.lists", page.Errors)
	if page.Lists, err = r.Lists(ctx); err != nil {
		return err
	}
	return view.Write(ctx, w, status, listsView(page))
}

// workPage is a page of moderators, with the key of its title.
func workPage(ctx context.Context, title string, wrong view.Errors) view.Page {
	return view.Page{Title: tr(ctx, title), Work: true, NoIndex: true, Errors: len(wrong) > 0, Scripts: []string{"form.js"}}
}

// done returns the word of ?done= when it is one of those known.
func done(req *http.Request, known ...string) string {
	if word := req.URL.Query().Get("done"); slices.Contains(known, word) {
		return word
	}
	return ""
}

func (r *Room) makeList(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := listsPage{Name: form.Line("name")}
	listID, err := r.MakeList(ctx, page.Name, web.Actor(ctx))
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeLists(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, listsPath+"/"+listID)
}

// listPage is one list with a part of its entries, and the form of a new entry.
type listPage struct {
	view.Page
	List     List
	Words    []ListedWord
	Found    int64  // entries that were asked for
	Query    string // letters that a term must hold
	At, Last int    // the page, and the last one
	Typed    typedWord
	Errors   view.Errors
	Done     string
}

// typedWord is an entry as it stands in a form.
type typedWord struct{ Term, Lang, Kind, Effect string }

func (t typedWord) entry() words.Entry {
	return words.Entry{Term: t.Term, Lang: t.Lang, Kind: words.Kind(t.Kind), Effect: words.ParseEffect(t.Effect)}
}

const wordsAtOnce = 50 // on a page

func (r *Room) showList(w http.ResponseWriter, req *http.Request) error {
	page := listPage{Typed: typedWord{Lang: web.Lang(req.Context()), Effect: words.Tag.String()}, Done: done(req, "added", "changed", "taken")}
	return r.writeList(w, req, http.StatusOK, page)
}

func (r *Room) writeList(w http.ResponseWriter, req *http.Request, status int, page listPage) (err error) {
	ctx := req.Context()
	if page.List, err = r.List(ctx, req.PathValue("id")); err != nil {
		return err
	}
	all, err := r.wordsOf(ctx, page.List.ID)
	if err != nil {
		return err
	}
	if page.Query = web.CleanQuery(req, "q", 60); page.Query != "" {
		asked := prose.Fold(page.Query)
		all = slices.DeleteFunc(all, func(w ListedWord) bool { return !strings.Contains(prose.Fold(w.Term), asked) })
	}
	page.Found = int64(len(all))
	page.Last = max(1, (len(all)+wordsAtOnce-1)/wordsAtOnce)
	page.At, _ = strconv.Atoi(web.CleanQuery(req, "page", 6))
	page.At = min(max(page.At, 1), page.Last)
	page.Words = all[min((page.At-1)*wordsAtOnce, len(all)):min(page.At*wordsAtOnce, len(all))]
	page.Page = workPage(ctx, "moderation.lists", page.Errors)
	page.Title = page.List.Name
	return view.Write(ctx, w, status, listView(page))
}

func (r *Room) addWord(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := listPage{Typed: typedWord{form.Line("term"), form.Line("lang"), form.Line("kind"), form.Line("effect")}}
	err = r.AddWord(ctx, req.PathValue("id"), page.Typed.entry(), web.Actor(ctx))
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeList(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, listsPath+"/"+req.PathValue("id")+"?done=added#contenu")
}

// changeList switches a list, or removes it.
func (r *Room) changeList(w http.ResponseWriter, req *http.Request) error {
	ctx, listID := req.Context(), req.PathValue("id")
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	back := listsPath + "/" + listID + "?done=changed#contenu"
	switch form.Line("act") {
	case "on", "off":
		err = r.SwitchList(ctx, listID, form.Line("act") == "on", web.Actor(ctx))
	case "remove":
		back = listsPath + "?done=removed#contenu"
		err = r.RemoveList(ctx, listID, web.Actor(ctx))
	default:
		err = fault.New(fault.Malformed, "web.form_unreadable")
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, back)
}

// changeWord switches an entry, or removes it.
func (r *Room) changeWord(w http.ResponseWriter, req *http.Request) error {
	ctx, listID, wordID := req.Context(), req.PathValue("id"), req.PathValue("word")
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	switch form.Line("act") {
	case "on", "off":
		err = r.SwitchWord(ctx, listID, wordID, form.Line("act") == "on", web.Actor(ctx))
	case "remove":
		err = r.RemoveWord(ctx, listID, wordID, web.Actor(ctx))
	default:
		err = fault.New(fault.Malformed, "web.form_unreadable")
	}
	if err != nil {
		return err
	}
	path := listsPath + "/" + listID + "?done=changed"
	if at, err := strconv.Atoi(form.Line("page")); err == nil && at > 1 {
		path += "&page=" + strconv.Itoa(at)
	}
	return web.SeeOther(w, req, path+"#entries")
}

// langOptions are the languages that an entry may be for: all, those of the site, and the one that it has.
func langOptions(ctx context.Context, tags []string, now string) []view.Option {
	options := []view.Option{{Label: tr(ctx, "moderation.all_languages")}}
	if now != "" && !slices.Contains(tags, now) {
		tags = append(slices.Clone(tags), now)
	}
	for _, tag := range tags {
		options = append(options, view.Option{Value: tag, Label: i18n.Name(tag)})
	}
	return options
}

// listLanguages are those offered in forms: the languages of the Union, as lists exist in many.
var listLanguages = strings.Fields("fr en de es it pt nl pl bg cs da el et fi ga hr hu lt lv mt ro sk sl sv")

func kindOptions(ctx context.Context) []view.Option {
	options := []view.Option{{Label: tr(ctx, "moderation.kind_guess")}}
	for _, k := range words.Kinds() {
		options = append(options, view.Option{Value: string(k), Label: tr(ctx, "moderation.kind_"+string(k))})
	}
	return options
}

func effectOptions(ctx context.Context) []view.Option {
	var options []view.Option
	for _, e := range words.Effects() {
		options = append(options, view.Option{Value: e.String(), Label: tr(ctx, "moderation.effect_"+e.String()+"_text")})
	}
	return options
}

// langName is a language as it is called there, or that an entry is for all.
func langName(ctx context.Context, tag string) string {
	if tag == "" {
		return tr(ctx, "moderation.all_languages")
	}
	return i18n.Name(tag)
}

// effectLook is the colour of an effect's tag.
func effectLook(e words.Effect) string {
	return map[words.Effect]string{words.Hold: "warn", words.Refuse: "red"}[e]
}
