package apptest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// BinaryVariable names the program under test; without it, it is built from the tree.
const BinaryVariable = "ESSAIM_TEST_BINARY"

// folderVariable names the folder of this run, in which the program is built.
const folderVariable = "ESSAIM_TEST_FOLDER"

// Main runs the tests of a package that may need the program, and removes it afterwards.
func Main(m *testing.M) int {
	folder, err := os.MkdirTemp("", "essaim-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	if err := os.Setenv(folderVariable, folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

var build = sync.OnceValues(func() (string, error) {
	if ready := os.Getenv(BinaryVariable); ready != "" {
		return filepath.Abs(ready)
	}
	file := filepath.Join(os.Getenv(folderVariable), "essaim")
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	command := exec.Command("go", "build", "-o", file, "essaim/cmd/essaim")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

// Binary returns the program's file, building it the first time.
func Binary(t testing.TB) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}
