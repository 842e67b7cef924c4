package mobilisation_test

import (
	"context"
	"fmt"
	"image/color"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web/webtest"
)

const (
	namesPath    = "/m/ligne-du-val/team/names.csv"
	listPath     = "/m/ligne-du-val/team/list.pdf"
	deliverPath  = "/m/ligne-du-val/team/deliver"
	handoverPath = "/m/ligne-du-val/team/delivery"
)

// agree plants people of whom each ticked other boxes.
func (f *fixture) agree() {
	f.t.Helper()
	one := func(name, code string, boxes mobilisation.Consents) mobilisation.Planted {
		return mobilisation.Planted{Signer: mobilisation.Signer{
			GivenName: "Ada", FamilyName: name, Email: strings.ToLower(name) + "@secret.example", PostalCode: code, Consents: boxes, Lang: "fr",
		}, At: f.clock.Now()}
	}
	all := []mobilisation.Planted{
		one("Nobox", "75011", 0), one("Child", "75011", mobilisation.Under15|mobilisation.HandOver|mobilisation.PublicName), one("Letters", "75011", mobilisation.Letters),
		one("Public", "75011", mobilisation.PublicName), one("Listed", "01000", mobilisation.HandOver), one("Both", "75011", mobilisation.HandOver|mobilisation.PublicName),
	}
	err := f.Plant(f.t.Context(), f.petition.ID, func(yield func(mobilisation.Planted) bool) {
		for _, p := range all {
			if !yield(p) {
				return
			}
		}
	}, func(int) {})
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestOnlyWhatWasAgreedToLeaves(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, stranger := f.team()
		f.agree()
		for _, path := range []string{namesPath, listPath} {
			if got := stranger.Post(path); got.Status != 404 || strings.Contains(got.Body, "Listed") {
				t.Errorf("a stranger takes %s: %d", path, got.Status)
			}
			if got := f.visitor().Post(path); got.Status != 401 {
				t.Errorf("nobody takes %s: %d", path, got.Status)
			}
			if got := ada.Get(path); got.Status != 405 {
				t.Errorf("a GET of %s: %d", path, got.Status)
			}
		}
		f.site.Session = func(context.Context, string) (perm.Actor, error) {
			return perm.Actor{ID: "mod", Name: "mod", Roles: []perm.Role{perm.RoleModerator}}, nil
		}
		if got := ada.Post(namesPath); got.Status != 404 {
			t.Errorf("a moderator takes names: %d", got.Status)
		}
		f.team()
		got := ada.Post(namesPath)
		want := "given_name,family_name,postal_code,country,list,public\nAda,Listed,01000,FR,1,\nAda,Both,75011,FR,1,1\nAda,Public,,,,1\n"
		if sorted(got.Body) != sorted(want) {
			t.Errorf("%d\n%s", got.Status, got.Body)
		}
		for _, never := range []string{"Nobox", "Child", "Letters", "secret.example"} {
			if strings.Contains(got.Body, never) {
				t.Errorf("%s leaves", never)
			}
		}
		if sheet := ada.Post(namesPath, "spreadsheet", "1").Body; !strings.HasPrefix(sheet, "\ufeffgiven_name;family_name") {
			t.Errorf("%.40q", sheet)
		}
		if pdf := ada.Post(listPath, "volume", "99"); pdf.Status != 200 || !strings.HasPrefix(pdf.Body, "%PDF") {
			t.Errorf("%d", pdf.Status)
		}
		page := ada.Get(handoverPath).Body
		for _, words := range []string{"2 personnes, sur 6 signatures", "2 personnes acceptent que leur nom", "3 noms (CSV)", "2 noms (liste imprimée)"} {
			if !strings.Contains(page, words) {
				t.Errorf("the board does not say %q", words)
			}
		}
	})
}

// spaced has plain spaces where French typography has others.
func spaced(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

func sorted(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		for j := i + 1; j < len(lines); j++ {
			if lines[j] < lines[i] {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
	}
	return strings.Join(lines, "\n")
}

func TestAnEditorTakesNoNames(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, _, carol := f.team()
		f.agree()
		err := f.db.InTx(t.Context(), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO mobilisation_member (petition_id, person_id, role, since)
				VALUES ($1, 'carol', 'editor', 1)`, f.petition.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := carol.Get(handoverPath); got.Status != 200 || strings.Contains(got.Body, "names.csv") {
			t.Errorf("an editor: %d", got.Status)
		}
		if got := carol.Post(namesPath); got.Status != 403 {
			t.Errorf("an editor takes names: %d", got.Status)
		}
	})
}

func TestManyWhoAgreedAreReadByPlaceWithoutGaps(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		codes := []string{"75011", "01000", "67000", "20000"}
		err := f.Plant(t.Context(), f.petition.ID, func(yield func(mobilisation.Planted) bool) {
			for n := range 2300 {
				s := mobilisation.Signer{GivenName: "Ada", FamilyName: fmt.Sprintf("N%c%c%c", 'a'+n%26, 'a'+n/26%26, 'a'+n/676), Email: fmt.Sprintf("n%d@example.org", n), PostalCode: codes[n%2], Lang: "fr", Consents: mobilisation.HandOver}
				if !yield(mobilisation.Planted{Signer: s, At: f.clock.Now()}) {
					return
				}
			}
		}, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		for _, skip := range []int{0, 700, 2299, 2300, 5000} {
			seen, changes, last := map[string]bool{}, 0, ""
			err := f.EachAgreed(t.Context(), f.petition.ID, mobilisation.HandOver, skip, func(a mobilisation.Agreed) error {
				seen[a.Family] = true
				if a.Department != last {
					changes, last = changes+1, a.Department
				}
				return nil
			})
			if err != nil || len(seen) != max(2300-skip, 0) || changes > 2 {
				t.Errorf("from %d on: %d people, %d changes of department, %v", skip, len(seen), changes, err)
			}
		}
	})
}

var deliveryShape = regexp.MustCompile(`/team/delivery/[0-9a-z]+`)

func TestADeliveryIsCorrectedAnsweredAndRemovedWithItsDates(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, stranger := f.team()
		done := ada.Post(deliverPath, "day", "2026-03-28", "recipient", "Conseil regional")
		if done.Status != 303 {
			t.Fatalf("%d\n%s", done.Status, done.Body)
		}
		path := "/m/ligne-du-val" + deliveryShape.FindString(done.Location())
		if page := spaced(bob.Get("/m/ligne-du-val").Body); !strings.Contains(page, "Remise le samedi 28 mars 2026") || !strings.Contains(page, "Conseil regional") {
			t.Error("the page does not say that it was delivered")
		}
		if got := stranger.Get(path); got.Status != 404 {
			t.Errorf("a stranger: %d", got.Status)
		}
		if got := stranger.Post(path, "day", "2026-03-28", "recipient", "x"); got.Status != 404 {
			t.Errorf("a stranger: %d", got.Status)
		}
		f.clock.Advance(48 * time.Hour)
		if got := bob.Post(path, "day", "2026-03-28", "recipient", "Conseil regional", "reply", "Nous verrons."); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		page := spaced(bob.Get("/m/ligne-du-val").Body)
		if !strings.Contains(page, "Réponse ajoutée le lundi 30 mars 2026") || !strings.Contains(page, "Nous verrons.") || strings.Contains(page, "Corrigé le") {
			t.Error("the reply is not dated, or called a correction")
		}
		if got := bob.Post(path, "day", "1999-01-01", "recipient", "Ailleurs"); got.Status != 422 || !strings.Contains(got.Body, "Ailleurs") {
			t.Errorf("a wrong day: %d", got.Status)
		}
		bob.Post(path, "day", "2026-03-29", "recipient", "Conseil regional", "reply", "Nous verrons.")
		if page := spaced(bob.Get("/m/ligne-du-val").Body); !strings.Contains(page, "Corrigé le lundi 30 mars 2026") {
			t.Error("the correction is not dated")
		}
		if got := bob.Post(path + "/remove"); got.Status != 303 {
			t.Fatalf("%d", got.Status)
		}
		if got := bob.Get(path); got.Status != 404 {
			t.Errorf("removed: %d", got.Status)
		}
		page, press := spaced(bob.Get("/m/ligne-du-val").Body), spaced(bob.Get("/m/ligne-du-val/press").Body)
		if strings.Contains(page, "Nous verrons") || strings.Contains(page, "Remise le") || !strings.Contains(press, "Une remise a été retirée") {
			t.Error("a delivery that was removed")
		}
	})
}

func TestADeliveryThatIsSentTwiceIsOne(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, _ := f.team()
		var group sync.WaitGroup
		for _, v := range []*webtest.Visitor{ada, bob} {
			group.Go(func() { v.Post(deliverPath, "day", "2026-03-28", "recipient", "Mairie") })
		}
		group.Wait()
		if all, err := f.Deliveries(t.Context(), f.petition.ID); err != nil || len(all) != 1 {
			t.Fatalf("%d deliveries, %v", len(all), err)
		}
		for i := range 19 {
			ada.Post(deliverPath, "day", "2026-03-28", "recipient", "Mairie de "+string(rune('A'+i)))
		}
		if got := ada.Post(deliverPath, "day", "2026-03-28", "recipient", "Une de trop"); got.Status != 422 || !strings.Contains(got.Body, "Une de trop") {
			t.Errorf("more than the page lists: %d", got.Status)
		}
	})
}

func TestThePhotoOfADeliveryStaysWhileItDoes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, _, _ := f.team()
		done := ada.Post(deliverPath, "day", "2026-03-28", "recipient", "Mairie")
		path := "/m/ligne-du-val" + deliveryShape.FindString(done.Location())
		words := []string{"day", "2026-03-28", "recipient", "Mairie"}
		if got := send(t, ada, path, jpegOf(t, color.White), words...); got.Status != 422 {
			t.Errorf("without words for it: %d", got.Status)
		}
		if got := send(t, ada, path, jpegOf(t, color.White), append(words, "picture_alt", "Des cartons devant la mairie")...); got.Status != 303 {
			t.Fatalf("%d\n%s", got.Status, got.Body)
		}
		f.clock.Advance(48 * time.Hour)
		if err := mobilisation.SweepPictures(f.Room, t.Context()); err != nil {
			t.Fatal(err)
		}
		shown := regexp.MustCompile(`/p/[0-9a-z]+\.jpg`).FindString(ada.Get(path).Body)
		if got := ada.Get(shown); shown == "" || got.Status != 200 || got.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%q: %d", shown, got.Status)
		}
		if page := ada.Get("/m/ligne-du-val").Body; !strings.Contains(page, "Des cartons devant la mairie") {
			t.Error("the page does not show it")
		}
		ada.Post(path + "/remove")
		if err := mobilisation.SweepPictures(f.Room, t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := ada.Get(shown); got.Status != 404 {
			t.Errorf("removed: %d", got.Status)
		}
	})
}

func TestTheWeekSaysWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ada, bob, stranger := f.team()
		f.agree()
		ada.Post(paperPath, batch()...)
		for who, want := range map[*webtest.Visitor]bool{ada: false, bob: true} {
			if week := who.Get("/m/ligne-du-val/team/week"); week.Status != 200 || strings.Contains(week.Body, "Confirmer 1 lot") != want {
				t.Errorf("a batch to confirm: %d, to be %v", week.Status, want)
			}
		}
		if week := spaced(bob.Get("/m/ligne-du-val/team/week").Body); !strings.Contains(week, "Imprimer la liste (2 noms)") {
			t.Error("the list is not to be printed, though a milestone was reached")
		}
		bob.Post(deliverPath, "day", "2026-03-28", "recipient", "Mairie")
		f.clock.Advance(15 * 24 * time.Hour)
		week := spaced(bob.Get("/m/ligne-du-val/team/week").Body)
		if strings.Contains(week, "Imprimer la liste") || !strings.Contains(week, "Ajouter la réponse") {
			t.Error("after the delivery a reply is waited for")
		}
		if got := stranger.Get("/m/ligne-du-val/team/week"); got.Status != 404 {
			t.Errorf("a stranger: %d", got.Status)
		}
	})
}
