package vault

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// IndexID is the id of the one key that makes indexes, links and codes. All other ids, 1 to 255, are of sealing keys.
const IndexID = 0

// Key is a secret and the number that sealed values name it by.
type Key struct {
	ID     byte
	Secret Secret
}

// Secret is 256 random bits. It shows itself to no log and no printer; Text alone writes it.
type Secret [32]byte

const hidden = "(secret)"

// Format prints the same word whatever is asked for.
func (Secret) Format(s fmt.State, _ rune) { io.WriteString(s, hidden) }

// MarshalText writes the same word, for structured logs.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Generate returns fresh keys: the index key and one to seal with.
func Generate() []Key {
	keys := []Key{{ID: IndexID}, {ID: 1}}
	for i := range keys {
		rand.Read(keys[i].Secret[:])
	}
	return keys
}

// The text of the keys: a version line, then one key a line in hexadecimal, newest first. Lines that begin with # are
// for people. A text of one line, as some environments need it, has semicolons for line ends.
const version = "essaim-vault 1"

// Text writes keys for a file or the environment. What it returns opens everything: show it to nobody.
func Text(keys []Key) string {
	var text strings.Builder
	text.WriteString(version + "\n")
	for _, key := range keys {
		if key.ID == IndexID {
			fmt.Fprintf(&text, "index %s\n", hex.EncodeToString(key.Secret[:]))
			continue
		}
		fmt.Fprintf(&text, "key %d %s\n", key.ID, hex.EncodeToString(key.Secret[:]))
	}
	return text.String()
}

// Parse reads the keys that Text wrote. Its errors name a line by number, and never quote it.
func Parse(text string) ([]Key, error) {
	var keys []Key
	versioned := false
	if !strings.Contains(strings.TrimSpace(text), "\n") {
		text = strings.ReplaceAll(text, ";", "\n")
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#':
		case !versioned:
			if line != version {
				return nil, fmt.Errorf("vault: the first line of the keys must be %q", version)
			}
			versioned = true
		default:
			key, err := parseKey(strings.Fields(line))
			if err != nil {
				return nil, fmt.Errorf("vault: line %d of the keys: %w", number, err)
			}
			keys = append(keys, key)
		}
	}
	if lines.Err() != nil {
		return nil, errors.New("vault: the keys hold a line that is too long")
	}
	if _, err := New(keys...); err != nil {
		return nil, err
	}
	return keys, nil
}

func parseKey(fields []string) (Key, error) {
	var key Key
	switch {
	case len(fields) == 2 && fields[0] == "index":
		key.ID = IndexID
	case len(fields) == 3 && fields[0] == "key":
		n, err := strconv.ParseUint(fields[1], 10, 8)
		if err != nil || n == IndexID {
			return Key{}, errors.New("the number of a key is 1 to 255")
		}
		key.ID = byte(n)
	default:
		return Key{}, errors.New("neither \"index SECRET\" nor \"key NUMBER SECRET\"")
	}
	secret, err := hex.DecodeString(fields[len(fields)-1])
	if err != nil || len(secret) != len(key.Secret) {
		return Key{}, fmt.Errorf("a secret is %d hexadecimal digits", 2*len(key.Secret))
	}
	copy(key.Secret[:], secret)
	return key, nil
}
