package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
)

// The variables of the tour: where axe-core lies, and a folder for pictures of every page.
const (
	axeVariable        = "ESSAIM_AXE"
	screenshotVariable = "ESSAIM_SCREENSHOTS"
)

// tour shows every page, and looks at each in both themes and at both widths.
type tour struct {
	*showcase
	axe          string
	folder       string // for pictures, empty for none
	organisation string // path of one
	looked       int
	author       *apptest.Tab // in which a newcomer is signed in, once they have proposed something
	proposal     string       // path of that
}

// TestNoPageHasABarrier walks through every page there is with axe-core.
func TestNoPageHasABarrier(t *testing.T) {
	s := newShowcase(t)
	tour := &tour{showcase: s, axe: axe(t), folder: os.Getenv(screenshotVariable)}
	visitor := s.browser.Open(t, s.program.URL, apptest.Phone())
	for name, path := range map[string]string{
		"home": "/", "home-en": "/en/", "mobilisation": "/m/" + s.slug, "mobilisation-en": "/en/m/" + s.slug, "closed": "/m/" + s.closed,
		"victory": "/m/" + s.victory, "share": "/m/" + s.slug + "/share", "organisations": "/organisation", "signin": "/signin",
		"privacy": "/privacy", "accessibility": "/accessibility", "about": "/about", "about-en": "/en/about", "404": "/nowhere/at-all", "404-en": "/en/nowhere",
		"dev-mail-empty": "/dev/mail", "near": "/near", "near-found": "/near?q=Saint-Denis-l%C3%A8s-Bourg", "near-en": "/en/near?q=61100", "near-which": "/near?q=01000",
		"near-unknown": "/near?q=nulle+part", "search": "/search", "search-found": "/search?q=trains", "search-en": "/en/search?q=trains", "search-none": "/search?q=xyz",
		"charter": "/charter", "charter-history": "/charter/history", "charter-version": "/charter/1", "report": "/report", "log": "/moderation/log", "legal": "/legal", "data": "/data", "press": "/m/" + s.slug + "/press", "history": "/m/" + s.slug + "/history", "history-version": "/m/" + s.slug + "/history/1", "create-en": "/en/create",
	} {
		visitor.Expect(http.StatusNotFound)
		visitor.Go(path)
		tour.look(visitor, name)
	}
	visitor.Go("/organisation")
	visitor.Press("main a.cover")
	visitor.Until(`location.pathname.startsWith("/organisation/")`)
	tour.organisation = visitor.Path()
	tour.look(visitor, "organisation")
	tour.sign(visitor)
	tour.launch()
	tour.work()
	visitor.Check()
	if tour.looked < 100 {
		t.Errorf("only %d looks: pages are missing", tour.looked)
	}
}

// axe reads the script.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv(axeVariable)
	if path == "" {
		t.Skipf("no axe-core: set %s to its axe.min.js, or run `make test`, which brings it", axeVariable)
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// sign goes the way of a signature, and looks at each step.
func (tour *tour) sign(tab *apptest.Tab) {
	tour.t.Helper()
	home := "/m/" + tour.slug
	tab.Expect(http.StatusUnprocessableEntity)
	tab.Go(home)
	tab.Fill("given_name", "Zoé", "family_name", "https://spam.example", "email", "zoe@@example", "postal_code", "123")
	tab.Press(signButton)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "422")
	tab.Go(home)
	tab.Fill(answers("zoe.tour@example.org")...)
	tab.Press(signButton)
	tab.At(home + "/confirm")
	tour.look(tab, "confirm")
	tab.Fill("code", "12")
	tab.Press(confirmButton)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "confirm-422")
	letter := tour.letter("zoe.tour@example.org")
	tab.Go(letter.Confirm)
	tour.look(tab, "link")
	tab.Press(confirmButton)
	tab.At(home + "/thanks")
	tour.look(tab, "thanks")
	tab.Go(letter.Confirm)
	tour.look(tab, "link-used")
	tab.Go("/dev/mail")
	tour.look(tab, "dev-mail")
	tab.Go(letter.Withdraw)
	tour.look(tab, "withdraw")
	tab.Press("main form button.danger")
	tab.Until(`!document.querySelector("main form")`)
	tour.look(tab, "withdrawn")
}

// work signs the host in, and looks at the pages of who works.
func (tour *tour) work() {
	tour.t.Helper()
	tab := tour.browser.Open(tour.t, tour.program.URL, apptest.Phone())
	tab.Expect(http.StatusUnprocessableEntity)
	tab.Go("/signin")
	tab.Fill("email", "nobody@example.org")
	tab.Press(confirmButton)
	tab.At("/signin/code")
	tour.look(tab, "signin-code")
	link := regexp.MustCompile(`sign in as host: \S+?(/signin/\S+)`).FindStringSubmatch(tour.program.Output())
	if link == nil {
		tour.t.Fatal("the demo does not say how to sign in as a host")
	}
	tab.Go(link[1])
	tour.look(tab, "signin-link")
	tab.Press(confirmButton)
	tab.At("/account")
	tour.look(tab, "account")
	for name, path := range map[string]string{
		"people": "/account/people", "messages": "/m/" + tour.slug + "/team/messages", "organisation-new": "/organisation/new",
		"host": "/host", "team": "/m/" + tour.slug + "/team", "members": "/m/" + tour.slug + "/team/members", "pause": "/m/" + tour.slug + "/pause", "picture": "/m/" + tour.slug + "/team/picture", "text": "/m/" + tour.slug + "/team/text", "text-add": "/m/" + tour.slug + "/team/text?add=en", "frame": "/m/" + tour.slug + "/team/frame", "invalidate": "/m/" + tour.slug + "/invalidate",
		"team-questions": "/m/" + tour.slug + "/team/questions", "team-documents": "/m/" + tour.slug + "/team/documents",
		"organisation-edit": tour.organisation + "/edit", "home-signed-in": "/", "mobilisation-signed-in": "/m/" + tour.slug,
		"charter-edit": "/moderation/charter",
	} {
		tab.Go(path)
		tour.look(tab, name)
	}
	tour.moderate(tab)
	tour.rewrite(tab)
	tour.list(tab)
	tab.Go("/moderation")
	tour.look(tab, "moderation")
	tab.Press("main form button[value=reject]")
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "moderation-422")
	tour.contest(tab)
	tour.own(tab)
	tab.Go("/organisation/new")
	tab.Fill("name", "Rail du Val", "slug", "-no slug-", "lede", "Des trains.")
	tab.Press("main form button.btn")
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "organisation-422")
	tab.Check()
}

// look tries a page in both themes and at both widths, and draws it where pictures are wanted.
func (tour *tour) look(tab *apptest.Tab, name string) {
	tour.t.Helper()
	for _, view := range []apptest.View{apptest.Phone(), apptest.Desk()} {
		for _, view.Dark = range []bool{false, true} {
			tour.looked++
			tab.Look(view)
			seen := fmt.Sprintf("%s-%s-%d", name, map[bool]string{false: "light", true: "dark"}[view.Dark], view.Width)
			for _, barrier := range barriers(tab, tour.axe) {
				tour.t.Errorf("%s: %s", seen, barrier)
			}
			if wide := apptest.Eval[int64](tab, "document.documentElement.scrollWidth"); wide > view.Width {
				tour.t.Errorf("%s is %d wide and scrolls sideways", seen, wide)
			}
			if tour.folder != "" {
				if err := os.WriteFile(filepath.Join(tour.folder, seen+".png"), tab.Screenshot(), 0o644); err != nil {
					tour.t.Fatal(err)
				}
			}
		}
	}
	tab.Look(apptest.Phone())
}

// barriers runs axe-core on the page as it is.
func barriers(tab *apptest.Tab, script string) []string {
	text := apptest.Eval[string](tab, `(async () => {
		if (!window.axe) { `+script+` }
		const found = await axe.run(document, { resultTypes: ["violations"] });
		return JSON.stringify(found.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 150) + " " + n.failureSummary) })));
	})()`)
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		return []string{err.Error()}
	}
	var all []string
	for _, v := range violations {
		all = append(all, fmt.Sprintf("%s (%s): %s", v.ID, v.Help, strings.Join(v.Nodes[:min(len(v.Nodes), 3)], "; ")))
	}
	return all
}

// TestTheLookForBarriersSeesThem breaks a page on purpose.
func TestTheLookForBarriersSeesThem(t *testing.T) {
	script := axe(t)
	s := newShowcase(t)
	tab := s.browser.Open(t, s.program.URL, apptest.Desk())
	tab.Go("/about")
	if found := barriers(tab, script); len(found) > 0 {
		t.Errorf("before: %v", found)
	}
	apptest.Eval[bool](tab, `document.querySelector("main").insertAdjacentHTML("beforeend", "<img src='/favicon.ico'><input type='text'>") ?? true`)
	found := strings.Join(barriers(tab, script), "\n")
	for _, rule := range []string{"image-alt", "label"} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe-core overlooks %s: %s", rule, found)
		}
	}
}
