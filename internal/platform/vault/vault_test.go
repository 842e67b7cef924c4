package vault_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"essaim/internal/platform/id"
	"essaim/internal/platform/vault"
)

func fresh(t testing.TB) *vault.Vault {
	t.Helper()
	return open(t, vault.Generate())
}

func open(t testing.TB, keys []vault.Key) *vault.Vault {
	t.Helper()
	v, err := vault.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsSealedOpensForItsPurposeAndRow(t *testing.T) {
	v := fresh(t)
	rapid.Check(t, func(t *rapid.T) {
		purpose := rapid.String().Draw(t, "purpose")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		bound := rapid.SliceOf(rapid.Byte()).Draw(t, "bound")
		sealed := v.Seal(purpose, plain, bound)
		if len(sealed) != len(plain)+vault.Overhead {
			t.Fatalf("%d bytes became %d", len(plain), len(sealed))
		}
		got, err := v.Open(purpose, sealed, bound)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%q came back as %q, %v", plain, got, err)
		}
		text := v.SealText(purpose, plain, bound)
		got, err = v.OpenText(purpose, text, bound)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%q came back from text as %q, %v", plain, got, err)
		}
		if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Fatalf("%q does not fit a cookie", text)
		}
	})
}

func TestNoSealedValueOpensElsewhere(t *testing.T) {
	v := fresh(t)
	sealed := v.Seal("signature.email", []byte("ada@example.org"), []byte("row 1"))
	elsewhere := map[string]func() ([]byte, error){
		"another row":     func() ([]byte, error) { return v.Open("signature.email", sealed, []byte("row 2")) },
		"no row":          func() ([]byte, error) { return v.Open("signature.email", sealed, nil) },
		"another purpose": func() ([]byte, error) { return v.Open("signature.name", sealed, []byte("row 1")) },
		"another vault":   func() ([]byte, error) { return fresh(t).Open("signature.email", sealed, []byte("row 1")) },
		"as text":         func() ([]byte, error) { return v.OpenText("signature.email", string(sealed), []byte("row 1")) },
	}
	for where, try := range elsewhere {
		if plain, err := try(); !errors.Is(err, vault.ErrForeign) || plain != nil {
			t.Errorf("%s: %q, %v", where, plain, err)
		}
	}
}

func TestEachChangedBitAndEachCutIsNoticed(t *testing.T) {
	v := fresh(t)
	sealed := v.Seal("p", []byte("ada@example.org"), nil)
	for bit := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[bit/8] ^= 1 << (bit % 8)
		if _, err := v.Open("p", changed, nil); !errors.Is(err, vault.ErrForeign) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	for n := 1; n < len(sealed); n++ {
		if _, err := v.Open("p", sealed[:n], nil); !errors.Is(err, vault.ErrForeign) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestAnErasedValueSaysSo(t *testing.T) {
	v := fresh(t)
	if _, err := v.Open("p", nil, nil); !errors.Is(err, vault.ErrErased) {
		t.Error(err)
	}
	if _, err := v.OpenText("p", "", nil); !errors.Is(err, vault.ErrErased) {
		t.Error(err)
	}
}

func TestTheSameValueNeverLooksTheSameTwice(t *testing.T) {
	v := fresh(t)
	seen := map[string]bool{}
	for range 1000 {
		sealed := string(v.Seal("p", []byte("Ada"), nil))
		if seen[sealed] {
			t.Fatal("two equal sealed values")
		}
		seen[sealed] = true
	}
}

func TestTheCanaryIsNowhereInWhatIsStored(t *testing.T) {
	const canary = "canari.unique@example.org"
	v := fresh(t)
	stored := [][]byte{
		v.Seal("email", []byte(canary), []byte(canary)),
		[]byte(v.SealText("email", []byte(canary), nil)),
		v.Index("email", canary),
		[]byte(v.Token("leave", canary)),
		[]byte(v.Code("confirm", canary)),
	}
	for i, bytesOnDisk := range stored {
		for n := 6; n <= len(canary); n++ {
			if bytes.Contains(bytesOnDisk, []byte(canary[:n])) || bytes.Contains(bytesOnDisk, []byte(canary[len(canary)-n:])) {
				t.Errorf("%d holds a piece of the canary", i)
			}
		}
	}
}

func TestIndexTellsValuesAndPurposesApart(t *testing.T) {
	v := fresh(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		same := bytes.Equal(v.Index("email", a), v.Index("email", b))
		if same != (a == b) {
			t.Fatalf("%q and %q have the same index: %v", a, b, same)
		}
		if bytes.Equal(v.Index("email", a), v.Index("name", a)) {
			t.Fatal("the same index for two purposes")
		}
		if len(v.Index("email", a)) != vault.IndexLen {
			t.Fatal("an index of another length")
		}
	})
	if bytes.Equal(v.Index("email", "a"), fresh(t).Index("email", "a")) {
		t.Error("the index does not depend on the key")
	}
}

func TestOnlyItsOwnTokenAndCodeAreTaken(t *testing.T) {
	v := fresh(t)
	token, code := v.Token("leave", "1"), v.Code("confirm", "1")
	if len(token) != id.TokenLen || len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		t.Fatalf("token %q, code %q", token, code)
	}
	if !v.CheckToken("leave", "1", token) || !v.CheckCode("confirm", "1", code) {
		t.Error("its own token or code is refused")
	}
	for _, wrong := range []string{"", token[:25], token + "0", strings.ToUpper(token), v.Token("leave", "2"), v.Token("join", "1"), fresh(t).Token("leave", "1")} {
		if v.CheckToken("leave", "1", wrong) {
			t.Errorf("the token %q is taken", wrong)
		}
	}
	for _, wrong := range []string{"", code[:5], code + "0", " " + code, "00000" + code} {
		if v.CheckCode("confirm", "1", wrong) {
			t.Errorf("the code %q is taken", wrong)
		}
	}
}

func TestCodesAreSpreadEvenly(t *testing.T) {
	v := fresh(t)
	var count [10]int
	const n = 20_000
	for i := range n {
		count[v.Code("confirm", fmt.Sprint(i))[0]-'0']++
	}
	for digit, got := range count {
		if got < n/10*85/100 || got > n/10*115/100 {
			t.Errorf("%d of %d codes begin with %d", got, n, digit)
		}
	}
}

func TestAfterRotationOldValuesOpenAndAreStillFound(t *testing.T) {
	keys := vault.Generate()
	before := open(t, keys)
	sealed, index, token := before.Seal("p", []byte("Ada"), nil), before.Index("p", "Ada"), before.Token("p", "Ada")
	newer := vault.Key{ID: 2, Secret: vault.Generate()[1].Secret}
	after := open(t, append([]vault.Key{newer}, keys...))
	if got, err := after.Open("p", sealed, nil); err != nil || string(got) != "Ada" {
		t.Errorf("%q, %v", got, err)
	}
	if !after.Stale(sealed) || after.Stale(after.Seal("p", nil, nil)) || after.Stale(nil) {
		t.Error("the wrong values wait to be sealed again")
	}
	if _, err := before.Open("p", after.Seal("p", nil, nil), nil); !errors.Is(err, vault.ErrForeign) {
		t.Errorf("the old keys open what the new key sealed: %v", err)
	}
	if !bytes.Equal(index, after.Index("p", "Ada")) || !after.CheckToken("p", "Ada", token) || before.Fingerprint() != after.Fingerprint() {
		t.Error("rotation changed the index, the links or the fingerprint")
	}
}

func TestKeysForOthersDifferByPurposeAndVault(t *testing.T) {
	v := fresh(t)
	key := v.Key("guard")
	if len(key) != 32 || !bytes.Equal(key, v.Key("guard")) || bytes.Equal(key, v.Key("hub")) || bytes.Equal(key, fresh(t).Key("guard")) {
		t.Error("keys for others are not theirs alone")
	}
}

func TestFingerprintTellsKeysApart(t *testing.T) {
	a, b := fresh(t), fresh(t)
	if a.Fingerprint() == b.Fingerprint() || len(a.Fingerprint()) != 8 {
		t.Errorf("%q and %q", a.Fingerprint(), b.Fingerprint())
	}
}

func TestUnfitKeysAreRefused(t *testing.T) {
	good := vault.Generate()
	unfit := map[string][]vault.Key{
		"none":     nil,
		"no index": good[1:],
		"no key":   good[:1],
		"twice":    append(good, good[1]),
		"empty":    {good[0], {ID: 1}},
	}
	for name, keys := range unfit {
		if _, err := vault.New(keys...); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestNoPrinterAndNoLogShowsAKey(t *testing.T) {
	keys := vault.Generate()
	v := open(t, keys)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "keys", keys, "vault", v)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "keys", keys, "vault", v)
	encoded, _ := json.Marshal(keys)
	log.Write(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d", "%s", "%q"} {
		fmt.Fprintf(&log, verb, keys)
		fmt.Fprintf(&log, verb, v)
	}
	for _, key := range keys {
		for _, shape := range []string{"%x", "%d", "%v"} {
			bare := strings.Trim(fmt.Sprintf(shape, key.Secret[:4]), "[]")
			if strings.Contains(log.String(), bare) {
				t.Errorf("a key shows as %s", bare)
			}
		}
	}
}

func TestManyMaySealAtOnce(t *testing.T) {
	v := fresh(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 200 {
				purpose := fmt.Sprint("purpose ", i%17)
				plain, err := v.Open(purpose, v.Seal(purpose, []byte{byte(n)}, nil), nil)
				if err != nil || plain[0] != byte(n) {
					t.Errorf("%v, %v", plain, err)
				}
				if !v.CheckToken(purpose, "x", v.Token(purpose, "x")) {
					t.Error("token differs")
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkSignature is a signature's share of the vault: name and address sealed as one, two indexes, one link.
func BenchmarkSignature(b *testing.B) {
	v := fresh(b)
	plain, bound := []byte("Ada\x00Lovelace\x00ada.lovelace@example.org"), []byte("0123456789abcdefghjkmnpq")
	b.ReportAllocs()
	for b.Loop() {
		v.Seal("signature", plain, bound)
		v.Index("email", "ada.lovelace@example.org")
		v.Index("name", "ada lovelace")
		v.Token("leave", "0123456789abcdefghjkmnpq")
	}
}

func BenchmarkSeal(b *testing.B) {
	v := fresh(b)
	for b.Loop() {
		v.Seal("signature", []byte("Ada\x00Lovelace\x00ada.lovelace@example.org"), nil)
	}
}

func BenchmarkIndex(b *testing.B) {
	v := fresh(b)
	for b.Loop() {
		v.Index("email", "ada.lovelace@example.org")
	}
}
