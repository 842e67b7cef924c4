package account

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
)

// Purposes of the vault. They are part of what is stored: never changed.
const (
	purposeEmail   = "account.email"
	purposeName    = "account.name"
	purposeDevice  = "account.device"
	purposeLink    = "account.link"
	purposeNext    = "account.next"
	purposeWaiting = "account.waiting"

	purposePasskey     = "account.passkey"
	purposePasskeyName = "account.passkey_name"
	purposeCeremony    = "account.ceremony"
)

// maxName is the longest name, in characters.
const maxName = 60

// Person is somebody with an account.
type Person struct {
	ID      string
	Email   string // as they gave it, where mail goes
	Name    string // by which they want to be called; may be empty
	Lang    string // of the letters to them
	Roles   []perm.Role
	Created time.Time
	Seen    time.Time // signed in, to the hour; zero for never
}

// Has tells whether the person has a role.
func (p Person) Has(role perm.Role) bool { return slices.Contains(p.Roles, role) }

// sortRoles puts the highest first.
func sortRoles(roles []perm.Role) {
	slices.SortFunc(roles, func(a, b perm.Role) int {
		return slices.Index(perm.Roles(), a) - slices.Index(perm.Roles(), b)
	})
}

// address is a mail address, as it is written to and as it is found.
type address struct {
	email string
	index []byte
}

// addressOf reads an address as a person typed it. The fault names the field "email".
func (r *Room) addressOf(typed string) (address, error) {
	email, err := mail.ParseAddress(typed)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return address{}, fault.InvalidForm(fault.Field{Name: "email", Key: f.Key, Args: f.Args})
	}
	if err != nil {
		return address{}, err
	}
	return address{email: email, index: r.Vault.Index(purposeEmail, mail.Canonical(email))}, nil
}

// checkRole refuses what is no role.
func checkRole(role perm.Role) error {
	if !slices.Contains(perm.Roles(), role) {
		return fault.InvalidForm(fault.Field{Name: "role", Key: "account.role_choose"})
	}
	return nil
}

// checkName refuses a name that is too long, or no name. The empty name is one: who wants to be called nothing may.
func checkName(name string) (string, error) {
	name = prose.Line(name)
	switch {
	case utf8.RuneCountInString(name) > maxName:
		return name, fault.InvalidForm(fault.Field{Name: "name", Key: "account.name_long", Args: []any{"max", maxName}})
	case prose.SuspectName(name):
		return name, fault.InvalidForm(fault.Field{Name: "name", Key: "account.name_signs"})
	}
	return name, nil
}

// checkLang returns lang when the site speaks it, else the site's first language.
func (r *Room) checkLang(lang string) string {
	if _, ok := r.Languages.Locale(lang); ok {
		return lang
	}
	return r.Languages.Default().Tag()
}

// called is the word by which a person is shown to others who may know: their name, or the address without its domain.
func (p Person) called() string {
	if p.Name != "" {
		return p.Name
	}
	local, _, _ := strings.Cut(p.Email, "@")
	return local
}
