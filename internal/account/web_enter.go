package account

import (
	"net/http"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
)

// showEnter shows a button and opens nothing: mail programs and their scanners follow links by themselves.
func (r *Room) showEnter(w http.ResponseWriter, req *http.Request) error {
	email, err := r.LinkFor(req.Context(), req.PathValue("token"))
	if fault.Is(err, fault.Gone) {
		return view.Write(req.Context(), w, http.StatusGone, overPage())
	}
	if err != nil {
		return err
	}
	return view.Write(req.Context(), w, http.StatusOK, enterPage(req.PathValue("token"), email))
}

func (r *Room) enterByLink(w http.ResponseWriter, req *http.Request) error {
	entered, err := r.EnterByLink(req.Context(), req.PathValue("token"), req.UserAgent())
	if fault.Is(err, fault.Gone) {
		return view.Write(req.Context(), w, http.StatusGone, overPage())
	}
	if err != nil {
		return err
	}
	return r.welcome(w, req, entered)
}
