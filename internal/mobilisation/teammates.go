package mobilisation

import (
	"context"
	"slices"
)

// teammates lists who works on a petition, each once: its team, and who speaks for its organisation.
func (r *Room) teammates(ctx context.Context, p *Petition) (all []string, err error) {
	members, err := r.Members(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		all = append(all, m.PersonID)
	}
	speakers, err := r.speakersOf(ctx, p)
	for _, one := range speakers {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all, err
}

// speakersOf lists who speaks for the organisation that carries a petition.
func (r *Room) speakersOf(ctx context.Context, p *Petition) ([]string, error) {
	if p.OrganisationID == "" || r.MembersOf == nil {
		return nil, nil
	}
	return r.MembersOf(ctx, p.OrganisationID)
}

// Alone tells whether the team of a petition is one person: then nobody else can confirm what they enter, and pages say so.
func (r *Room) Alone(ctx context.Context, p *Petition) (bool, error) {
	all, err := r.teammates(ctx, p)
	return len(all) <= 1, err
}
