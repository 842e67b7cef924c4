package account

import (
	"net/http"
	"slices"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// peopleView is the host's list, with the form to add to it.
type peopleView struct {
	People []Person
	Hosts  int
	Email  string // as typed
	Role   perm.Role
	Done   string
	Errors view.Errors
}

func (r *Room) showPeople(w http.ResponseWriter, req *http.Request) error {
	return r.people(w, req, http.StatusOK, peopleView{Done: doneKey(web.CleanQuery(req, "done", 20))})
}

// people fills the list into the view and shows it.
func (r *Room) people(w http.ResponseWriter, req *http.Request, status int, v peopleView) (err error) {
	if v.People, err = r.People(req.Context()); err != nil {
		return err
	}
	for _, p := range v.People {
		if p.Has(perm.RoleHost) {
			v.Hosts++
		}
	}
	return view.Write(req.Context(), w, status, peoplePage(v))
}

func (r *Room) invite(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	typed := peopleView{Email: form.Line("email"), Role: perm.Role(form.Line("role"))}
	err = r.Invite(req.Context(), form.Raw("email"), typed.Role, web.Lang(req.Context()))
	if f, ok := toCorrect(err); ok {
		typed.Errors = view.ErrorsFrom(req.Context(), f)
		return r.people(w, req, int(f.Kind), typed)
	}
	if err != nil {
		return err
	}
	r.Log.Info("a role was given", "role", typed.Role, "by", web.Actor(req.Context()).ID)
	return web.SeeOther(w, req, "/account/people?done=invited")
}

func (r *Room) revokeRole(w http.ResponseWriter, req *http.Request) error {
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	role := perm.Role(form.Line("role"))
	if !slices.Contains(perm.Roles(), role) || !id.Valid(req.PathValue("id")) {
		return fault.New(fault.NotFound, "web.not_found")
	}
	if err := r.RevokeFrom(req.Context(), req.PathValue("id"), role); err != nil {
		return err
	}
	r.Log.Info("a role was taken away", "role", role, "from", req.PathValue("id"), "by", web.Actor(req.Context()).ID)
	return web.SeeOther(w, req, "/account/people?done=removed")
}
