package mobilisation_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/search"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

// jpegOf is a photo of one colour.
func jpegOf(t testing.TB, ink color.Color) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i := range 400 * 300 {
		m.Set(i%400, i/400, ink)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// send posts a form with a photo, as a browser does; nil when none was chosen.
func send(t testing.TB, v *webtest.Visitor, path string, file []byte, pairs ...string) webtest.Answer {
	t.Helper()
	return sendFile(t, v, path, "picture", file, pairs...)
}

// sendFile is send for a file in any field. Its name says nothing of what it is.
func sendFile(t testing.TB, v *webtest.Visitor, path, field string, file []byte, pairs ...string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	name := "photo.jpg"
	if file == nil {
		name = ""
	}
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file)
	for i := 0; i < len(pairs); i += 2 {
		_ = m.WriteField(pairs[i], pairs[i+1])
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, webtest.URL+path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

var (
	photoShape   = regexp.MustCompile(`/p/([0-9a-f]{40})\.jpg`)
	versionShape = regexp.MustCompile(`name="version" value="(\d+)"`)
	goodAlt      = "Un quai vide"
)

// place begins a draft, and returns its third step with the version that the page shows.
func (f *fixture) place(v *webtest.Visitor, prefix string) (path, version string) {
	f.t.Helper()
	a := v.Post(prefix+"/create", "title", "Rouvrons la gare", "addressee", "Mairie")
	draft, _, ok := strings.Cut(a.Location(), "/text")
	if !ok {
		f.t.Fatalf("%d %s\n%s", a.Status, a.Location(), a.Body)
	}
	page := v.Get(draft + "/place")
	found := versionShape.FindStringSubmatch(page.Body)
	if found == nil || !strings.Contains(page.Body, `enctype="multipart/form-data"`) {
		f.t.Fatalf("%d\n%s", page.Status, page.Body)
	}
	return draft + "/place", found[1]
}

// photo is the address of the one photo of a page, empty when there is none.
func photo(body string) string { return photoShape.FindString(body) }

func TestAPhotoIsUploadedInTheWizardAndSeenByEverybody(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		path, version := f.place(v, "")
		a := send(t, v, path, jpegOf(t, color.RGBA{200, 0, 0, 255}), "version", version, "scope", "country", "picture_alt", goodAlt)
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		page := v.Get(path)
		address := photo(page.Body)
		if address == "" || !strings.Contains(page.Body, goodAlt) {
			t.Fatalf("no photo:\n%s", page.Body)
		}
		got := f.visitor().Get(address)
		if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") ||
			got.Header.Get("X-Content-Type-Options") != "nosniff" || len(got.Body) > 40_000 {
			t.Errorf("%d, %v, %d bytes", got.Status, got.Header, len(got.Body))
		}
		again := httptest.NewRequest(http.MethodGet, webtest.URL+address, nil)
		again.Header.Set("If-None-Match", got.Header.Get("Etag"))
		if a := f.visitor().Do(again); a.Status != http.StatusNotModified {
			t.Errorf("asked again: %d", a.Status)
		}
		var kept int
		if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_picture WHERE alt = $1`, []byte(goodAlt)).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("the words of a draft lie open: %d, %v", kept, err)
		}
	})
}

func TestWhatIsNoPhotoIsRefusedAndNothingTypedIsLost(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		heavy := append(jpegOf(t, color.White), make([]byte, 13<<20)...)
		for prefix, words := range map[string][]string{"": {"abîmé", "SVG", "trop lourde", "JPEG, PNG, WebP ou GIF", "Dites en une phrase"}, "/en": {"damaged", "SVG", "too heavy", "JPEG, PNG, WebP or GIF", "Say in one sentence"}} {
			v := f.visitor()
			path, version := f.place(v, prefix)
			for i, file := range [][]byte{jpegOf(t, color.White)[:300], []byte("<svg onload=alert(1)>"), heavy, []byte("MZ\x90\x00 and more"), jpegOf(t, color.White)} {
				alt := goodAlt
				if i == 4 {
					alt = ""
				}
				a := send(t, v, path, file, "version", version, "scope", "country", "goal", "4321", "picture_alt", alt)
				if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, words[i]) || !strings.Contains(a.Body, "4321") || alt != "" && !strings.Contains(a.Body, `value="`+alt) {
					t.Errorf("%s%.10q: %d without %q\n%s", prefix, file, a.Status, words[i], a.Body)
				}
				version = versionShape.FindStringSubmatch(a.Body)[1]
			}
			if photo(v.Get(path).Body) == "" {
				t.Error("a photo that lacks its words is lost")
			}
		}
	})
}

func TestATeamChangesThePhotoOfItsPetition(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		path := "/m/ligne-du-val/team/picture"
		v := f.visitor()
		if a := send(t, v, path, jpegOf(t, color.White)); a.Status != http.StatusUnauthorized {
			t.Errorf("anybody may: %d", a.Status)
		}
		v.SetCookie(web.SessionCookie, "moderator")
		if a := send(t, v, path, jpegOf(t, color.White), "picture_alt", goodAlt); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		page := f.visitor().Get("/m/ligne-du-val").Body
		large := regexp.MustCompile(`<meta property="og:image" content="https://essaim\.example(/p/[0-9a-f]{40}\.jpg)"`).FindStringSubmatch(page)
		img := regexp.MustCompile(`<img class="poster"[^>]*>`).FindString(page)
		if large == nil || !strings.Contains(img, `loading="lazy"`) || !strings.Contains(img, `alt="`+goodAlt+`"`) || strings.Contains(page, "fetchpriority") {
			t.Errorf("%v, %s", large, img)
		}
		if large != nil {
			if a := f.visitor().Get(large[1]); a.Status != http.StatusOK {
				t.Errorf("the card: %d", a.Status)
			}
		}
		if a := send(t, v, path, []byte("no photo"), "picture_alt", "Autre chose"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Autre chose") || photo(a.Body) == "" {
			t.Errorf("a wrong one: %d\n%s", a.Status, a.Body)
		}
		if a := send(t, v, path, nil, "picture_remove", "1"); a.Status != http.StatusSeeOther {
			t.Errorf("taken away: %d\n%s", a.Status, a.Body)
		}
		f.within("the motif stands there again", func() bool {
			f.clock.Advance(2 * time.Second)
			page := f.visitor().Get("/m/ligne-du-val").Body
			return photo(page) == "" && strings.Contains(page, "fetchpriority")
		})
	})
}

func TestAPhotoThatNobodyRefersToIsDeletedAfterADay(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		v.SetCookie(web.SessionCookie, "moderator")
		board := "/m/ligne-du-val/team/picture"
		show := func() string { t.Helper(); return photo(v.Get(board).Body) }
		send(t, v, board, jpegOf(t, color.White), "picture_alt", "x")
		first := show()
		send(t, v, board, jpegOf(t, color.Black), "picture_alt", "x")
		second := show()
		stray := f.visitor()
		path, version := f.place(stray, "")
		send(t, stray, path, jpegOf(t, color.RGBA{0, 200, 0, 255}), "version", version, "scope", "country", "picture_alt", "x")
		third := photo(stray.Get(path).Body)
		if first == "" || second == "" || third == "" || first == second {
			t.Fatalf("%q %q %q", first, second, third)
		}
		sweep := func(want [3]int) {
			t.Helper()
			if err := mobilisation.SweepPictures(f.Room, t.Context()); err != nil {
				t.Fatal(err)
			}
			for i, address := range []string{first, second, third} {
				if a := f.visitor().Get(address); a.Status != want[i] {
					t.Errorf("photo %d: %d, not %d", i, a.Status, want[i])
				}
			}
		}
		sweep([3]int{200, 200, 200})
		f.clock.Advance(25 * time.Hour)
		sweep([3]int{404, 200, 200})
		err := f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM mobilisation_draft`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sweep([3]int{404, 200, 404})
	})
}

func TestPosterAndSheetAreForEverybodyInBothLanguages(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, path := range []string{"/m/ligne-du-val/poster.pdf", "/en/m/ligne-du-val/poster.pdf", "/m/ligne-du-val/sheet.pdf", "/en/m/ligne-du-val/sheet.pdf"} {
			a := f.visitor().Get(path)
			if a.Status != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.Body, "%PDF-") {
				t.Errorf("%s: %d %v", path, a.Status, a.Header)
			}
		}
		before := f.visitor().Get("/m/ligne-du-val/poster.pdf").Body
		if err := f.End(t.Context(), f.petition.ID, "victory", nil); err != nil {
			t.Fatal(err)
		}
		f.within("the poster says that it is over", func() bool {
			f.clock.Advance(2 * time.Second)
			return f.visitor().Get("/m/ligne-du-val/poster.pdf").Body != before
		})
		if a := f.visitor().Get("/m/ligne-du-val/sheet.pdf"); a.Status != http.StatusConflict {
			t.Errorf("a sheet for what is over: %d", a.Status)
		}
	})
}

func TestAPhotoStandsInListsToo(t *testing.T) {
	eachFindable(t, func(t *testing.T, f *findable) {
		f.publish(f.make("gare", "", "country:FR", "Rouvrons la gare"))
		v := f.visitor()
		v.SetCookie(web.SessionCookie, "moderator")
		if a := send(t, v, "/m/gare/team/picture", jpegOf(t, color.White), "picture_alt", goodAlt); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		found, err := f.finder().Query(f.ctx, search.Query{Kind: "mobilisation", Text: "gare", Limit: 5})
		if err != nil || len(found) != 1 || photo(found[0].Image) == "" {
			t.Errorf("%v, %v", found, err)
		}
	})
}
