package app_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"essaim/internal/platform/storage"
)

// findings names the canaries that data holds, whatever their case and disguise.
func findings(data []byte, canaries []string) []string {
	folded := bytes.ToLower(data)
	var found []string
	for _, canary := range canaries {
		for disguise, looks := range disguises(canary) {
			haystack := folded
			if disguise == "base64" {
				haystack = data
			}
			if slices.ContainsFunc(looks, func(look []byte) bool { return bytes.Contains(haystack, look) }) {
				found = append(found, canary+", as "+disguise)
			}
		}
	}
	slices.Sort(found)
	return found
}

// disguises lists the forms of a canary. All but base64 are looked for without regard to case.
func disguises(canary string) map[string][][]byte {
	lower := strings.ToLower(canary)
	all := map[string][][]byte{"it is": {[]byte(lower)}}
	for _, form := range []string{canary, lower} {
		all["hexadecimal"] = append(all["hexadecimal"], []byte(hex.EncodeToString([]byte(form))))
		all["UTF-16"] = append(all["UTF-16"], wide(lower)...)
		for shift := range 3 {
			all["base64"] = append(all["base64"], inBase64(form, shift)...)
		}
	}
	return all
}

// wide is text in UTF-16, both ways round.
func wide(text string) [][]byte {
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	return [][]byte{little, big}
}

// inBase64 is text as it looks inside a longer base64 text, with shift bytes before it: without the letters that depend on
// its neighbours.
func inBase64(text string, shift int) [][]byte {
	padded := append(make([]byte, shift), text...)
	first := (shift*8 + 5) / 6
	last := len(padded) * 8 / 6
	var both [][]byte
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		both = append(both, []byte(encoding.EncodeToString(padded)[first:last]))
	}
	return both
}

// digests are what an address leaves behind that was hashed without a key: whoever guesses the address knows it.
func digests(email string) []string {
	a, b, c := sha256.Sum256([]byte(email)), sha1.Sum([]byte(email)), md5.Sum([]byte(email))
	return []string{hex.EncodeToString(a[:16]), hex.EncodeToString(b[:16]), hex.EncodeToString(c[:]), string(a[:16]), string(b[:16]), string(c[:])}
}

var byteText = regexp.MustCompile(`\\\\x([0-9a-f]+)`)

// dump reads every row of every table of a PostgreSQL database, with bytes both as they are and as text.
func dump(t *testing.T, o storage.Options) map[string][]byte {
	t.Helper()
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names := texts(t, db, `
		SELECT CAST(table_name AS TEXT)
		FROM information_schema.tables
		WHERE table_schema = 'public'`)
	if !slices.Contains(names, "mobilisation_signature") {
		t.Fatalf("these are not all tables: %v", names)
	}
	tables, sealed := map[string][]byte{}, 0
	for _, name := range names {
		for _, row := range texts(t, db, `SELECT CAST(whole AS TEXT) FROM `+name+` AS whole`) {
			tables[name] = append(append(tables[name], row...), '\n')
			for _, found := range byteText.FindAllStringSubmatch(row, -1) {
				raw, err := hex.DecodeString(found[1])
				if err != nil {
					t.Fatal(err)
				}
				sealed++
				tables[name] = append(append(tables[name], raw...), '\n')
			}
		}
	}
	if sealed == 0 {
		t.Fatal("no bytes are in any row: the test reads rows wrongly")
	}
	return tables
}

// texts returns the one column of a query.
func texts(t *testing.T, db *storage.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(context.WithoutCancel(t.Context()), query)
	all, err := storage.All(rows, err, func(r *storage.Rows) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return all
}

func TestTheSearchForCanariesSeesThem(t *testing.T) {
	const canary = "Zyxanthe.Quolibrandt"
	for name, data := range map[string][]byte{
		"as it is":      []byte("…zyxanthe.quolibrandt…"),
		"in capitals":   []byte("…ZYXANTHE.QUOLIBRANDT…"),
		"hexadecimal":   []byte("…" + strings.ToUpper(hex.EncodeToString([]byte(canary))) + "…"),
		"little endian": wide(canary)[0],
		"big endian":    wide(strings.ToUpper(canary))[1],
		"base64":        []byte(base64.StdEncoding.EncodeToString([]byte("a" + canary + "bc"))),
		"base64url":     []byte(base64.URLEncoding.EncodeToString([]byte("??" + canary + ">"))),
		"aligned":       []byte(base64.RawURLEncoding.EncodeToString([]byte(canary))),
	} {
		if len(findings(data, []string{canary})) == 0 {
			t.Errorf("%s is overlooked", name)
		}
	}
	if found := findings([]byte("nobody was here"), []string{canary}); len(found) > 0 {
		t.Errorf("found %v where nobody was", found)
	}
}
