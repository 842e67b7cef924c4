package view_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/view/gallery"
)

// draw renders a component, which must succeed.
func draw(t testing.TB, ctx context.Context, c view.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := view.Render(ctx, &out, c); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// everyPage hands over each page of the gallery, for a visitor and for somebody, in each language.
func everyPage(t *testing.T, check func(t *testing.T, page string)) {
	t.Helper()
	somebody := perm.Actor{ID: "1", Name: "Maud Kerrien", Roles: []perm.Role{perm.RoleOrganiser}}
	for _, tag := range catalogue(t).Tags() {
		locale, _ := catalogue(t).Locale(tag)
		for path, component := range gallery.Pages() {
			for _, actor := range []perm.Actor{{}, somebody} {
				t.Run(tag+path+actor.Name, func(t *testing.T) {
					check(t, draw(t, gallery.Context(t.Context(), locale, path, actor), component))
				})
			}
		}
	}
}

// elements returns the elements of a page, in order.
func elements(t testing.TB, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestPagesPassAStrictPolicy(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		for _, n := range elements(t, page) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
				if strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
				t.Errorf("inline <%s>", n.Data)
			}
		}
	})
}

func TestTitlesSkipNoLevel(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		level, ones := 0, 0
		for _, n := range elements(t, page) {
			if len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
				continue
			}
			here := int(n.Data[1] - '0')
			if here == 1 {
				ones++
			}
			if here > level+1 {
				t.Errorf("<h%d>%s after a level %d", here, textOf(n), level)
			}
			level = here
		}
		if ones != 1 {
			t.Errorf("%d h1", ones)
		}
	})
}

func TestIdsAreUniqueAndReferencesLeadThere(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		ids := map[string]int{}
		for _, n := range elements(t, page) {
			if id, ok := attribute(n, "id"); ok {
				ids[id]++
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%d elements have the id %q", n, id)
			}
		}
		for _, n := range elements(t, page) {
			for _, id := range references(n) {
				if ids[id] == 0 {
					t.Errorf("<%s> refers to %q, which is not there", n.Data, id)
				}
			}
		}
	})
}

// references returns the ids that an element points to.
func references(n *html.Node) []string {
	var ids []string
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "popovertarget"} {
		value, _ := attribute(n, name)
		ids = append(ids, strings.Fields(value)...)
	}
	if href, _ := attribute(n, "href"); strings.HasPrefix(href, "#") {
		ids = append(ids, href[1:])
	}
	return ids
}

// An else of a template that does not know it would end up as an attribute.
func TestAttributesAreKnown(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		for _, n := range elements(t, page) {
			for _, a := range n.Attr {
				if slices.Contains([]string{"else", "if", "switch", "case", "range"}, a.Key) {
					t.Errorf("<%s %s>", n.Data, a.Key)
				}
			}
		}
	})
}

func TestIconsAreHiddenAndInputsHaveALabel(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		labelled := map[string]bool{}
		for _, n := range elements(t, page) {
			if id, ok := attribute(n, "for"); ok && n.Data == "label" {
				labelled[id] = true
			}
		}
		for _, n := range elements(t, page) {
			if hidden, _ := attribute(n, "aria-hidden"); n.Data == "svg" && hidden != "true" {
				t.Error("a drawing is read aloud")
			}
			if n.Data != "input" && n.Data != "select" && n.Data != "textarea" {
				continue
			}
			id, _ := attribute(n, "id")
			if !labelled[id] && n.Parent.Data != "label" {
				t.Errorf("no label for %s %q", n.Data, id)
			}
		}
	})
}

func TestEveryAssetOfAPageExists(t *testing.T) {
	everyPage(t, func(t *testing.T, page string) {
		for _, n := range elements(t, page) {
			for _, name := range []string{"src", "href"} {
				if address, _ := attribute(n, name); strings.HasPrefix(address, "/static/") {
					if got := get(t, address, ""); got.Code != 200 {
						t.Errorf("%s: %d", address, got.Code)
					}
				}
			}
		}
	})
}

func TestAPageOfAVisitorHoldsNothingOfTheVisitor(t *testing.T) {
	page := draw(t, french(t, "/m/ligne"), gallery.Pages()["/m/ligne"])
	if strings.Contains(page, "/deconnexion") {
		t.Error("a visitor is offered to sign out")
	}
	if !strings.Contains(page, "/connexion") {
		t.Error("a visitor is not offered to sign in")
	}
}
