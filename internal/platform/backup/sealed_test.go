package backup_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"

	"essaim/internal/platform/backup"
)

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func encrypted(t testing.TB, text []byte, to backup.Recipient) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		t.Fatal(err)
	}
	for part := range bytes.Lines(text) {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decrypted(data []byte, keys string) ([]byte, error) {
	r, err := backup.Decrypt(bytes.NewReader(data), keys)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestOnlyTheRecipientReads(t *testing.T) {
	mine, other := identity(t), identity(t)
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3 * 64 << 10, 200_001} {
		text := bytes.Repeat([]byte("a line\n"), size/7+1)[:size]
		data := encrypted(t, text, mine.Recipient())
		if got, err := decrypted(data, mine.String()); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%d bytes: %d, %v", size, len(got), err)
		}
		if _, err := decrypted(data, other.String()); !errors.Is(err, backup.ErrNotForUs) {
			t.Errorf("%d bytes: another key: %v", size, err)
		}
		if size > 100 && bytes.Contains(data, []byte("a line")) {
			t.Error("it can be read")
		}
	}
}

func TestDamageIsNoticed(t *testing.T) {
	mine := identity(t)
	data := encrypted(t, bytes.Repeat([]byte("0123456789abcde\n"), 9000), mine.Recipient())
	for i := 0; i < len(data); i += 1 + i/100 {
		bent := bytes.Clone(data)
		bent[i] ^= 1
		if _, err := decrypted(bent, mine.String()); err == nil {
			t.Errorf("a bit of byte %d changes nothing", i)
		}
		if _, err := decrypted(data[:i], mine.String()); err == nil {
			t.Errorf("cut to %d bytes: no error", i)
		}
	}
	if _, err := decrypted(append(bytes.Clone(data), 0), mine.String()); err == nil {
		t.Error("what stands behind the end is not seen")
	}
}

// The vector is that of the specification's own tests (C2SP/CCTV, age/testdata/x25519): what age wrote is read here.
func TestTheSpecificationsVector(t *testing.T) {
	got, err := decrypted([]byte(vector), "# a remark\n\nAGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0\n")
	if digest := sha256.Sum256(got); err != nil || hex.EncodeToString(digest[:]) != "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab" {
		t.Errorf("%q %v", got, err)
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	good := identity(t)
	recipient, secret := good.Recipient().String(), good.String()
	for _, text := range []string{"", "age1", "age1qqqq", recipient[:len(recipient)-1], recipient + "q", strings.ToUpper(recipient), "ssh-ed25519 AAAA", secret,
		strings.Replace(recipient, recipient[10:11], "b", 1)} {
		if _, err := backup.ParseRecipient(text); !errors.Is(err, backup.ErrRecipient) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "# nothing", recipient, strings.ToLower(secret), secret[:len(secret)-1]} {
		if _, err := decrypted([]byte(vector), text); !errors.Is(err, backup.ErrIdentity) {
			t.Errorf("%d letters: %v", len(text), err)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	mine := identity(f)
	f.Add(encrypted(f, []byte("text"), mine.Recipient()))
	f.Add([]byte(vector))
	f.Add([]byte("age-encryption.org/v1\n-> X25519 a\n\n--- \n"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = decrypted(data, mine.String()) })
}

func FuzzKeys(f *testing.F) {
	f.Add("age1qqqq")
	f.Add(identity(f).Recipient().String())
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := backup.ParseRecipient(text); err == nil && r.(*age.X25519Recipient).String() != strings.TrimSpace(text) {
			t.Errorf("%q is written %q", text, r)
		}
		_, _ = decrypted([]byte(vector), text)
	})
}
