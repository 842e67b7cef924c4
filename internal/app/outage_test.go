package app_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/mail/mailtest"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// TestMailsWaitWhileTheirServerIsDown signs while nobody takes mails, then lets the server come back.
func TestMailsWaitWhileTheirServerIsDown(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		server, listen := mailtest.New(t, mailtest.Options{}), apptest.FreeAddress(t)
		inbox := apptest.NewInbox(server)
		s := apptest.Settings(t, o, "http://"+listen)
		s.SMTP, s.GuardOff = server.URL(), true
		apptest.Plant(t, s)
		program := apptest.Start(t, apptest.Args(s, listen)...)
		server.Down()
		address := func(n int) string { return fmt.Sprintf("patient%d@example.org", n) }
		const many = 20
		for n := range many {
			apptest.NewPerson(t, s.URL, nil).MustPost(t, http.StatusSeeOther, "/m/"+apptest.Slug+"/sign", "given_name", "Ada", "family_name", "Martin",
				"email", address(n), "postal_code", "01000")
		}
		apptest.Within(t, backWithin, "a mail could not be sent", func() bool { return strings.Contains(program.Output(), "a job failed and comes back") })
		if err := server.Up(); err != nil {
			t.Fatal(err)
		}
		apptest.Within(t, 40*time.Second, "all mails have come", func() bool { return len(inbox.Letters()) >= many })
		for n := range many {
			if got := len(inbox.To(address(n))); got != 1 {
				t.Errorf("%s got %d mails", address(n), got)
			}
		}
	})
}

// diskSize is that of the small disk: enough for the tables, not for a crowd.
const diskSize = 4 << 20

// smallDisk mounts a disk that is soon full. It needs root and Linux.
func smallDisk(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root can mount a small disk, and this test knows how on Linux")
	}
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0700", diskSize), "essaim-test", folder).CombinedOutput(); err != nil {
		t.Skipf("no small disk here: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "--lazy", folder).Run() })
	return folder
}

// fillDisk writes a file until there is no room, and returns it.
func fillDisk(t *testing.T, folder string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(folder, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 64 << 10; size > 0; size /= 2 {
		for {
			if _, err := file.Write(make([]byte, size)); err != nil {
				break
			}
		}
	}
	return file.Name()
}

// TestAFullDiskIsSaidAndNothingIsPromised fills the disk under the running program: pages go on, a signature is refused in words,
// what was acknowledged is there, and all is well again once there is room.
func TestAFullDiskIsSaidAndNothingIsPromised(t *testing.T) {
	disk, listen := smallDisk(t), apptest.FreeAddress(t)
	s := apptest.Settings(t, storage.Options{}, "http://"+listen)
	s.Data, s.VaultFile, s.GuardOff = filepath.Join(disk, "data"), filepath.Join(t.TempDir(), "key"), true
	apptest.Plant(t, s)
	program := apptest.Start(t, apptest.Args(s, listen, "--vault-file", s.VaultFile)...)
	promised := 0
	sign := func(prefix string) apptest.Answer {
		t.Helper()
		answer, err := apptest.NewPerson(t, s.URL, nil).Post(t.Context(), prefix+"/m/"+apptest.Slug+"/sign", "given_name", "Ada", "family_name", "Martin",
			"email", fmt.Sprintf("disk%d@example.org", promised), "postal_code", "01000")
		if err != nil {
			t.Fatalf("%v; the program said:\n%s", err, program.Output())
		}
		if answer.Status == http.StatusSeeOther {
			promised++
		}
		return answer
	}
	if answer := sign(""); answer.Status != http.StatusSeeOther {
		t.Fatalf("while there is room: %d\n%s", answer.Status, answer.Body)
	}
	filler := fillDisk(t, disk)
	refusal := signUntilRefused(t, sign)
	for _, words := range []string{"<h1", `lang="fr"`, "Nous ne pouvons rien enregistrer", `value="Martin"`} {
		if !strings.Contains(refusal.Body, words) {
			t.Errorf("the page of a full disk does not hold %q:\n%s", words, refusal.Body)
		}
	}
	if english := sign("/en"); english.Status != http.StatusServiceUnavailable || !strings.Contains(english.Body, "We cannot save anything") {
		t.Errorf("in English: %d", english.Status)
	}
	checkRefusals(t, s.URL)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	apptest.Within(t, 5*time.Second, "people can sign again", func() bool { return sign("").Status == http.StatusSeeOther })
	program.Stop()
	checkPromised(t, s.DatabaseFile(), promised)
}

// checkRefusals acts on a full disk in other ways: each act says that it was not kept, and pages go on.
func checkRefusals(t *testing.T, site string) {
	t.Helper()
	p := apptest.NewPerson(t, site, nil)
	for _, path := range []string{"/m/" + apptest.Slug, "/en/m/" + apptest.Slug, "/about", "/signin", "/m/" + apptest.Slug + "/count.json", "/api/v1/mobilisations"} {
		p.MustGet(t, http.StatusOK, path)
	}
	answer := p.MustPost(t, http.StatusServiceUnavailable, "/signin", "email", "ada@example.org")
	if !strings.Contains(answer.Body, "Nous ne pouvons rien enregistrer") {
		t.Errorf("who wants to sign in reads:\n%s", answer.Body)
	}
	body := strings.NewReader(`{"given_name":"Ada","family_name":"Martin","email":"ada@example.org","postal_code":"01000"}`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/mobilisations/"+apptest.Slug+"/signatures", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if answer, err := p.Do(r); err != nil || answer.Status != http.StatusServiceUnavailable {
		t.Errorf("a program is answered %d, %v: %s", answer.Status, err, answer.Body)
	}
}

// signUntilRefused signs until the disk is noticed; the log of the database may hold a little room of its own.
func signUntilRefused(t *testing.T, sign func(string) apptest.Answer) apptest.Answer {
	t.Helper()
	for range 2000 {
		answer := sign("")
		switch answer.Status {
		case http.StatusSeeOther:
		case http.StatusServiceUnavailable:
			if answer.Header.Get("Retry-After") == "" {
				t.Error("a full disk does not say when to come back")
			}
			return answer
		default:
			t.Fatalf("a full disk is answered %d:\n%s", answer.Status, answer.Body)
		}
	}
	t.Fatal("the disk is full, and people still sign: the test proves nothing")
	return apptest.Answer{}
}

// checkPromised counts what is in the database.
func checkPromised(t *testing.T, file string, promised int) {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if stored := len(texts(t, db, `SELECT id FROM mobilisation_signature`)); stored != promised {
		t.Errorf("%d signatures were acknowledged, %d are stored", promised, stored)
	}
	if said := texts(t, db, "PRAGMA integrity_check"); len(said) != 1 || said[0] != "ok" {
		t.Errorf("the database says of itself: %q", said)
	}
}
