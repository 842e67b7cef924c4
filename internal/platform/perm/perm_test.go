package perm_test

import (
	"testing"

	"essaim/internal/platform/perm"
)

func TestNobodyMayOnlyWhatAnyoneMay(t *testing.T) {
	var nobody perm.Actor
	for right, want := range map[perm.Right]bool{
		perm.Anyone: true, perm.Token: true, perm.SignedIn: false, perm.Host: false, perm.Moderate: false, perm.Organise: false, "": false,
	} {
		if got := nobody.May(right); got != want {
			t.Errorf("nobody may %q: %v", right, got)
		}
	}
}

func TestRolesGiveTheirRights(t *testing.T) {
	for _, c := range []struct {
		role  perm.Role
		right perm.Right
		want  bool
	}{
		{perm.RoleHost, perm.Host, true},
		{perm.RoleHost, perm.Moderate, true},
		{perm.RoleHost, perm.Organise, true},
		{perm.RoleModerator, perm.Moderate, true},
		{perm.RoleModerator, perm.Organise, false},
		{perm.RoleModerator, perm.Host, false},
		{perm.RoleOrganiser, perm.Organise, true},
		{perm.RoleOrganiser, perm.Moderate, false},
		{"king", perm.SignedIn, true},
		{"king", perm.Host, false},
	} {
		actor := perm.Actor{ID: "someone", Roles: []perm.Role{c.role}}
		if got := actor.May(c.right); got != c.want {
			t.Errorf("%s may %s: %v", c.role, c.right, got)
		}
	}
}

func TestAWithheldRoleGivesNothingAndIsAwaited(t *testing.T) {
	host := perm.Actor{ID: "1", Roles: []perm.Role{perm.RoleOrganiser}, Withheld: []perm.Role{perm.RoleModerator}}
	if host.May(perm.Moderate) || !host.May(perm.Organise) {
		t.Error("a withheld role counts, or another does not")
	}
	if !host.Awaits(perm.Moderate) || host.Awaits(perm.Host) || host.Awaits(perm.SignedIn) {
		t.Error("what is awaited is not what is withheld")
	}
	if (perm.Actor{ID: "1"}).Awaits(perm.Anyone) {
		t.Error("somebody waits for what everybody may")
	}
}
