package guard

import (
	"embed"
	"io/fs"
)

// The names of the form's fields. The script adds the first two; the page "one moment" carries the third; the last is
// hidden from people and from screen readers, and whoever fills it is a machine.
const (
	FieldChallenge = "guard_challenge"
	FieldSolution  = "guard_solution"
	FieldWait      = "guard_wait"
	FieldHoneypot  = "guard_website"
)

//go:embed js/*.js
var scripts embed.FS

//go:embed locales/*.po
var locales embed.FS

// Scripts returns the ES modules: guard.js for the page, worker.js for its worker, and what both import. A form asks for
// them with data-guard="SUBJECT" and data-guard-worker="ADDRESS OF WORKER.JS"; an element in it with data-guard-status
// and hidden is shown while the last of the work is waited for.
func Scripts() fs.FS { return sub(scripts, "js") }

// Locales returns the words, French and English.
func Locales() fs.FS { return sub(locales, "locales") }

func sub(files embed.FS, folder string) fs.FS {
	inside, err := fs.Sub(files, folder)
	if err != nil {
		panic("guard: " + err.Error()) // only for names that are no path
	}
	return inside
}
