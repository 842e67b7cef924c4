package blob

import (
	"fmt"
	"strings"
)

// Keys are what opens buckets. The zero value opens nothing. It prints as nothing, so that no log holds a key.
type Keys struct{ lines []keyLine }

type keyLine struct{ where, access, secret string }

// ParseKeys reads a file of keys. A line is an access key and its secret key; or three words, of which the first is the server or
// server/bucket for which they are. A line that begins with # is a remark. An error names the line and never what stands there.
func ParseKeys(text string) (k Keys, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case len(words) == 2:
			k.lines = append(k.lines, keyLine{access: words[0], secret: words[1]})
		case len(words) == 3:
			k.lines = append(k.lines, keyLine{where: words[0], access: words[1], secret: words[2]})
		default:
			return Keys{}, fmt.Errorf("line %d: write 'ACCESS-KEY SECRET-KEY', or 'SERVER ACCESS-KEY SECRET-KEY'", n)
		}
	}
	return k, nil
}

// String implements fmt.Stringer.
func (k Keys) String() string { return fmt.Sprintf("%d keys", len(k.lines)) }

// GoString implements fmt.GoStringer.
func (k Keys) GoString() string { return k.String() }

// find returns the key that says most exactly that it is for an address.
func (k Keys) find(a Address) (best keyLine, ok bool) {
	for _, line := range k.lines {
		fits := line.where == "" || line.where == a.Host || line.where == a.Host+"/"+a.Bucket
		if fits && (!ok || len(line.where) > len(best.where)) {
			best, ok = line, true
		}
	}
	return best, ok
}
