package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"essaim/internal/app"
	"essaim/internal/app/apptest"
	"essaim/internal/platform/blob"
	"essaim/internal/platform/blob/blobtest"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// The copy of the night is read by who has the secret key, and by nobody who has this machine.
func TestCopiesAreReadElsewhereOnly(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		secret, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		s, folder := inhabited(t, o), t.TempDir()
		flags := []string{"--copies", folder, "--copies-for", secret.Recipient().String(), "--copies-kept", "2"}
		if out := mustRun(t, s, append([]string{"backup", "--list"}, flags...)...); !strings.Contains(out, "No copy yet") {
			t.Error(out)
		}
		s.Copies, s.CopiesFor, s.CopiesKept = []string{folder}, secret.Recipient().String(), 2
		s.Workers = false
		h := apptest.Build(t, s, app.Options{})
		ran := 0
		for _, schedule := range h.Modules[0].Schedules {
			if err := schedule.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			ran++
		}
		h.Close()
		names, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || ran != 3 || len(names) != 1 {
			t.Fatalf("%d schedules, %v, %v", ran, names, err)
		}
		if out := mustRun(t, s, append([]string{"backup", "--list"}, flags...)...); !strings.Contains(out, filepath.Base(names[0])) {
			t.Error(out)
		}
		text, err := os.ReadFile(names[0])
		if err != nil || strings.Contains(string(text), "Rouvrons") || !strings.HasPrefix(string(text), "age-encryption.org/v1\n") {
			t.Errorf("%d bytes, %v", len(text), err)
		}
		empty := elsewhere(t, engine(t), s)
		if out, code := command(t, empty, "restore", names[0]); code != 1 || !strings.Contains(out, "--identity") {
			t.Errorf("without a key: %d %s", code, out)
		}
		other, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		if out, code := command(t, empty, "restore", names[0], "--identity", keyFile(t, other)); code != 1 || !strings.Contains(out, "another recipient") {
			t.Errorf("with another key: %d %s", code, out)
		}
		mustRun(t, empty, "restore", names[0], "--identity", keyFile(t, secret))
		mustBeTheSame(t, everything(t, s), everything(t, empty))
	})
}

func keyFile(t *testing.T, key *age.X25519Identity) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(name, []byte("# made by a test\n"+key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCopiesWithoutARecipientAreRefused(t *testing.T) {
	s := inhabited(t, engine(t))
	for flags, want := range map[string]string{
		"--copies FOLDER":                       "--copies-for",
		"--copies FOLDER --copies-for somebody": "age-keygen",
	} {
		flags = strings.ReplaceAll(flags, "FOLDER", t.TempDir())
		if out, code := command(t, s, append([]string{"backup"}, strings.Fields(flags)...)...); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", flags, code, out)
		}
	}
}

// A site of several machines keeps its pictures in a bucket, and its copies in another folder of it: all comes back, with pictures in
// a folder as well as in a bucket.
func TestPicturesAndCopiesLieInABucket(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		bucket := blobtest.New(t, clock.System())
		secret, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		keys := filepath.Join(t.TempDir(), "s3.keys")
		if err := os.WriteFile(keys, []byte(bucket.KeyText()), 0o600); err != nil {
			t.Fatal(err)
		}
		s := inhabited(t, o)
		s.S3Keys, s.Blobs = keys, bucket.Address("site")
		key, err := blob.NewS3(bucket.Open(t, "site"), "pictures").Put(t.Context(), []byte("une photo"))
		if err != nil {
			t.Fatal(err)
		}
		shared := []string{"--s3-keys", keys, "--blobs", s.Blobs}
		flags := append([]string{"--copies", t.TempDir() + "," + bucket.Address("copies"), "--copies-for", secret.Recipient().String()}, shared...)
		mustRun(t, s, append([]string{"backup"}, flags...)...)
		out := mustRun(t, s, append([]string{"backup", "--list"}, flags...)...)
		if strings.Count(out, ".backup.age") != 2 || strings.Contains(out, "essaim-secret") {
			t.Error(out)
		}
		copies, err := bucket.Open(t, "copies").List(t.Context(), "essaim-2")
		if err != nil || len(copies) != 1 {
			t.Fatal(copies, err)
		}
		from := strings.Replace(bucket.Address("copies"), "?", "/"+copies[0].Name+"?", 1)
		empty := elsewhere(t, engine(t), s)
		empty.Blobs, empty.S3Keys = "", ""
		mustRun(t, empty, "restore", from, "--identity", keyFile(t, secret), "--s3-keys", keys)
		mustBeTheSame(t, everything(t, s), everything(t, empty))
		if text, err := os.ReadFile(filepath.Join(empty.Data, "pictures", key[:2], key)); err != nil || string(text) != "une photo" {
			t.Errorf("the picture: %q, %v", text, err)
		}
		again := elsewhere(t, engine(t), s)
		mustRun(t, again, "restore", from, "--identity", keyFile(t, secret), "--s3-keys", keys, "--blobs", bucket.Address("second"))
		if all, err := bucket.Open(t, "second").List(t.Context(), "pictures/"); err != nil || len(all) == 0 {
			t.Errorf("the picture did not come back into a bucket: %v, %v", all, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(empty.Data), "*.part")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		bucket.Refuse(403, "InvalidAccessKeyId")
		if out, code := command(t, s, append([]string{"backup"}, flags...)...); code != 1 || !strings.Contains(out, "does not know this key") || strings.Contains(out, "essaim-secret") {
			t.Errorf("%d %s", code, out)
		}
	})
}
