package mobilisation

import (
	"errors"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/vault"
)

// SignatureState says whether a signature counts.
type SignatureState int64

// The states, as stored.
const (
	Waiting   SignatureState = 0 // for its confirmation by mail
	Confirmed SignatureState = 1 // counts
	Apart     SignatureState = 2 // came over a limit: same page, same mail, never counted
	Invalid   SignatureState = 3 // taken out by the host, with a reason
)

// Consents is a set of boxes, none of which is ticked beforehand. Signing works with all of them off.
type Consents int64

// The boxes. PublicName is the lowest bit: an index finds public names by it.
const (
	PublicName Consents = 1 << iota // my first and last name on the page
	Letters                         // the letters of this mobilisation
	Under15                         // then none of the others holds
	HandOver                        // my name and postal code on the list handed to the addressee
)

// Has tells whether the box was ticked.
func (c Consents) Has(box Consents) bool { return c&box != 0 }

// Signer is what a person gives to sign.
type Signer struct {
	GivenName  string
	FamilyName string
	Email      string // as typed, cleaned
	PostalCode string // as Normalise writes it, once checked
	Country    string // ISO 3166-1 alpha-2
	Message    string // for the addressee and the page, shown after moderation; may be empty
	Consents   Consents
	Lang       string // of the page
	// From is where the form came from, for the limits of mails. It is kept nowhere.
	From netip.Addr `json:"-"`
	// Stand is the id of the stand from which the form came; empty for none. Its team sees how many, and never who.
	Stand string `json:"-"`
	// Later is how long the mail has to wait, where many leave for the same place: guard's Letters.
	Later time.Duration `json:"-"`
}

// Lengths, in characters.
const (
	MaxName      = 60
	maxNameWords = 5   // in one of the two: more are a sentence
	maxEmail     = 254 // RFC 5321 4.5.3.1.3, without the angle brackets
	MaxMessage   = 500
)

// Check says which answers have to be corrected, and brings the others into the form in which they are kept. It returns the
// address under which the signature counts: the same for all spellings that reach one mailbox.
func (s *Signer) Check(atlas *places.Places) (canonical string, where places.Postal, err error) {
	var fields []fault.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Args: args})
	}
	checkName(&s.GivenName, "given_name", wrong)
	checkName(&s.FamilyName, "family_name", wrong)
	address, err := mail.ParseAddress(s.Email)
	if err != nil {
		fields = append(fields, emailField(err))
	} else {
		s.Email, canonical = address, mail.Canonical(address)
	}
	if s.Country == "" {
		s.Country = "FR"
	}
	s.Country = strings.ToUpper(s.Country)
	code, err := atlas.Normalise(s.Country, s.PostalCode)
	if err != nil {
		fields = append(fields, placeField(err))
	} else {
		s.PostalCode = code
		where, _ = atlas.PostalCode(s.Country, code)
	}
	if prose.Longer(s.Message, MaxMessage) {
		wrong("message", "mobilisation.message_long", "max", MaxMessage)
	}
	if s.Consents.Has(Under15) {
		s.Consents, s.Message = Under15, "" // nothing of a child is shown
	}
	if len(fields) > 0 {
		return "", places.Postal{}, fault.InvalidForm(fields...)
	}
	return canonical, where, nil
}

// checkName refuses what is no name: nothing, too long, a formula for a spreadsheet, an advertisement for our own mails.
func checkName(name *string, field string, wrong func(name, key string, args ...any)) {
	*name = prose.Line(*name)
	switch {
	case *name == "":
		wrong(field, "mobilisation."+field+"_missing")
	case prose.Longer(*name, MaxName):
		wrong(field, "mobilisation.name_long", "max", MaxName)
	case prose.SuspectName(*name), !hasLetter(*name), len(strings.Fields(*name)) > maxNameWords:
		wrong(field, "mobilisation.name_suspect")
	}
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// Identity is what of a signer is sealed, in the least bytes that say it.
type Identity struct {
	Given, Family, Email, PostalCode string
}

func (s Signer) identity() []byte {
	// Four texts with a byte between them that Line never leaves in a text.
	// Made up to whole steps, for a thief would read the length of a name and an address.
	return vault.Pad([]byte(s.GivenName+"\x00"+s.FamilyName+"\x00"+s.Email+"\x00"+s.PostalCode), identityStep)
}

const identityStep = 32 // bytes

func readIdentity(plain []byte) Identity {
	parts := strings.SplitN(string(vault.Unpad(plain)), "\x00", 4)
	for len(parts) < 4 {
		parts = append(parts, "")
	}
	return Identity{Given: parts[0], Family: parts[1], Email: parts[2], PostalCode: parts[3]}
}

// IdentityOf opens who signed. The error is vault.ErrErased for who was forgotten.
func (r *Room) IdentityOf(s Signature) (Identity, error) {
	plain, err := r.Vault.Open(purposeIdentity, s.Sealed, []byte(s.ID))
	if err != nil {
		return Identity{}, err
	}
	return readIdentity(plain), nil
}

// Signature is one row, without what is sealed.
type Signature struct {
	ID         string
	PetitionID string
	State      SignatureState
	Slot       int64
	Name       []byte // blind index of the names
	Sealed     []byte
	Country    string
	PostalCode string // in clear only where it names no house: in France, else the part of it that places counts by
	Commune    string // key of places under which it counts
	Lang       string
	Consents   Consents
	Created    time.Time
	Confirmed  time.Time
	Mails      int64
	Mailed     time.Time
	CodeTries  int64
}

// Limits of one address.
const (
	maxMails      = 5  // for one signature
	maxMailsDaily = 20 // to one address in a day, over the whole instance
	// Beyond those, mails for who comes from elsewhere than those who have used them up: a stranger who types somebody's address
	// again and again does not keep them from signing.
	spareMails      = 4
	spareMailsDaily = 20
	day             = 24 * time.Hour
	maxWaiting      = 12 // signatures of different names that wait under one petition for one address
	maxPerAddress   = 2  // confirmed signatures: couples share an address
	CodeTries       = 5
	confirmWithin   = 7 * 24 * time.Hour
)

// mayBeMailed tells whether one more mail may go out about a signature whose address had so many mails today. spare adds what is
// kept for who comes from elsewhere.
func mayBeMailed(one Signature, today int64, spare bool) bool {
	if spare {
		return one.Mails < maxMails+spareMails && today < maxMailsDaily+spareMailsDaily
	}
	return one.Mails < maxMails && today < maxMailsDaily
}

// spareFrom is how many mails to one address a home or a network may have asked for in a day and still be given one that is spared.
var spareFrom = guard.Rate{Burst: 2, Per: day}

// spare tells whether who asks for a mail to an address has seldom done so, and counts this time.
func (r *Room) spare(address []byte, from netip.Addr) bool {
	return from.IsValid() && r.spares.Allow(spareFrom, string(address), guard.Near(from))
}

// mayCount tells whether a signature may be confirmed beside those that count already for its address under its petition: the
// first always, a second with another name and the same postal code, a third never. It returns the slot to take.
func mayCount(one Signature, all []Signature) (slot int64, ok bool) {
	taken := [maxPerAddress]bool{}
	for _, other := range all {
		if other.ID == one.ID || other.State != Confirmed || other.PetitionID != one.PetitionID {
			continue
		}
		if other.PostalCode != one.PostalCode || other.Country != one.Country || string(other.Name) == string(one.Name) {
			return -1, false
		}
		taken[other.Slot] = true
	}
	for slot, full := range taken {
		if !full {
			return int64(slot), true
		}
	}
	return -1, false
}

// letterTask is the payload of the job that writes to a signatory. It holds no personal data: the worker opens the row.
type letterTask struct {
	Signature string `json:"s"`
	Letter    letter `json:"l"`
}

// letter is which mail.
type letter string

const (
	letterConfirm letter = "confirm" // the link and the code
	letterAlready letter = "already" // you have signed: nothing to do, or withdraw
)

// placeField turns an error of Normalise into the correction of its input.
func placeField(err error) fault.Field {
	field := places.Field("postal_code", err)
	if field.Key == "places.country_unknown" {
		field.Name = "country"
	}
	return field
}

// emailField turns an error of mail.ParseAddress into the correction of its input.
func emailField(err error) fault.Field {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return fault.Field{Name: "email", Key: f.Key, Args: f.Args}
	}
	return fault.Field{Name: "email", Key: "mobilisation.email_missing"}
}
