package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"essaim/internal/app"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
	"essaim/internal/platform/vault"
)

func TestAnotherKeyThanTheDatabasesIsRefused(t *testing.T) {
	storagetest.EachOptions(t, func(t *testing.T, o storage.Options) {
		s := config.Settings{
			Data: filepath.Join(t.TempDir(), "data"), Database: o.URL, URL: "http://localhost", Name: "Essaim", Languages: []string{"fr", "en"}, Timezone: "Europe/Paris",
		}
		start := func() error {
			h, err := app.Build(t.Context(), s, app.Options{Loopback: true})
			if err != nil {
				return err
			}
			defer h.Close()
			return h.Start(t.Context())
		}
		for range 2 {
			if err := start(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(s.KeyFile(), s.KeyFile()+".away"); err != nil {
			t.Fatal(err)
		}
		if err := start(); err == nil || !strings.Contains(err.Error(), "is missing") {
			t.Fatalf("without the key: %v", err)
		}
		if _, err := os.Stat(s.KeyFile()); err == nil {
			t.Fatal("a key was made that opens nothing")
		}
		if _, _, err := vault.LoadOrCreate(s.KeyFile()); err != nil {
			t.Fatal(err)
		}
		if err := start(); err == nil || !strings.Contains(err.Error(), "another key") {
			t.Fatalf("with a new key: %v", err)
		}
	})
}
