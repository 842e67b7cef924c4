package app_test

import (
	"essaim/internal/app/apptest"
	"regexp"
)

// list makes a list of words, takes one over with its faults, and tries a text.
func (tour *tour) list(tab *apptest.Tab) {
	tour.t.Helper()
	tab.Go("/moderation/words")
	tour.look(tab, "lists-empty")
	tab.Fill("name", "Insultes")
	tab.Press("main form button.btn")
	tab.Until(`location.pathname.length > 30`)
	path := tab.Path()
	tab.Fill("term", "/(/")
	tab.Press("main form button.btn")
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "list-422")
	tab.Go(path + "/import")
	tour.look(tab, "list-import")
	tab.Fill("list", "goujat*\nva au diable\nx\n/(/")
	tab.Press("main form button.wide")
	tab.Until(`document.querySelector("#faults")`)
	tour.look(tab, "list-sent")
	tab.Press("#f-term")
	tab.At(path)
	tour.look(tab, "list")
	tab.Go("/moderation/words")
	tour.look(tab, "lists")
	tab.Go("/moderation/words/try")
	tab.Fill("text", "Quel G0ujat, vraiment. Qu’il aille ailleurs.")
	tab.Press("main form button.btn")
	tab.Until(`document.querySelector("#outcome")`)
	tour.look(tab, "list-try")
}

// moderate edits the charter, keeps a text, takes it, and asks for a second opinion.
func (tour *tour) moderate(tab *apptest.Tab) {
	tour.t.Helper()
	tab.Go("/moderation/charter")
	tab.Fill("title_1_fr", "Ni haine ni mépris", "note_fr", "Le mépris aussi.")
	tab.Press("main form button[value=look]")
	tab.Until(`document.querySelector("button[value=publish]")`)
	tour.look(tab, "charter-changes")
	tab.Press("main form button[value=publish]")
	tab.At("/charter")
	tab.Go("/charter/2")
	tour.look(tab, "charter-2")
	tab.Go("/moderation/saved")
	tab.Fill("title", "Source manquante", "text", "Donnez pour chaque chiffre une source que tout le monde peut lire.")
	tab.Press("main form.lift button.btn")
	tab.Until(`location.search.includes("done")`)
	tour.look(tab, "saved")
	tab.Go("/moderation")
	apptest.Eval[int64](tab, `document.querySelectorAll("main details").forEach(d => { d.open = true }), document.querySelector("select[name=saved]").selectedIndex = 1`)
	tab.Press("main form button[name=fill]")
	tab.Until(`document.querySelector("textarea[name=reason]")?.value.includes("source")`)
	apptest.Eval[bool](tab, `document.querySelectorAll("main details").forEach(d => { d.open = true }) === undefined`)
	tour.look(tab, "moderation-filled")
	tab.Press("main form button[value=ask]")
	tab.Until(`location.search.includes("noted")`)
	tour.look(tab, "moderation-asked")
}

// contest refuses what the newcomer proposed, and goes the way of who contests it.
func (tour *tour) contest(tab *apptest.Tab) {
	tour.t.Helper()
	tab.Go("/moderation?kind=mobilisation.petition")
	apptest.Eval[int64](tab, `(() => {
		const all = [...document.querySelectorAll("main li.box")];
		all.filter((i) => !i.textContent.includes("Léa Morin")).forEach((i) => i.remove());
		document.querySelectorAll("main details").forEach((d) => { d.open = true });
		return document.querySelector("select[name=article]").selectedIndex = 3;
	})()`)
	tab.Fill("reason", "Aucune source.")
	tab.Press("main form button[value=reject]")
	tab.Until(`location.search.includes("done")`)
	var path []string
	apptest.Within(tour.t, apptest.Patience, "a mail that says how to contest", func() bool {
		var all []struct{ Text string }
		tour.json("/dev/mail.json", &all)
		for _, m := range all {
			if path == nil {
				path = regexp.MustCompile(`/appeal/[0-9a-z]+/[0-9a-z]+`).FindStringSubmatch(m.Text)
			}
		}
		return path != nil
	})
	tab.Go(path[0])
	tour.look(tab, "appeal")
	tab.Press("main form button.btn")
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "appeal-422")
	tab.Fill("words", "La source est au troisième point.")
	tab.Press("main form button.btn")
	tab.Until(`document.querySelector(".notice.ok")`)
	tour.look(tab, "appeal-sent")
	tab.Go("/moderation?kind=moderation.appeal")
	tour.look(tab, "moderation-appeal")
	tab.Go("/moderation/log")
	tour.look(tab, "log-filled")
}

// rewrite goes the way of a change of the text, and looks at each step.
func (tour *tour) rewrite(tab *apptest.Tab) {
	tour.t.Helper()
	look, do := "main form button[value=look]", "main form button[value=do]"
	tab.Go("/m/" + tour.slug + "/team/text")
	tab.Fill("title_fr", "Rouvrons toute la ligne du Val avant 2028")
	tab.Press(look)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "text-422")
	tab.Fill("reason", "La région a publié son calendrier.")
	tab.Press(look)
	tab.Until(`document.querySelector("main form button[value=do]")`)
	tour.look(tab, "text-looked")
	tab.Press(do)
	tab.Until(`location.search.startsWith("?done=")`)
	tour.look(tab, "text-done")
}
