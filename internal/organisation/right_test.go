package organisation_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"essaim/internal/organisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web/webtest"
)

func TestRightsOnAnOrganisation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, other := h.create(rail(), "owner"), rail()
		other.Slug = "other"
		h.create(other, "stranger")
		if err := h.room.SetMember(t.Context(), p.ID, "editor", organisation.Editor); err != nil {
			t.Fatal(err)
		}
		if err := h.room.SetMember(t.Context(), p.ID, "editor", "king"); err == nil {
			t.Error("an unknown role was given")
		}
		for _, c := range []struct {
			actor     perm.Actor
			edit, own bool
		}{
			{perm.Actor{}, false, false},
			{perm.Actor{ID: "owner"}, true, true},
			{perm.Actor{ID: "editor"}, true, false},
			{perm.Actor{ID: "stranger", Roles: []perm.Role{perm.RoleOrganiser}}, false, false},
			{perm.Actor{ID: "mod", Roles: []perm.Role{perm.RoleModerator}}, false, false},
			{perm.Actor{ID: "host", Roles: []perm.Role{perm.RoleHost}}, true, true},
		} {
			if got := h.room.Can(t.Context(), c.actor, organisation.Edit, p.ID); got != c.edit {
				t.Errorf("%q may edit: %v", c.actor.ID, got)
			}
			if got := h.room.Can(t.Context(), c.actor, organisation.Own, p.ID); got != c.own {
				t.Errorf("%q may decide: %v", c.actor.ID, got)
			}
			if h.room.Can(t.Context(), c.actor, "organisation.sell", p.ID) {
				t.Errorf("%q has a right that there is not", c.actor.ID)
			}
		}
	})
}

func TestRightsOfEveryRoute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		owner, actor := h.signedIn("owner@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		organiser, _ := h.signedIn("o@rail.example", perm.RoleOrganiser)
		moderator, _ := h.signedIn("m@rail.example", perm.RoleModerator)
		host, _ := h.signedIn("h@rail.example", perm.RoleHost)
		visitors := map[string]*webtest.Visitor{"nobody": h.site.Visitor(t), "organiser": organiser, "moderator": moderator, "host": host, "owner": owner}
		const ok, out, no = 0, http.StatusUnauthorized, http.StatusForbidden
		want := map[string]map[string]int{
			"/organisation":             {},
			"/organisation/{slug}":      {},
			"/organisation/new":         {"nobody": out, "moderator": no},
			"/organisation/{slug}/edit": {"nobody": out, "moderator": no, "organiser": no},
		}
		for _, route := range h.room.Module().Routes {
			for who, v := range visitors {
				path, a := strings.ReplaceAll(route.Path, "{slug}", p.Slug), webtest.Answer{}
				if route.Method == http.MethodGet {
					a = v.Get(path)
				} else {
					a = v.Post(path, "lang", "fr", "version", "1")
				}
				wanted, listed := want[route.Path][who], want[route.Path] != nil
				if refused := a.Status == out || a.Status == no; !listed || refused != (wanted != ok) || refused && a.Status != wanted {
					t.Errorf("%s %s as %s: %d instead of %d", route.Method, route.Path, who, a.Status, wanted)
				}
			}
		}
	})
}

func TestWrongInputIsNeverOurFault(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		host, _ := h.signedIn("h@rail.example", perm.RoleHost)
		p := h.create(rail(), "")
		bad := []string{"", "\x00", "\xff\xfe", "=cmd", "a\r\nb", "'; DROP TABLE organisation_profile; --", "\u202eevil", strings.Repeat("x", 40_000),
			strings.Repeat("😀", 7000), "{name}", "99999999999999999999", "-1"}
		names := []string{"name", "slug", "letters", "colour", "lang", "version", "line", "lede", "about", "link_label_0", "link_url_0", "link_url_7", "more"}
		for _, path := range []string{"/organisation/new", p.Path() + "/edit", "/organisation/%00/edit"} {
			for _, value := range bad {
				var pairs []string
				for _, name := range names {
					pairs = append(pairs, name, value)
				}
				for _, form := range [][]string{pairs, append([]string{"lang", "fr"}, pairs...)} {
					if a := host.Post(path, form...); a.Status >= 500 {
						t.Errorf("%s with %.20q: %d\n%s", path, value, a.Status, h.site.Log)
					}
				}
			}
			if a := host.Get(path + "?lang=%00&lang=%ff"); a.Status >= 500 {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
	})
}

func TestAnErasedAccountBelongsNowhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signedIn("host@rail.example", perm.RoleHost)
		_, actor := h.signedIn("maud@rail.example", perm.RoleOrganiser)
		p := h.create(rail(), actor.ID)
		if err := h.account.Erase(t.Context(), actor.ID); err != nil {
			t.Fatal(err)
		}
		within(t, "the member's row is gone", func(ctx context.Context) bool {
			var n int
			if err := h.db.QueryRow(ctx, `SELECT COUNT(*) FROM organisation_member`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n == 0
		})
		if h.room.Can(t.Context(), perm.Actor{ID: actor.ID}, organisation.Edit, p.ID) {
			t.Error("who has no account may edit")
		}
	})
}
