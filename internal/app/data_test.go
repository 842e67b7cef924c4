package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"essaim/internal/app/apptest"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

var dataLink = regexp.MustCompile(`https://essaim\.example(/data/[0-9a-z]+/[0-9a-z]+)`)

// dataOf asks for what is kept of an address, and returns the path of the link in the mail: another than before.
func (e *estate) dataOf(address string, before ...string) string {
	e.t.Helper()
	if a := e.visitor(nobody).Post("/data", "email", address); a.Status != http.StatusOK {
		e.t.Fatalf("ask: %d\n%s", a.Status, a.Body)
	}
	path := ""
	apptest.Within(e.t, backWithin, "a mail with the link", func() bool {
		found := dataLink.FindStringSubmatch(e.letter(address).Text)
		if found != nil {
			path = found[1]
		}
		return found != nil && !slices.Contains(before, path)
	})
	return path
}

func TestAnybodySeesReceivesAndErasesWhatIsKeptOfThem(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		e := newEstate(t, o)
		v := e.visitor(nobody)
		path := e.dataOf("ada@example.org") // has signed, without an account
		page := v.Get(path)
		for _, want := range []string{"Ada", "Martin", "01000", "/m/" + e.open.Slug} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the page does not show %s", want)
			}
		}
		file := v.Get(path + "/export.json")
		if file.Status != http.StatusOK || !strings.Contains(file.Body, `"family_name":"Martin"`) {
			t.Errorf("the file: %d %s", file.Status, file.Body)
		}
		if a := v.Post(path + "/erase"); a.Status != http.StatusSeeOther {
			t.Errorf("without a tick: %d", a.Status)
		}
		if a := v.Post(path+"/erase", "sure", "1"); a.Status != http.StatusOK {
			t.Fatalf("erase: %d\n%s", a.Status, a.Body)
		}
		if a := v.Get(path); a.Status != http.StatusGone {
			t.Errorf("the link afterwards: %d", a.Status)
		}
		if a := v.Get(e.dataOf("ada@example.org", path)); strings.Contains(a.Body, "Martin") || !strings.Contains(a.Body, "ne garde rien") {
			t.Errorf("asked again: %d\n%s", a.Status, a.Body)
		}
	})
}

func TestALinkToOnesDataOpensNobodyElses(t *testing.T) {
	e := newEstate(t, engine(t))
	v := e.visitor(nobody)
	mine, other := e.dataOf("grace@example.org"), e.dataOf("ada@example.org")
	if a := v.Get(mine); a.Status != http.StatusOK || strings.Contains(a.Body, "Martin") {
		t.Errorf("%d", a.Status)
	}
	parts, others := strings.Split(mine, "/"), strings.Split(other, "/")
	for _, forged := range []string{"/data/" + others[2] + "/" + parts[3], "/data/" + others[2] + "/x", "/data/x/" + parts[3]} {
		for _, answer := range []int{v.Get(forged).Status, v.Get(forged + "/export.json").Status, v.Post(forged+"/erase", "sure", "1").Status} {
			if answer != http.StatusGone {
				t.Errorf("%s: %d", forged, answer)
			}
		}
	}
}

func TestTheLastHostIsToldBeforeTheSiteIsNobodys(t *testing.T) {
	e := newEstate(t, engine(t))
	path := e.dataOf(string(perm.RoleHost) + "@example.org")
	if a := e.visitor(nobody).Post(path+"/erase", "sure", "1"); a.Status != http.StatusConflict {
		t.Errorf("%d", a.Status)
	}
	if a := e.visitor(nobody).Get(path); a.Status != http.StatusOK {
		t.Errorf("the link is gone although not all was erased: %d", a.Status)
	}
}

func TestAskingTellsNobodyWhoHasSigned(t *testing.T) {
	e := newEstate(t, engine(t))
	var answers []string
	for _, address := range []string{"ada@example.org", "nobody-at-all@example.org"} {
		a := e.visitor(nobody).Post("/data", "email", address)
		answers = append(answers, strings.ReplaceAll(a.Body, address, "ADDRESS"))
	}
	if answers[0] != answers[1] {
		t.Error("the two answers differ")
	}
	if a := e.visitor(nobody).Post("/data", "email", "not an address"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "not an address") {
		t.Errorf("%d", a.Status)
	}
}
