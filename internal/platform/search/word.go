package search

import (
	"slices"
	"strings"
	"unicode"

	"essaim/internal/platform/prose"
)

const (
	maxWord  = 40        // letters of a word; the rest is cut
	maxWords = 1500      // different words of a document
	maxRead  = 200 << 10 // bytes of a document
	maxQuery = 500       // bytes of a query that are read
	mostSays = 10        // words of a query that count
)

// A token is a word, or a sign: a prefix with the only character that no word has. Signs are what a query asks for beside words.
const (
	inTitle  = "t_" // the word stands in the title
	isKind   = "k_"
	isTheme  = "h_"
	isOpen   = "s_open"
	hasEnded = "s_ended"
)

// tokens are what a document is found by, each once, in alphabetical order.
func (d *Document) tokens() string {
	all := map[string]bool{isKind + sign(d.Kind): true}
	if d.Theme != "" {
		all[isTheme+sign(d.Theme)] = true
	}
	if d.Open {
		all[isOpen] = true
	} else {
		all[hasEnded] = true
	}
	for _, title := range d.Title {
		for _, word := range Words(title) {
			all[inTitle+word], all[word] = true, true
		}
	}
	rest := maxRead
	for _, text := range d.Text {
		text = text[:min(len(text), rest)]
		rest -= len(text)
		for _, word := range Words(text) {
			if len(all) < maxWords {
				all[word] = true
			}
		}
	}
	sorted := make([]string, 0, len(all))
	for token := range all {
		sorted = append(sorted, token)
	}
	slices.Sort(sorted)
	return strings.Join(sorted, " ")
}

// sign writes a key as a token can hold it.
func sign(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, key[:min(len(key), maxWord)])
}

// Words takes a text to pieces as it is searched: folded, without the commonest words of French and English, without the endings
// that mark number and gender. "L'hôpital des Œuvres" is "hopital" and "oeuvr". A word may come more than once.
func Words(text string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(prose.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if letters := []rune(word); len(letters) > maxWord {
			word = string(letters[:maxWord])
		} else if len(letters) == 1 && word[0] >= 'a' && word[0] <= 'z' {
			continue // an elided article, an initial
		}
		if word == "" || common(word) {
			continue
		}
		words = append(words, stem(word))
	}
	return words
}

// say returns the words of a query, each once, and whether there were more than count.
func say(query string) (words []string, more bool) {
	if len(query) > maxQuery {
		query, more = strings.ToValidUTF8(query[:maxQuery], ""), true
	}
	for _, word := range Words(query) {
		if slices.Contains(words, word) {
			continue
		}
		if len(words) == mostSays {
			return words, true
		}
		words = append(words, word)
	}
	return words, more
}

// stem takes off the endings of number and gender, after the minimal stemmer for French of Jacques Savoy (2006), which also takes
// the English plural; "city" and "cities" meet by their i. It is the same for every text, so that nobody has to say the language
// of a query. Words of other letters, and short ones, are left alone.
func stem(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	if n := len(word); n >= 4 {
		switch {
		case strings.HasSuffix(word, "aux") && word[n-4] != 'e' && n > 4:
			word = word[:n-2] + "l"
		case word[n-1] == 'x' || word[n-1] == 's':
			word = word[:n-1]
		}
	}
	for _, ending := range []string{"r", "e", "e"} {
		if len(word) >= 5 {
			word = strings.TrimSuffix(word, ending)
		}
	}
	n := len(word)
	if n >= 4 && word[n-1] == 'y' {
		return word[:n-1] + "i"
	}
	if n >= 5 && word[n-1] == word[n-2] {
		return word[:n-1]
	}
	return word
}

// common tells whether a folded word is too common, in French or in English, to tell texts apart.
func common(word string) bool {
	_, found := slices.BinarySearch(commonWords, word)
	return found
}
