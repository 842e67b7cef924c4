package mobilisation

import "context"

// Alone tells whether the team of a petition is one person: then nobody else can confirm what they enter, and pages say so.
func (r *Room) Alone(ctx context.Context, p *Petition) (bool, error) {
	team := map[string]bool{}
	if p.AuthorID != "" {
		team[p.AuthorID] = true
	}
	if p.OrganisationID != "" && r.MembersOf != nil {
		members, err := r.MembersOf(ctx, p.OrganisationID)
		if err != nil {
			return false, err
		}
		for _, one := range members {
			team[one] = true
		}
	}
	return len(team) <= 1, nil
}
