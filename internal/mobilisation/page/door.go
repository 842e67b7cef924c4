package page

import (
	"context"
	"net/http"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// petitionFor finds the petition that a path names, whatever its state, for who is bound to it as its route says. What is the owners' is
// forbidden to editors; to others it is what a petition is that does not exist.
func (r *Pages) petitionFor(req *http.Request, bond perm.Bond) (*mobilisation.Petition, error) {
	ctx := req.Context()
	p, err := r.AnyPetition(ctx, req.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	actor := web.Actor(ctx)
	role, err := r.RoleIn(ctx, p, actor)
	switch {
	case err != nil:
		return nil, err
	case role == mobilisation.Owner, role != "" && bond != perm.Owner, stands(actor, bond):
		return p, nil
	case role != "":
		return nil, fault.New(fault.Forbidden, "mobilisation.owner_only")
	}
	return nil, fault.New(fault.NotFound, "mobilisation.unknown")
}

// shownFor is petitionFor for pages that a petition has once it was published: before that they are not there.
func (r *Pages) shownFor(req *http.Request, bond perm.Bond) (*mobilisation.Petition, error) {
	p, err := r.petitionFor(req, bond)
	if err == nil && !p.Shown() {
		err = fault.New(fault.NotFound, "mobilisation.unknown")
	}
	return p, err
}

// stands tells whether the role of an actor on the site stands in for a place in the team.
func stands(actor perm.Actor, bond perm.Bond) bool {
	switch bond {
	case perm.TeamOrModerator:
		return actor.May(perm.Moderate)
	case perm.TeamOrHost:
		return actor.May(perm.Host)
	}
	return false
}

// writesFor tells whether who reads the page may write in the name of a petition: its team may, and the host.
func (r *Pages) writesFor(ctx context.Context, p *mobilisation.Petition) (bool, error) {
	if stands(web.Actor(ctx), perm.TeamOrHost) {
		return true, nil
	}
	return r.InTeam(ctx, p)
}
