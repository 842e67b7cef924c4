package app_test

import (
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"essaim/internal/app/apptest"
)

// newcomer is somebody with a phone, whose acts are counted: what is typed, and where.
type newcomer struct {
	*apptest.Tab
	taps, fields, letters int
	spent                 time.Duration // in acts and in waiting for the pages that they lead to
}

func (n *newcomer) act(what func()) {
	began := time.Now()
	what()
	n.spent += time.Since(began)
}

// types fills in fields, each of which takes a tap to get to.
func (n *newcomer) types(pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		n.fields++
		n.letters += utf8.RuneCountInString(pairs[i+1])
	}
	n.act(func() { n.Fill(pairs...) })
}

// taps on something, and waits until that has led somewhere.
func (n *newcomer) tap(selector, until string) {
	n.taps++
	n.act(func() {
		n.Press(selector)
		if until != "" {
			n.Until(until)
		}
	})
}

// What the shortest way may ask of a newcomer: answers to type, taps on buttons and choices, and seconds at a phone, of which one goes to
// a tap or to finding a field, and one to three letters (Palin et al., MobileHCI 2019: 36 words of five letters a minute).
const (
	mostFields = 7
	mostTaps   = 9
	mostTyped  = 130
)

// seconds is how long somebody takes for the acts.
func (n *newcomer) seconds() float64 {
	return float64(n.taps) + float64(n.fields) + float64(n.letters)/3
}

func at(step string) string { return `location.pathname.endsWith("/` + step + `")` }

// TestANewcomerCreatesInUnderAMinuteOnAPhone goes the shortest way, with and without scripts.
func TestANewcomerCreatesInUnderAMinuteOnAPhone(t *testing.T) {
	s := newShowcase(t)
	for name, noScript := range map[string]bool{"with scripts": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			look := apptest.Phone()
			look.NoScript = noScript
			address := map[bool]string{false: "lea@example.org", true: "noe@example.org"}[noScript]
			n := &newcomer{Tab: s.browser.Open(t, s.program.URL, look)}
			next := "main form button.big"
			n.Go("/")
			n.Go("/create")
			n.types("title", "Rouvrons le cinéma", "addressee", "La mairie")
			n.tap(next, at("text"))
			n.types("point_1", "Il ferme en juin.", "point_2", "Le suivant est loin.", "point_3", "Que la ville l’achète.")
			n.tap(next, at("place"))
			n.tap("[name=scope][value=country]", "")
			n.tap(next, at("check"))
			n.types("email", address)
			n.tap("main form[action$='/signin'] button.btn", at("code"))
			n.Go(s.letter(address).SignIn) // a tap in the mail
			n.taps++
			n.tap(confirmButton, at("check"))
			n.types("author", "Léa Morin")
			n.tap("[name=charter]", "")
			n.tap("main form button.big", at("mine"))
			t.Logf("%d answers of %d letters, %d taps: %.0f seconds at a phone; the browser took %s", n.fields, n.letters, n.taps, n.seconds(), n.spent.Round(time.Millisecond))
			if n.fields > mostFields || n.taps > mostTaps || n.letters > mostTyped || n.seconds() > 60 || n.spent > time.Minute {
				t.Errorf("too much for a minute: at most %d answers, %d taps", mostFields, mostTaps)
			}
			if wide := apptest.Eval[int64](n.Tab, "document.documentElement.scrollWidth"); wide > look.Width {
				t.Errorf("the page is %d wide", wide)
			}
			n.Check()
		})
	}
}

// TestADocumentIsReadByAChildOfTheProgram sends a PDF, and a program that says it is one, to the program as it is installed.
func TestADocumentIsReadByAChildOfTheProgram(t *testing.T) {
	s := newShowcase(t)
	phone := s.browser.Open(t, s.program.URL, apptest.Phone())
	phone.Expect(http.StatusUnprocessableEntity)
	phone.Go("/create")
	phone.Fill("title", "Rouvrons le cinéma du Val", "addressee", "Mairie de Montfaye")
	phone.Press("main form button.big")
	phone.Until(at("text"))
	draft := phone.Path()
	phone.Go(draft[:len(draft)-len("text")] + "documents")
	put := func(body string) {
		t.Helper()
		phone.Fill("document_title", "Le plan")
		apptest.Eval[bool](phone, `(async () => {
			const chosen = new DataTransfer();
			chosen.items.add(new File([`+body+`], "plan.pdf"));
			document.querySelector("[name=document]").files = chosen.files;
			return true;
		})()`)
		phone.Press("main form[enctype] button.btn")
	}
	put(`"%PDF-1.7 MZ"`)
	phone.Until(`document.querySelector("#errors") && document.querySelector("[name=document_title]").value === "Le plan"`)
	put(`await (await fetch("/m/` + s.slug + `/sheet.pdf")).blob()`)
	phone.Until(`[...document.querySelectorAll("main h3 a")].some((a) => a.textContent === "Le plan" && a.pathname.endsWith(".pdf"))`)
	kept := apptest.Eval[string](phone, `fetch(document.querySelector("main h3 a").href).then(async (a) => a.headers.get("Content-Disposition") + " " + (await a.text()).slice(0, 5))`)
	if kept != `attachment; filename="le-plan.pdf" %PDF-` {
		t.Errorf("it comes back as %q", kept)
	}
	phone.Check()
}
