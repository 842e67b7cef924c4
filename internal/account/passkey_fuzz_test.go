package account_test

import (
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/web/webtest"
)

// garbage is what no browser sends.
var garbage = []string{
	"", "{", "{}", "[]", "null", `"x"`, "\xff", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, strings.Repeat("[", 300),
	`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}`,
	`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`,
}

func TestGarbageInPlaceOfAPasskeyIsAnsweredInWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.signedIn("maud@rail.example", perm.RoleHost)
		for _, g := range garbage {
			door, _ := h.atTheDoor()
			v.Post("/account/passkeys/challenge")
			for _, a := range []webtest.Answer{door.Post("/signin/passkey", "credential", g), v.Post("/account/passkeys", "credential", g)} {
				if a.Status < 400 || a.Status >= 500 {
					t.Errorf("%.40q: %d", g, a.Status)
				}
			}
		}
	})
}

// FuzzPasskey sends foreign bytes as the answer of a device, both ways, beside ceremonies that are open.
func FuzzPasskey(f *testing.F) {
	h := build(f, storagetest.Open(f, storagetest.SQLite(f), migrations()), nil)
	h.queue.Stop() // what works beside would look like something new to the fuzzer
	entered, err := h.room.EnterByLink(f.Context(), strings.TrimPrefix(h.add("maud@rail.example", perm.RoleHost), "/signin/"), "")
	if err != nil {
		f.Fatal(err)
	}
	actor, err := h.room.Session(f.Context(), entered.Token)
	if err != nil {
		f.Fatal(err)
	}
	adding, err := h.room.BeginPasskey(f.Context(), actor)
	if err != nil {
		f.Fatal(err)
	}
	entering, err := h.room.BeginEntry()
	if err != nil {
		f.Fatal(err)
	}
	d := newDevice(f)
	f.Add(d.create(ask(f, string(adding.Options))))
	f.Add(d.get(ask(f, string(entering.Options))))
	for _, g := range garbage {
		f.Add(g)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if _, err := h.room.EnterByPasskey(t.Context(), entering.Sealed, answer, "", ""); !inWords(err) {
			t.Errorf("coming in: %v", err)
		}
		if err := h.room.AddPasskey(t.Context(), actor, adding.Sealed, answer, ""); !inWords(err) {
			t.Errorf("adding: %v", err)
		}
	})
}

// inWords tells whether an answer was taken, or refused in words that blame nobody here.
func inWords(err error) bool { return err == nil || fault.KindOf(err) < fault.Internal }
