package mobilisation_test

import (
	"context"
	"fmt"
	"image/color"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// report is a PDF that some program wrote: other words, another file.
func (f *fixture) report(words string) []byte {
	f.t.Helper()
	raw, err := f.Printer.Poster(paper.Poster{Title: words, Address: "https://essaim.example/m/gare"})
	if err != nil {
		f.t.Fatal(err)
	}
	return raw
}

var (
	documentShape = regexp.MustCompile(`/(?:create/[0-9a-z]+|m/[a-z-]+)/documents/[0-9a-f]{40}\.pdf`)
	documentTitle = "Délibération du 12 mars"
)

// documents are the addresses of the documents of a page, each once.
func documents(body string) []string {
	var all []string
	for _, one := range documentShape.FindAllString(body, -1) {
		if !strings.Contains(strings.Join(all, " "), one) {
			all = append(all, one)
		}
	}
	return all
}

func TestADocumentIsAddedInTheWizardForItsAuthorAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		v := f.visitor()
		place, _ := f.place(v, "")
		at := strings.TrimSuffix(place, "/place") + "/documents"
		for what, file := range map[string][]byte{"n’est pas un PDF": jpegOf(t, color.White), "lire ce PDF": []byte("%PDF-1.7 <script>alert(1)</script>"), "est vide": {}, "trop lourd": append([]byte("%PDF-"), make([]byte, 11<<20)...)} {
			a := sendFile(t, v, at, "document", file, "document_title", documentTitle)
			if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, what) || !strings.Contains(a.Body, documentTitle) {
				t.Errorf("%d without %q\n%s", a.Status, what, a.Body)
			}
		}
		if a := sendFile(t, v, at, "document", f.report("zqfirst"), "document_title", ""); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "f-document_title-error") {
			t.Errorf("without a title: %d", a.Status)
		}
		if a := sendFile(t, v, at, "document", f.report("zqfirst"), "document_title", documentTitle); a.Status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.Status, a.Body)
		}
		page := v.Get(at)
		there := documents(page.Body)
		if len(there) != 1 || !strings.Contains(page.Body, documentTitle) || !strings.Contains(page.Body, "PDF de 1 page") {
			t.Fatalf("%q\n%s", there, page.Body)
		}
		if a := v.Get(there[0]); a.Status != http.StatusOK || strings.Contains(a.Body, "/Title") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("its author reads it: %d %v", a.Status, a.Header)
		}
		if a := f.visitor().Get(there[0]); a.Status != http.StatusNotFound {
			t.Errorf("somebody else reads it: %d", a.Status)
		}
		if a := f.visitor().Post(at, "remove", there[0][len(there[0])-44:len(there[0])-4]); a.Status != http.StatusNotFound {
			t.Errorf("somebody else takes it away: %d", a.Status)
		}
		var open int
		if err := f.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM mobilisation_document WHERE title = $1`, []byte(documentTitle)).Scan(&open); err != nil || open != 0 {
			t.Errorf("the title of a draft's document lies open: %d, %v", open, err)
		}
		if a := v.Post(at, "remove", there[0][len(there[0])-44:len(there[0])-4]); a.Status != http.StatusSeeOther || len(documents(v.Get(at).Body)) != 0 {
			t.Errorf("taken away: %d", a.Status)
		}
	})
}

func TestATeamPutsDocumentsBesideItsPetitionAndEverybodyKeepsThem(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		board := "/m/ligne-du-val/team/documents"
		v := f.visitor()
		if a := sendFile(t, v, board, "document", f.report("x"), "document_title", "x"); a.Status != http.StatusUnauthorized {
			t.Errorf("anybody may: %d", a.Status)
		}
		v.SetCookie(web.SessionCookie, "moderator")
		for i := range mobilisation.MaxDocuments {
			f.clock.Advance(time.Second)
			if a := sendFile(t, v, board, "document", f.report(fmt.Sprint(i)), "document_title", fmt.Sprintf("Pièce «%d»", i)); a.Status != http.StatusSeeOther {
				t.Fatalf("%d\n%s", a.Status, a.Body)
			}
		}
		if a := sendFile(t, v, board, "document", f.report("one more"), "document_title", "Une de trop"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("the sixth: %d", a.Status)
		}
		page := f.visitor().Get("/m/ligne-du-val").Body
		there := documents(page)
		if len(there) != mobilisation.MaxDocuments || !strings.Contains(page, "Pièce «0»") || !strings.Contains(page, "PDF de 1 page, ") {
			t.Fatalf("%q\n%s", there, page)
		}
		f.isKeptAside(there[0])
		if a := f.visitor().Get(strings.Replace(there[0], "/documents/", "/documents/0", 1)); a.Status != http.StatusNotFound {
			t.Errorf("a name that somebody made up: %d", a.Status)
		}
		f.publish("gare", 3)
		if a := f.visitor().Get(strings.Replace(there[0], "ligne-du-val", "gare", 1)); a.Status != http.StatusNotFound {
			t.Errorf("beside another petition: %d", a.Status)
		}
	})
}

// isKeptAside looks how a document is sent: to be kept, never to be opened as a page of the site.
func (f *fixture) isKeptAside(address string) {
	f.t.Helper()
	a := f.visitor().Get(address)
	h := a.Header
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "%PDF-") || h.Get("Content-Type") != "application/pdf" || h.Get("X-Content-Type-Options") != "nosniff" ||
		h.Get("Content-Disposition") != `attachment; filename="piece-0.pdf"` || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || !strings.HasPrefix(h.Get("Cache-Control"), "public") {
		f.t.Errorf("%d %v", a.Status, h)
	}
}

func TestADocumentThatNobodyRefersToIsDeletedAfterADay(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		board := "/m/ligne-du-val/team/documents"
		v := f.visitor()
		v.SetCookie(web.SessionCookie, "moderator")
		sendFile(t, v, board, "document", f.report("a"), "document_title", "A")
		stray := f.visitor()
		place, _ := f.place(stray, "")
		sendFile(t, stray, strings.TrimSuffix(place, "/place")+"/documents", "document", f.report("b"), "document_title", "B")
		kept := func(want int) {
			t.Helper()
			if err := mobilisation.SweepPictures(f.Room, t.Context()); err != nil {
				t.Fatal(err)
			}
			if keys, err := f.pictures.List(t.Context(), f.clock.Now().Add(time.Hour)); err != nil || len(keys) != want {
				t.Errorf("%d documents are kept, not %d: %v", len(keys), want, err)
			}
		}
		f.clock.Advance(25 * time.Hour)
		kept(2)
		err := f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM mobilisation_draft`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		kept(1)
		there := documents(v.Get(board).Body)
		v.Post(board, "remove", there[0][len(there[0])-44:len(there[0])-4])
		kept(0)
	})
}
