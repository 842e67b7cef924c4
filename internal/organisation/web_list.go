package organisation

import (
	"net/http"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

const listLength = 60

// listView is one leaf of the list.
type listView struct {
	Profiles []Profile
	Next     string // slug behind which the next leaf begins, empty on the last
	MayAdd   bool
}

func (r *Room) showList(w http.ResponseWriter, req *http.Request) error {
	all, err := r.List(req.Context(), req.URL.Query().Get("after"), listLength+1)
	if err != nil {
		return err
	}
	v := listView{Profiles: all, MayAdd: web.Actor(req.Context()).May(perm.Organise)}
	if len(all) > listLength {
		v.Profiles = all[:listLength]
		v.Next = v.Profiles[listLength-1].Slug
	}
	web.Tag(req.Context(), listTag) // also when it is empty
	return view.Write(req.Context(), w, http.StatusOK, listPage(v))
}
