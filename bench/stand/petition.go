package stand

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"essaim/internal/app"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/places"
)

// publish makes the mobilisation of the stand, unless the folder has it from an earlier run. It is as long as one that people
// would write.
func publish(ctx context.Context, h *app.House) (*mobilisation.Petition, error) {
	p, err := h.Petitions.Petition(ctx, Slug)
	if fault.KindOf(err) != fault.NotFound || err == nil {
		return p, err
	}
	carrier, err := h.Organised.Create(ctx, organisation.Plan{
		Slug: "rail-du-val", Name: "Rail du Val",
		Texts: []organisation.Text{{Lang: "fr", Lede: "Des habitantes et des habitants de la vallée."}},
	}, "")
	if err != nil {
		return nil, fmt.Errorf("organisation: %w", err)
	}
	made, err := h.Petitions.Create(ctx, plan(carrier.ID))
	if err != nil {
		return nil, err
	}
	if err := h.Petitions.Publish(ctx, made.ID); err != nil {
		return nil, err
	}
	return h.Petitions.Petition(ctx, Slug)
}

func plan(carrier string) mobilisation.Plan {
	return mobilisation.Plan{
		Slug: Slug, OrganisationID: carrier, Lang: "fr", Area: "country:FR",
		Texts: []mobilisation.Text{{
			Lang: "fr", Title: "Rouvrons la ligne du Val, entre Montfaye et la vallée",
			Points: []string{
				"Quarante-deux kilomètres de rails sont là, entretenus, et plus un train n’y passe depuis 2019.",
				"Douze communes, trois lycées et un hôpital n’ont plus que la route.",
				"Huit allers-retours par jour coûteraient moins que la déviation prévue.",
			},
			Addressee: "Conseil régional", Why: why, Letter: letter,
		}, {
			Lang: "en", Title: "Reopen the Val line, from Montfaye to the valley",
			Points: []string{
				"Forty-two kilometres of track are there, kept in order, and no train has run on them since 2019.",
				"Twelve towns, three schools and one hospital are left with the road alone.",
				"Eight return trips a day would cost less than the planned bypass.",
			},
			Addressee: "Regional council", Why: why, Letter: letter,
		}},
		Sources: map[string][]mobilisation.Source{"fr": {
			{Title: "Étude de la fréquentation, 2018", URL: "https://example.org/frequentation"},
			{Title: "Coût de la déviation, enquête publique", URL: "https://example.org/enquete"},
		}},
		Milestones: []mobilisation.Milestone{
			{Goal: 5_000, Words: map[string]string{"fr": "Le courrier est remis à la présidente du conseil régional.", "en": "The letter is handed over."}},
			{Goal: 50_000, Words: map[string]string{"fr": "Le conseil en débat en séance publique.", "en": "The council debates it in public."}},
			{Goal: 5_000_000, Words: map[string]string{"fr": "Le premier train repart.", "en": "The first train runs."}},
		},
	}
}

const why = `Jusqu’en **2019**, six trains par jour reliaient Montfaye à la préfecture en trente-huit minutes. Le car de remplacement
met une heure dix, et ne passe pas le dimanche.

Les rails, les gares et les ouvrages sont en état : l’établissement public qui les possède les entretient, et le dit. Ce qui
manque tient en une ligne du budget régional, que la déviation de la route dépasse quatre fois.

## Ce que nous demandons

1. Huit allers-retours par jour, dimanche compris.
2. Un billet au prix du car.
3. Une concertation avec les communes desservies avant l’été.

## Qui nous sommes

Des lycéennes, des soignants, des retraitées, des commerçants de la vallée. Nous tenons une permanence chaque samedi au marché.`

const letter = `Madame la Présidente,

Nous vous demandons d’inscrire la réouverture de la ligne du Val au prochain contrat de service public. Les rails sont là, les
voyageurs aussi : l’étude de 2018 en comptait neuf cents par jour. Nous sommes à votre disposition pour en parler.`

// Signers invents people who sign, a different one at each call, spread evenly over all postal codes that the places know.
type Signers struct {
	codes []string
	base  string
	next  atomic.Int64
}

// NewSigners returns invented people whom nobody has met before.
func NewSigners(atlas *places.Places) *Signers {
	s := &Signers{base: strconv.FormatInt(time.Now().UnixMilli(), 36)}
	for n := range 100_000 {
		code := fmt.Sprintf("%05d", n)
		if _, ok := atlas.PostalCode("FR", code); ok {
			s.codes = append(s.codes, code)
		}
	}
	return s
}

// Next invents one person.
func (s *Signers) Next() mobilisation.Signer {
	return Invent(s.base, int(s.next.Add(1)), s.codes)
}

var (
	givenNames  = []string{"Camille", "Zoé", "Inès", "Lucien", "Maëlle", "Karim", "Jeanne", "Noé", "Anaïs", "Théo", "Fatou", "Émile", "Louise"}
	familyNames = []string{"Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Benali", "Lefèvre", "Roux", "Diallo", "Fournier"}
)

// Invent returns the n-th invented person of a series.
func Invent(series string, n int, codes []string) mobilisation.Signer {
	given, family := givenNames[n%len(givenNames)], familyNames[n%len(familyNames)]
	return mobilisation.Signer{
		GivenName: given, FamilyName: family, Email: "personne." + series + "." + strconv.Itoa(n) + "@example.org",
		PostalCode: codes[n*7919%len(codes)], Country: "FR", Lang: "fr", Consents: mobilisation.Consents(n % 4),
	}
}

// plant brings the mobilisation to n signatures at least.
func (in *inside) plant(ctx context.Context, n int) error {
	var there int
	if err := in.DB.QueryRow(ctx, `SELECT COUNT(*) FROM mobilisation_signature`).Scan(&there); err != nil || there >= n {
		return err
	}
	if len(in.signers.codes) == 0 {
		return errors.New("the places know no postal code")
	}
	began, done := time.Now(), 0
	err := in.Petitions.Plant(ctx, in.petition.ID, in.people(n-there), func(more int) { done += more })
	fmt.Fprintf(os.Stderr, "%d signatures planted in %s\n", done, time.Since(began).Round(time.Second/10))
	return err
}

func (in *inside) people(n int) iter.Seq[mobilisation.Planted] {
	return func(yield func(mobilisation.Planted) bool) {
		at := time.Now().Add(-30 * 24 * time.Hour)
		step := 30 * 24 * time.Hour / time.Duration(n)
		for i := range n {
			if !yield(mobilisation.Planted{Signer: in.signers.Next(), At: at.Add(time.Duration(i) * step)}) {
				return
			}
		}
	}
}
