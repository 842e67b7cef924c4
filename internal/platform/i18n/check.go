package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check refuses a .po file that a forgiving reader would read wrongly: an unknown line, a broken string, a key twice,
// forms out of order, a context (keys need none).
func check(file string) error {
	if !utf8.ValidString(file) {
		return errors.New("not UTF-8")
	}
	c := checker{seen: map[string]bool{}}
	number := 0
	for line := range strings.SplitSeq(file, "\n") {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := c.line(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return nil
}

type checker struct {
	seen map[string]bool
	last string // keyword of the entry being read
	form int    // forms read of that entry
}

func (c *checker) line(line string) error {
	keyword, value := "", line
	if line[0] != '"' {
		var ok bool
		if keyword, value, ok = strings.Cut(line, " "); !ok {
			return errors.New("a keyword without a string")
		}
	}
	text, err := strconv.Unquote(strings.TrimSpace(value))
	if err != nil || value[len(value)-1] != '"' {
		return errors.New("a broken string")
	}
	return c.entry(keyword, text)
}

// entry follows the order in which an entry is written: msgid, msgid_plural, msgstr.
func (c *checker) entry(keyword, text string) error {
	switch {
	case keyword == "":
		if c.last == "" {
			return errors.New("a string before any keyword")
		}
		if c.last == "msgid" && text != "" {
			return errors.New("a key over several lines")
		}
		return nil
	case keyword == "msgid":
		if c.seen[text] {
			return fmt.Errorf("%q is there twice", text)
		}
		c.seen[text] = true
		c.form = 0
	case keyword == "msgid_plural" && c.last == "msgid":
		if text == "" {
			return errors.New("an empty msgid_plural")
		}
	case keyword == "msgstr" && c.last == "msgid":
		c.form++
	case keyword == "msgstr["+strconv.Itoa(c.form)+"]" && (c.form > 0 || c.last == "msgid_plural"):
		c.form++
	default:
		return fmt.Errorf("%s does not belong here", keyword)
	}
	c.last = keyword
	return nil
}
