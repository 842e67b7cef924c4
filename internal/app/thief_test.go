package app_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/config"
	"essaim/internal/platform/mail/mailtest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// The canaries: what nobody but the person, and who it was meant for, may ever read.
const (
	canaryGiven   = "Zyxanthe"
	canaryFamily  = "Quolibrandt"
	canaryDomain  = "secret-aviary.example"
	canaryMessage = "xylopercussion nocturne"
	canaryHouse   = "1012 WX" // a postal code of the Netherlands names a few houses
	canaryAddr    = "203.0.113.77"
	canaryAgent   = "CanaryBrowser"
	canaryNext    = "/m/canary-errand"
)

// aviary is an instance in which canaries have done everything that people do.
type aviary struct {
	t        *testing.T
	settings config.Settings
	engine   storage.Options
	listen   string
	mails    *mailtest.Server
	inbox    *apptest.Inbox
	server   *apptest.Process
	secrets  []string // tokens and sessions: who finds one acts as the person
}

// TestAThiefOfTheDataFindsNobody signs, confirms, signs in and goes wrong with canaries, then looks for them in every byte of
// the data folder, or of the database, and of the log: after a kill, when the log of the database is full, and after a stop.
func TestAThiefOfTheDataFindsNobody(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		a := &aviary{t: t, engine: o, listen: apptest.FreeAddress(t), mails: mailtest.New(t, mailtest.Options{})}
		a.inbox = apptest.NewInbox(a.mails)
		a.settings = apptest.Settings(t, o, "http://"+a.listen)
		a.settings.SMTP, a.settings.GuardOff, a.settings.Verbose = a.mails.URL(), true, true
		a.engine.File = a.settings.DatabaseFile()
		apptest.Plant(t, a.settings)
		a.start()
		a.sign()
		a.goWrong()
		a.organise()
		a.server.Kill()
		a.search("after a kill")
		a.start()
		a.server.Stop()
		a.search("after a stop")
		a.checkModes()
	})
}

func (a *aviary) start() {
	a.t.Helper()
	a.server = apptest.Start(a.t, apptest.Args(a.settings, a.listen, "--trusted-proxy", "127.0.0.1")...)
}

// canary is a person behind the canary's address, with the canary's browser.
func (a *aviary) canary() *apptest.Person {
	a.t.Helper()
	p := apptest.NewPerson(a.t, a.settings.URL, nil)
	p.Header = http.Header{"X-Forwarded-For": {canaryAddr}, "User-Agent": {canaryAgent + "/1.0 (X11; Linux)"}}
	return p
}

func canaryEmail(box string) string { return box + "@" + canaryDomain }

// form is the canary's form with its own address.
func canaryForm(email string) []string {
	return []string{
		"given_name", canaryGiven, "family_name", canaryFamily, "email", email, "postal_code", canaryHouse, "country", "NL",
		"message", canaryMessage, "public_name", "1", "letters", "1",
	}
}

// sign signs by form and by program, confirms by link and by code, twice, and withdraws one.
func (a *aviary) sign() {
	a.t.Helper()
	form := a.canary()
	form.MustPost(a.t, http.StatusSeeOther, "/m/"+apptest.Slug+"/sign", canaryForm(canaryEmail("form"))...)
	form.MustGet(a.t, http.StatusOK, "/m/"+apptest.Slug+"/confirm")
	letter := a.inbox.Wait(a.t, canaryEmail("form"), 1)
	form.MustPost(a.t, http.StatusUnprocessableEntity, "/m/"+apptest.Slug+"/confirm", "code", "000000")
	form.MustPost(a.t, http.StatusSeeOther, "/m/"+apptest.Slug+"/confirm", "code", letter.Code)
	a.keep(letter)

	body, err := json.Marshal(map[string]any{
		"given_name": canaryGiven, "family_name": canaryFamily, "email": canaryEmail("program"), "postal_code": "67000",
		"message": canaryMessage, "consents": []string{"public_name"},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, "/api/v1/mobilisations/"+apptest.Slug+"/signatures", bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if answer, err := a.canary().Do(r); err != nil || answer.Status != http.StatusAccepted {
		a.t.Fatalf("the program signs: %v %+v", err, answer)
	}
	letter = a.inbox.Wait(a.t, canaryEmail("program"), 1)
	a.canary().MustGet(a.t, http.StatusOK, letter.Confirm)
	a.canary().MustPost(a.t, http.StatusSeeOther, letter.Confirm)
	a.keep(letter)

	a.canary().MustPost(a.t, http.StatusSeeOther, "/m/"+apptest.Slug+"/sign", canaryForm(canaryEmail("gone"))...)
	letter = a.inbox.Wait(a.t, canaryEmail("gone"), 1)
	a.canary().MustPost(a.t, http.StatusOK, letter.Withdraw)
	a.keep(letter)
}

// keep notes what a mail opens.
func (a *aviary) keep(l apptest.Letter) {
	for _, path := range []string{l.Confirm, l.Withdraw, l.SignIn} {
		if path != "" {
			a.secrets = append(a.secrets, path[strings.LastIndex(path, "/")+1:])
		}
	}
}

// goWrong sends what is refused: wrong forms, a mailbox that is none, a mail server that breaks off.
func (a *aviary) goWrong() {
	a.t.Helper()
	p := a.canary()
	wrong := canaryForm(canaryEmail("wrong"))
	wrong[7] = "none of them" // postal code
	p.MustPost(a.t, http.StatusUnprocessableEntity, "/m/"+apptest.Slug+"/sign", wrong...)
	p.MustPost(a.t, http.StatusNotFound, "/m/"+canaryFamily+"/sign", wrong...)
	p.MustGet(a.t, http.StatusNotFound, "/"+canaryFamily+"/"+canaryGiven+"?email="+canaryEmail("query"))
	a.mails.On(mailtest.Rcpt, mailtest.Reply{Code: 550, Status: "5.1.1", To: canaryEmail("refused")})
	a.mails.On(mailtest.Data, mailtest.Reply{Drop: true, Times: 1, To: canaryEmail("dropped")})
	for _, box := range []string{"refused", "dropped"} {
		p.MustPost(a.t, http.StatusSeeOther, "/m/"+apptest.Slug+"/sign", canaryForm(canaryEmail(box))...)
	}
	apptest.Within(a.t, backWithin, "a mail was refused and one broke off", func() bool {
		said := a.server.Output()
		return strings.Contains(said, "a job is given up") && strings.Contains(said, "a job failed and comes back")
	})
}

// organise makes the canary a host, who signs in and works.
func (a *aviary) organise() {
	a.t.Helper()
	args := []string{"admin", "add", canaryEmail("host"), "--data", a.settings.Data, "--database", a.settings.Database}
	said, err := exec.Command(apptest.Binary(a.t), args...).CombinedOutput()
	if err != nil {
		a.t.Fatalf("%v: %s", err, said)
	}
	link := regexp.MustCompile(`/signin/\S+`).FindString(string(said))
	p := a.canary()
	p.MustGet(a.t, http.StatusOK, link)
	a.keep(apptest.Letter{SignIn: link})
	p.MustPost(a.t, http.StatusSeeOther, link)
	p.MustPost(a.t, http.StatusSeeOther, "/account", "name", canaryGiven+" "+canaryFamily, "lang", "fr")
	p.MustGet(a.t, http.StatusOK, "/account/people")
	p.MustPost(a.t, http.StatusSeeOther, "/account/people", "email", canaryEmail("organiser"), "role", "organiser")
	a.keep(a.inbox.Wait(a.t, canaryEmail("organiser"), 1))
	p.MustGet(a.t, http.StatusOK, "/account/export.json")
	a.moderate(p)
	a.secrets = append(a.secrets, p.Cookie("essaim_session"))

	tab := a.canary()
	tab.MustPost(a.t, http.StatusSeeOther, "/signin", "email", canaryEmail("nobody"), "next", canaryNext)
	tab.MustPost(a.t, http.StatusSeeOther, "/signin", "email", canaryEmail("organiser"), "next", canaryNext)
	letter := a.inbox.Wait(a.t, canaryEmail("organiser"), 2)
	tab.MustPost(a.t, http.StatusSeeOther, "/signin/code", "code", letter.Code)
	a.keep(letter)
}

// moderate lets the messages stand, until page and name are public.
func (a *aviary) moderate(host *apptest.Person) {
	a.t.Helper()
	queue := host.MustGet(a.t, http.StatusOK, "/moderation?kind=mobilisation.message").Body
	for _, found := range regexp.MustCompile(`action="(/moderation/mobilisation\.message/[^"/]+)"`).FindAllStringSubmatch(queue, -1) {
		host.MustPost(a.t, http.StatusSeeOther, found[1], "verdict", "show")
	}
	apptest.Within(a.t, backWithin, "message and name are on the page", func() bool {
		page := a.canary().MustGet(a.t, http.StatusOK, "/m/"+apptest.Slug).Body
		return strings.Contains(page, canaryGiven) && strings.Contains(page, canaryMessage)
	})
}

// search looks for every canary in what a thief takes.
func (a *aviary) search(when string) {
	a.t.Helper()
	canaries := []string{canaryGiven, canaryFamily, canaryDomain, canaryMessage, canaryHouse, canaryAddr, canaryAgent, canaryNext}
	for _, box := range []string{"form", "program", "gone", "wrong", "query", "refused", "dropped", "host", "organiser", "nobody"} {
		canaries = append(canaries, digests(canaryEmail(box))...)
	}
	for _, secret := range a.secrets {
		if len(secret) < 16 {
			a.t.Fatalf("%q is no secret: the test reads mails wrongly", secret)
		}
	}
	canaries = append(canaries, a.secrets...)
	seen := 0
	look := func(where string, data []byte) {
		seen += len(data)
		for _, found := range findings(data, canaries) {
			a.t.Errorf("%s: %s holds %s", when, where, found)
		}
	}
	look("the log", []byte(a.server.Output()))
	err := filepath.WalkDir(a.settings.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		look("the name of a file", []byte(path))
		data, err := os.ReadFile(path)
		look(filepath.Base(path), data)
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	if a.engine.URL != "" {
		for table, rows := range dump(a.t, a.engine) {
			look("table "+table, rows)
		}
	}
	if seen < 5_000 {
		a.t.Errorf("%s: only %d bytes were searched", when, seen)
	}
}

// checkModes makes sure that the key is not among what is stolen, and that other accounts of the machine read nothing.
func (a *aviary) checkModes() {
	a.t.Helper()
	key := a.settings.KeyFile()
	if inside, err := filepath.Rel(a.settings.Data, key); err != nil || !strings.HasPrefix(inside, "..") {
		a.t.Errorf("the key %s lies in the data folder", key)
	}
	modes := map[string]fs.FileMode{key: 0o600, a.settings.Data: 0o700}
	if a.engine.URL == "" {
		modes[a.settings.DatabaseFile()] = 0o600
	}
	for path, want := range modes {
		info, err := os.Stat(path)
		if err != nil {
			a.t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			a.t.Errorf("%s has mode %04o, not %04o", filepath.Base(path), got, want)
		}
	}
}
