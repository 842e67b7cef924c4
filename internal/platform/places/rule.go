package places

import (
	"fmt"
	"regexp"
	"strings"
)

// rule is how a country writes its postal codes, and how much of one finds it in the file of codes abroad.
type rule struct {
	country string
	shape   *regexp.Regexp
	tail    int    // letters and digits behind the separator of the example, 0 without one
	mark    string // the separator
	cut     int    // how many characters of the code make the key, 0 for all
	fixed   string // the key of every code, "" when it depends on the code
	listed  bool   // the codes are in the file
}

const maxShape = 100 // bytes of a regular expression, and of an example

// newRule reads three cells of the file of countries. France has no rule: it has files of its own.
func newRule(country, shape, example, key string) (*rule, error) {
	if len(shape) > maxShape || len(example) > maxShape {
		return nil, fmt.Errorf("a regular expression or an example of more than %d bytes", maxShape)
	}
	if !strings.HasPrefix(shape, "^") || !strings.HasSuffix(shape, "$") {
		return nil, fmt.Errorf("the regular expression %s does not go from ^ to $", shape)
	}
	expression, err := regexp.Compile(shape)
	if err != nil {
		return nil, err
	}
	if !expression.MatchString(example) {
		return nil, fmt.Errorf("the example %s does not match %s", example, shape)
	}
	r := &rule{country: country, shape: expression, listed: true}
	if err := r.readKey(key); err != nil {
		return nil, err
	}
	bare := strings.TrimPrefix(example, country+"-")
	if at := strings.IndexAny(bare, " -"); at > 0 {
		r.tail, r.mark = len(bare)-at-1, bare[at:at+1]
	}
	if country == "FR" {
		return nil, nil
	}
	return r, nil
}

// readKey understands the few phrases of the column cle_eu_codes_postaux. "sans espace" and "sans LV-" need nothing: spaces and
// the country's letters never belong to a key.
func (r *rule) readKey(key string) error {
	for phrase := range strings.SplitSeq(key, ", ") {
		if size, _, ok := strings.Cut(phrase, " "); ok && isDigits(size) && size[0] != '0' && len(size) <= keySize {
			if strings.HasSuffix(phrase, " seulement") {
				r.fixed = size
				continue
			}
			if len(size) == 1 {
				r.cut = int(size[0] - '0')
				continue
			}
		}
		switch {
		case phrase == "code complet", phrase == "sans espace", strings.HasPrefix(phrase, "sans ") && strings.HasSuffix(phrase, "-"):
		case phrase == "absent de la table", strings.HasPrefix(phrase, "voir "):
			r.listed = false
		default:
			return fmt.Errorf("how to cut the code is not understood: %s", phrase)
		}
	}
	return nil
}

// canon writes a code, already in capitals, as the country does: "1011AA" becomes "1011 AA", "L-1009" and "LV-1001" lose the
// letters that only say the country, "00001" becomes "00-001".
func (r *rule) canon(code string) (string, bool) {
	for _, start := range []string{"", r.country, r.country[:1]} { // "D-10115": the letters of the international road signs
		bare, ok := strings.CutPrefix(code, start)
		if !ok {
			continue
		}
		if written, ok := r.write(bare); ok {
			return written, true
		}
	}
	return r.write(r.country + code) // "500" for AD500
}

// write puts the separator where the example has it, and tells whether the country knows such a code.
func (r *rule) write(code string) (string, bool) {
	bare := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, code)
	if at := len(bare) - r.tail; r.tail > 0 && at > 0 {
		if written := bare[:at] + r.mark + bare[at:]; r.shape.MatchString(written) {
			return written, true
		}
	}
	if r.shape.MatchString(bare) {
		return bare, true
	}
	return "", false
}

// key cuts a canonical code down to what the file of codes abroad lists; "" when it does not.
func (r *rule) key(code string) string {
	if !r.listed {
		return ""
	}
	if r.fixed != "" {
		return r.fixed
	}
	code = strings.ReplaceAll(code, " ", "")
	if r.cut > 0 && len(code) > r.cut {
		return code[:r.cut]
	}
	return code
}
