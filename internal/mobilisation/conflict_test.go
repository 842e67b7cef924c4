package mobilisation_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
)

// TestTwoOfATeamWriteAtOnceAndNeitherIsLost sends one draft from two browsers that saw the same version.
func TestTwoOfATeamWriteAtOnceAndNeitherIsLost(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		d, p := f.sentBack("ada")
		f.petition = p
		f.joinsAt(p.Slug, "ada", "bea", "editor")
		path := "/create/" + d.ID + "/demand"
		versionShape := regexp.MustCompile(`name="version" value="(\d+)"`)
		form := func(who, title string) []string {
			page := f.as(who).Get(path)
			found := versionShape.FindStringSubmatch(page.Body)
			if found == nil {
				t.Fatalf("%s sees %d\n%s", who, page.Status, page.Body)
			}
			return []string{"version", found[1], "title", title, "addressee", "Mairie de Saint-Elme"}
		}
		hers, mine := form("ada", "Un banc devant chaque école"), form("bea", "Deux bancs devant chaque école")
		if got := f.as("ada").Post(path, hers...); got.Status != 303 {
			t.Fatalf("ada saves: %d\n%s", got.Status, got.Body)
		}
		got := f.as("bea").Post(path, mine...)
		for _, words := range []string{"Ada a enregistré ce brouillon", "Un banc devant chaque école", `value="Deux bancs devant chaque école"`} {
			if got.Status != 409 || !strings.Contains(got.Body, words) {
				t.Errorf("bea is shown %d, without %q", got.Status, words)
			}
		}
		again := append([]string{"version", versionShape.FindStringSubmatch(got.Body)[1]}, mine[2:]...)
		if got := f.as("bea").Post(path, again...); got.Status != 303 {
			t.Errorf("bea saves, having seen both: %d", got.Status)
		}
		if got := f.as("carl").Get(path); got.Status != 404 {
			t.Errorf("who is not of the team: %d", got.Status)
		}
		if _, err := f.ProposeDraft(t.Context(), f.draftAs("bea", d.ID), mobilisation.Offer{Actor: perm.Actor{ID: "bea"}, Author: "Bea", Charter: true}); err != nil {
			t.Fatalf("bea proposes it: %v", err)
		}
		kept, err := f.PetitionByID(t.Context(), p.ID)
		if err != nil || kept.AuthorID != "ada" || kept.AuthorName != "Ada Lagune" || kept.State != mobilisation.Review {
			t.Errorf("it is of %s, under %q, and %s; %v", kept.AuthorID, kept.AuthorName, kept.State, err)
		}
	})
}

// sentBack makes a petition of a draft, which moderators send back.
func (f *fixture) sentBack(who string) (*mobilisation.WorkingDraft, *mobilisation.Petition) {
	f.t.Helper()
	d := &mobilisation.WorkingDraft{Lang: "fr", PersonID: who, Answers: mobilisation.Answers{
		Title: "Un banc devant l’école", Addressee: "Mairie", Points: []string{"Un.", "Deux.", "Trois."}, Why: "Parce que.", Scope: "country", Area: "country:FR",
	}}
	if err := f.SaveDraft(f.t.Context(), d); err != nil {
		f.t.Fatal(err)
	}
	p, err := f.ProposeDraft(f.t.Context(), d, mobilisation.Offer{Actor: perm.Actor{ID: who}, Author: "Ada Lagune", Charter: true})
	if err != nil {
		f.t.Fatal(err)
	}
	err = f.db.InTx(f.t.Context(), func(ctx context.Context, tx *storage.Tx) error {
		return f.Decide(ctx, tx, module.Decision{ID: p.ID, Verdict: mobilisation.VerdictCorrect, By: perm.Actor{ID: "moderator"}, At: f.clock.Now()})
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return d, p
}

func (f *fixture) draftAs(who, draftID string) *mobilisation.WorkingDraft {
	f.t.Helper()
	d, err := f.OpenDraft(f.t.Context(), draftID, "", perm.Actor{ID: who})
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}
