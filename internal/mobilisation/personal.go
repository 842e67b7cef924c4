package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

// keptSignature is everything that the room keeps about one signature (GDPR, article 15).
type keptSignature struct {
	Petition   string    `json:"petition"`
	Title      string    `json:"title"`
	GivenName  string    `json:"given_name"`
	FamilyName string    `json:"family_name"`
	Email      string    `json:"email"`
	PostalCode string    `json:"postal_code"`
	Country    string    `json:"country"`
	CountedIn  string    `json:"counted_in"`
	Message    string    `json:"message,omitempty"`
	HandOver   bool      `json:"hand_over"`
	PublicName bool      `json:"public_name"`
	Letters    bool      `json:"letters"`
	Under15    bool      `json:"under_15"`
	Language   string    `json:"language"`
	Signed     time.Time `json:"signed"`
	Confirmed  time.Time `json:"confirmed,omitzero"`
	Mails      int64     `json:"mails"`
}

// personal is how the room shows and erases what it keeps of one person.
func (r *Room) personal() module.Personal {
	return module.Personal{Label: "mobilisation.personal", Export: r.exportPerson, Erase: r.Erase}
}

const mostExported = 10_000 // signatures of one address

func (r *Room) exportPerson(ctx context.Context, email string) (any, error) {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return nil, nil // no signature has what is no address
	}
	rows, err := r.db.Query(ctx, fmt.Sprintf(`
		SELECT `+signatureColumns+`
		FROM mobilisation_signature
		WHERE address = $1
		ORDER BY created_at
		LIMIT %d`, mostExported), r.Vault.Index(purposeAddress, mail.Canonical(address)))
	all, err := storage.All(rows, err, func(r *storage.Rows) (Signature, error) { return scanSignature(r.Scan) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	kept := make([]keptSignature, 0, len(all))
	for _, s := range all {
		one, err := r.exportSignature(ctx, s)
		if err != nil {
			return nil, err
		}
		kept = append(kept, one)
	}
	return kept, nil
}

func (r *Room) exportSignature(ctx context.Context, s Signature) (keptSignature, error) {
	p, text, err := r.PetitionAndText(ctx, s.PetitionID)
	if err != nil {
		return keptSignature{}, err
	}
	one := keptSignature{
		Petition: r.SiteURL + "/m/" + p.Slug, Title: text.Title, Country: s.Country, CountedIn: s.Commune, HandOver: s.Consents.Has(HandOver), PublicName: s.Consents.Has(PublicName),
		Letters: s.Consents.Has(Letters), Under15: s.Consents.Has(Under15), Language: s.Lang, Signed: s.Created, Confirmed: s.Confirmed, Mails: s.Mails,
	}
	who, err := r.IdentityOf(s)
	if errors.Is(err, vault.ErrErased) {
		return one, nil
	}
	if err != nil {
		return one, fmt.Errorf("open a signature: %w", err)
	}
	one.GivenName, one.FamilyName, one.Email, one.PostalCode = who.Given, who.Family, who.Email, who.PostalCode
	one.Message, err = r.MessageOf(ctx, s.ID)
	return one, err
}
