package front

import (
	"encoding/json"
	"net/http"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// dataPage is the question "what do you keep of me", or its answer.
type dataPage struct {
	view.Page
	Email  string
	Errors view.Errors
	Sent   bool
	Path   string // of the link, for its acts; empty for the question
	Kept   []dataPart
	Erased string // how much was erased, in words; empty before
}

// dataPart is what one room keeps, as JSON that a person can read.
type dataPart struct{ Title, Text string }

func (r *Room) showData(w http.ResponseWriter, req *http.Request) error {
	return r.writeData(w, req, http.StatusOK, dataPage{})
}

func (r *Room) writeData(w http.ResponseWriter, req *http.Request, status int, page dataPage) error {
	ctx := req.Context()
	page.Page = view.Page{
		Title: t(ctx, "front.data"), Description: t(ctx, "front.data_description"), Canonical: "/data", NoIndex: page.Path != "", Errors: len(page.Errors) > 0,
		Scripts: []string{"form.js"}, Work: page.Path != "",
	}
	return view.Write(ctx, w, status, dataView(page))
}

func (r *Room) askData(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := dataPage{Email: form.Line("email")}
	err = r.AskData(ctx, page.Email, web.Lang(ctx), r.Addr(req))
	if page.Errors = view.ErrorsFrom(ctx, err); len(page.Errors) > 0 {
		return r.writeData(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	page.Sent = true
	return r.writeData(w, req, http.StatusOK, page)
}

// showKept is GET of the link: everything that is kept.
func (r *Room) showKept(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	email, _, err := r.asked(ctx, req.PathValue("id"), req.PathValue("token"))
	if err != nil {
		return err
	}
	kept, err := r.kept(ctx, email)
	if err != nil {
		return err
	}
	page := dataPage{Email: email, Path: "/data/" + req.PathValue("id") + "/" + req.PathValue("token")}
	for _, k := range kept {
		text, err := json.MarshalIndent(k.Data, "", "  ")
		if err != nil {
			return err
		}
		page.Kept = append(page.Kept, dataPart{Title: t(ctx, k.Label), Text: string(text)})
	}
	return r.writeData(w, req, http.StatusOK, page)
}

// exportKept is the same as a file.
func (r *Room) exportKept(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	email, _, err := r.asked(ctx, req.PathValue("id"), req.PathValue("token"))
	if err != nil {
		return err
	}
	kept, err := r.kept(ctx, email)
	if err != nil {
		return err
	}
	all := map[string]any{"email": email, "site": r.SiteURL}
	for _, k := range kept {
		room, _, _ := strings.Cut(k.Label, ".")
		all[room] = k.Data
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="essaim-data.json"`)
	_ = json.NewEncoder(w).Encode(all) // the person has gone: nobody is left to tell
	return nil
}

// eraseKept erases all of it.
func (r *Room) eraseKept(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	email, _, err := r.asked(ctx, req.PathValue("id"), req.PathValue("token"))
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	if !form.Ticked("sure") {
		return web.SeeOther(w, req, "/data/"+req.PathValue("id")+"/"+req.PathValue("token")+"#erase")
	}
	n, err := r.eraseAll(ctx, req.PathValue("id"), email)
	if fault.Is(err, fault.Conflict) { // the last host: the words say what to do
		return err
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	return r.writeData(w, req, http.StatusOK, dataPage{Path: "/data", Erased: i18n.From(ctx).N("front.data_erased", int64(n))})
}
