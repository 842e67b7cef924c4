package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxFile is more than 255 keys need, in bytes.
const maxFile = 64 << 10

const advice = `# The keys of this site's personal data. Without this file, names and addresses in the database are lost for ever;
# with it, whoever has the database reads them. Keep a copy in a safe place, away from the database's backups.
`

// LoadOrCreate returns a vault with the keys of the file at path, and makes the file, mode 0600, when there is none.
// Two starts at once end with the same keys. It refuses a file that other accounts can read.
func LoadOrCreate(path string) (v *Vault, created bool, err error) {
	keys, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = writeNew(path, Generate())
		created = err == nil
		if created || errors.Is(err, fs.ErrExist) {
			keys, err = readFile(path)
		}
	}
	if err != nil {
		return nil, false, err
	}
	v, err = New(keys...)
	return v, created, err
}

// Rotate puts a new sealing key in front of the keys in the file at path. What is sealed already still opens; a running
// process goes on with the keys that it read.
func Rotate(path string) error {
	keys, err := readFile(path)
	if err != nil {
		return err
	}
	used := [256]bool{}
	for _, key := range keys {
		used[key.ID] = true
	}
	fresh := Key{}
	for n := range used {
		if !used[n] {
			fresh.ID = byte(n)
			break
		}
	}
	if fresh.ID == IndexID {
		return errors.New("vault: 255 keys are enough: remove those that seal nothing any more")
	}
	rand.Read(fresh.Secret[:])
	draft, err := writeDraft(path, append([]Key{fresh}, keys...))
	if err != nil {
		return err
	}
	defer os.Remove(draft) // nothing is there once it is renamed
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("vault: put the new keys in place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

func readFile(path string) ([]Key, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vault: open the key file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("vault: look at the key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("vault: %s is not a file", path)
	}
	// Windows knows no such modes: there the folder's own rights decide.
	if loose := info.Mode().Perm() & 0o077; loose != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("vault: other accounts of this machine can reach the keys in %s (mode %04o). Run: chmod 600 %s",
			path, info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("vault: read the key file: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("vault: %s is too large to be a key file", path)
	}
	keys, err := Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%w (in %s)", err, path)
	}
	return keys, nil
}

// writeNew makes the file at path whole or not at all, and answers fs.ErrExist when another start was faster.
func writeNew(path string, keys []Key) error {
	draft, err := writeDraft(path, keys)
	if err != nil {
		return err
	}
	defer os.Remove(draft)
	// A link, unlike a rename, never replaces what is there.
	if err := os.Link(draft, path); err != nil {
		return fmt.Errorf("vault: put the key file in place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// writeDraft writes keys beside path, down to the disk, and returns the draft's path.
func writeDraft(path string, keys []Key) (string, error) {
	draft := path + "." + rand.Text()
	file, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("vault: make the key file: %w", err)
	}
	_, err = io.WriteString(file, advice+Text(keys))
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		os.Remove(draft)
		return "", fmt.Errorf("vault: write the key file: %w", err)
	}
	return draft, nil
}

// syncFolder makes the name of a new file outlive a power cut.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there
	}
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("vault: sync the folder of the key file: %w", err)
	}
	err = errors.Join(folder.Sync(), folder.Close())
	if err != nil {
		return fmt.Errorf("vault: sync the folder of the key file: %w", err)
	}
	return nil
}
