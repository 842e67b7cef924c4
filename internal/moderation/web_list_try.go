package moderation

import (
	"net/http"

	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/words"
)

// tryPage is what a text would meet.
type tryPage struct {
	view.Page
	Lang, Text string
	Tried      bool
	Result     words.Result
	Errors     view.Errors
}

const maxTried = 5000 // characters

func (r *Room) showTry(w http.ResponseWriter, req *http.Request) error {
	return r.writeTry(w, req, http.StatusOK, tryPage{Lang: web.Lang(req.Context())})
}

func (r *Room) writeTry(w http.ResponseWriter, req *http.Request, status int, page tryPage) error {
	ctx := req.Context()
	page.Page = workPage(ctx, "moderation.try", page.Errors)
	return view.Write(ctx, w, status, tryView(page))
}

// tryText answers at once: a text of somebody's belongs neither into an address nor into the database.
func (r *Room) tryText(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	page := tryPage{Lang: form.Line("lang"), Text: form.Text("text")}
	if n := len([]rune(page.Text)); n == 0 || n > maxTried {
		page.Errors = view.Errors{{Name: "text", Text: tr(ctx, "moderation.try_text", "max", maxTried)}}
		return r.writeTry(w, req, http.StatusUnprocessableEntity, page)
	}
	page.Tried, page.Result = true, r.Screen(ctx, page.Lang, page.Text)
	return r.writeTry(w, req, http.StatusOK, page)
}
