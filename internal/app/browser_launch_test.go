package app_test

import (
	"essaim/internal/app/apptest"
	"net/http"
	"strings"
)

// onwards is the button to the next step of the wizard.
const onwards = "main form button.big"

// launch goes the way of a newcomer to a mobilisation, and looks at each step.
func (tour *tour) launch() {
	tour.t.Helper()
	tab := tour.browser.Open(tour.t, tour.program.URL, apptest.Phone())
	tab.Expect(http.StatusUnprocessableEntity)
	tab.Go("/create")
	tour.look(tab, "create")
	tab.Press(onwards)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "create-422")
	tab.Press("aside details > summary")
	tour.look(tab, "create-example")
	tab.Fill("title", "Des trains la nuit dans le Val", "addressee", "Conseil régional")
	tab.Press("main form button[name=look]")
	tab.Until(`document.querySelector("#similar")`)
	tour.look(tab, "create-similar")
	tab.Fill("title", "Rouvrons le cinéma du Val", "addressee", "Mairie de Montfaye")
	tab.Press(onwards)
	tab.Until(`location.pathname.endsWith("/text")`)
	tour.look(tab, "create-text")
	tab.Fill("point_1", "La salle ferme le 30 juin.", "point_2", "La suivante est à 40 km, sans autocar le soir.", "point_3", "Que la ville la rachète.")
	tab.Press(onwards)
	tab.Until(`location.pathname.endsWith("/place")`)
	tour.look(tab, "create-place")
	tab.Press(`[name=scope][value=country]`)
	tab.Press("details:has([name=goal]) > summary")
	tab.Fill("goal", "100 : nous demandons un rendez-vous")
	tab.Press("details:has([name=picture]) > summary")
	attach(tab, "picture")
	tab.Press(onwards)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "create-place-422")
	tab.Fill("picture_alt", "Un quai vide au soleil")
	tab.Press(onwards)
	tab.Until(`location.pathname.endsWith("/check")`)
	tour.look(tab, "create-check")
	tour.offer(tab)
	tour.author = tab
}

// offer comes in by mail and proposes what was written.
func (tour *tour) offer(tab *apptest.Tab) {
	tour.t.Helper()
	last := tab.Path()
	for name, step := range map[string]string{"create-documents": "documents", "create-questions": "questions", "create-translation": "in-en"} {
		tab.Go(strings.TrimSuffix(last, "check") + step)
		tour.look(tab, name)
	}
	tab.Go(last)
	tab.Fill("email", "lea.tour@example.org")
	tab.Press(confirmButton)
	tab.At("/signin/code")
	tab.Go(tour.letter("lea.tour@example.org").SignIn)
	tab.Press(confirmButton)
	tab.Until(`location.pathname.endsWith("/check")`)
	tab.Press(onwards)
	tab.Until(`document.querySelector("#errors")`)
	tour.look(tab, "create-offer-422")
	tab.Fill("author", "Léa Morin")
	tab.Press("[name=charter]")
	tab.Press(onwards)
	tab.At("/mine")
	tour.look(tab, "mine")
	tab.Press("main a.cover")
	tab.Until(`location.pathname.endsWith("/preview")`)
	tour.look(tab, "preview")
	tour.proposal = strings.TrimSuffix(tab.Path(), "/preview")
	tab.Go("/report")
	tab.Fill("words", "Une phrase de cette page vise une personne privée.")
	tab.Press(confirmButton)
	tab.Until(`document.querySelector(".notice.ok")`)
	tour.look(tab, "report-sent")
	tab.Check()
}

// attach chooses a photo that the browser draws.
func attach(tab *apptest.Tab, name string) {
	apptest.Eval[bool](tab, `new Promise((done) => {
		const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 700 });
		const pen = canvas.getContext("2d");
		pen.fillStyle = "#8fc39f";
		pen.fillRect(0, 300, 900, 400);
		canvas.toBlob((blob) => {
			const chosen = new DataTransfer();
			chosen.items.add(new File([blob], "photo.jpg"));
			document.querySelector("[name=`+name+`]").files = chosen.files;
			done(true);
		}, "image/jpeg");
	})`)
}

// own has the newcomer's appeal granted, and looks at the pages of who owns a mobilisation.
func (tour *tour) own(host *apptest.Tab) {
	tour.t.Helper()
	host.Go("/moderation?kind=moderation.appeal")
	apptest.Eval[bool](host, `document.querySelectorAll("main details").forEach(d => { d.open = true }) === undefined`)
	host.Fill("reason", "Vous avez raison : la source y est.")
	host.Press("main form button[value=grant]")
	host.Until(`location.search.includes("done")`)
	tab := tour.author
	for _, page := range []string{"", "/messages", "/paper", "/stands", "/delivery", "/members", "/text", "/frame", "/documents", "/questions", "/picture", "/week"} {
		tab.Go(tour.proposal + "/team" + page)
		tour.look(tab, "own-"+strings.TrimPrefix(page, "/"))
	}
	tab.Go(tour.proposal + "/team/stands")
	tab.Press("main form button.btn")
	tab.Until(`!location.pathname.endsWith("/stands") || document.querySelector("#errors")`)
	tour.look(tab, "own-stand")
	tab.Check()
}
