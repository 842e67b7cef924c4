package account

import (
	"context"
	"errors"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// personal is how the room shows and erases what it keeps of one person.
func (r *Room) personal() module.Personal {
	return module.Personal{Label: "account.personal", Export: r.exportPerson, Erase: r.erasePerson}
}

func (r *Room) exportPerson(ctx context.Context, email string) (any, error) {
	who, err := r.addressOf(email)
	if err != nil {
		return nil, nil // nobody has what is no address
	}
	p, err := r.personWith(ctx, who.index)
	if errors.Is(err, storage.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p, err = r.Person(ctx, p.ID); err != nil {
		return nil, err
	}
	sessions, err := r.Sessions(ctx, p.ID, "")
	all := exported{Email: p.Email, Name: p.Name, Lang: p.Lang, Roles: p.Roles, Created: p.Created}
	for _, s := range sessions {
		all.Sessions = append(all.Sessions, exportedSession{Device: s.Device, Created: s.Created, Seen: s.Seen})
	}
	return all, err
}

func (r *Room) erasePerson(ctx context.Context, email string) (int, error) {
	err := r.Remove(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return 1, nil
}
