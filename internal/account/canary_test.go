package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"essaim/internal/platform/mail"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web"
)

// refusing is a mail server that takes nothing, so that its jobs and their errors stay in the database.
type refusing struct{ inner mail.Sender }

func (r refusing) Send(ctx context.Context, m mail.Message) error {
	if strings.HasPrefix(m.To, "refused") {
		return &mail.Error{Stage: "recipient", Code: 550, Permanent: true}
	}
	return r.inner.Send(ctx, m)
}

// TestAThiefOfTheDatabaseFindsNobody signs in canaries and looks for them in every byte of every file, and in the log.
func TestAThiefOfTheDatabaseFindsNobody(t *testing.T) {
	o := storagetest.SQLite(t)
	db := storagetest.Open(t, o, migrations())
	h := build(t, db, nil)
	h.room.Mail = refusing{h.mail}
	secrets := []string{"canaryperson", "canary-domain", "zélie", "canarybird", "refusedcanary", "unknowncanary", "canary-page", "gecko"}

	v := h.signedIn("CanaryPerson@canary-domain.example", perm.RoleHost)
	v.Agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	mustHold(t, v.Post("/account", "name", "Zélie Canarybird", "lang", "fr"), http.StatusSeeOther)
	mustHold(t, v.Get("/account"), http.StatusOK, "Zélie Canarybird", "CanaryPerson@canary-domain.example")
	tab, letter := h.asked("canaryperson@canary-domain.example")
	tab.Post("/signin/code", "code", "000000")
	other := h.site.Visitor(t)
	mustHold(t, other.Post("/signin", "email", "unknowncanary@canary-domain.example", "next", "/canary-page"), http.StatusSeeOther)
	mustHold(t, v.Post("/account/people", "email", "refusedcanary@canary-domain.example", "role", "organiser"), http.StatusSeeOther)
	h.enter(linkOf(t, letter))
	h.letters()
	d := newDevice(t)
	mustHold(t, h.register(v, d, "Canarykey"), http.StatusSeeOther)
	door, q := h.atTheDoor()
	ceremony, answer := door.Cookie("essaim_passkey"), d.get(q)
	mustHold(t, door.Post("/signin/passkey", "credential", answer), http.StatusSeeOther)
	h.told(1)
	secrets = append(secrets, "canarykey", q.PublicKey.Challenge, ceremony, b64.EncodeToString(d.id), base64.StdEncoding.EncodeToString(d.id), hex.EncodeToString(d.id))
	secrets = append(secrets, v.Cookie(web.SessionCookie), strings.TrimPrefix(linkOf(t, letter), "/signin/"))

	h.queue.Stop()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(o.File), "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	size := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		size += len(raw)
		mustNotHold(t, filepath.Base(file), raw, secrets)
	}
	if size < 10_000 {
		t.Errorf("only %d bytes were searched", size)
	}
	mustNotHold(t, "the log", append(h.log.Bytes(), h.site.Log.Bytes()...), secrets)
}

func mustNotHold(t *testing.T, where string, raw []byte, secrets []string) {
	t.Helper()
	raw = bytes.ToLower(raw)
	for _, secret := range secrets {
		if secret == "" || bytes.Contains(raw, []byte(strings.ToLower(secret))) {
			t.Errorf("%s holds %q", where, secret)
		}
	}
}
