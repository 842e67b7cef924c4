package app_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What `make room` furnishes compiles and passes its own test, or the first hour of a new room would be lost. The room is laid
// over the tree and never written into it.
func TestAFurnishedRoomStands(t *testing.T) {
	folder := t.TempDir()
	run(t, "", "sh", filepath.Join(root(), "scripts", "room.sh"), "zebra", folder)
	overlay, binary := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "zebra.test")
	lay(t, folder, overlay)
	run(t, root(), "go", "test", "-overlay", overlay, "-vet=off", "-c", "-o", binary, "./internal/zebra")
	run(t, folder, binary)
}

// run runs a command to its end.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
}

// lay writes the file by which go lays the rooms of folder over internal.
func lay(t *testing.T, folder, file string) {
	t.Helper()
	house, err := filepath.Abs(root())
	if err != nil {
		t.Fatal(err)
	}
	laid := struct{ Replace map[string]string }{Replace: map[string]string{}}
	err = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		laid.Replace[filepath.Join(house, "internal", relative)] = name
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(laid)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
