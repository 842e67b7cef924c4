package places_test

import (
	"os"
	"path/filepath"
	"testing"

	"essaim/internal/platform/places"
)

// sample loads the set that is compiled in.
func sample(t testing.TB) *places.Places {
	t.Helper()
	p, err := places.LoadSample(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// whole loads the reference data when they stand beside the project, and skips the test otherwise.
func whole(t testing.TB) *places.Places {
	t.Helper()
	p, err := places.Load(t.Context(), os.DirFS(reference(t)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// reference finds the folder of the reference data, which is never part of the project.
func reference(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
		data := filepath.Join(folder, "shared", "data")
		if _, err := os.Stat(filepath.Join(data, "fr_communes.csv.gz")); err == nil {
			return data
		}
	}
	t.Skip("the reference data are not on this machine")
	return ""
}
