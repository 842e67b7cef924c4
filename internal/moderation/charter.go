package moderation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/storage"
)

// Charter is one version of the rules of the site. A version that was published never changes: mobilisations were proposed and
// decisions taken under it.
type Charter struct {
	Version  int64
	Since    time.Time
	By       string            // account of who published it; empty for the one that the program brings
	Articles []Article         // article 1 first
	Note     map[string]string // what changed, by tag of the language; empty when nobody said
}

// Article is one rule, by tag of the language.
type Article map[string]Wording

// Wording is a rule in one language.
type Wording struct {
	Title string `json:"title"`
	Text  string `json:"text"` // Markdown
}

// charterWords is how a charter lies in its row.
type charterWords struct {
	Articles []Article         `json:"articles"`
	Note     map[string]string `json:"note,omitempty"`
}

// In returns the article in a language, or in the first that has it, by tag. It says which.
func (a Article) In(lang string) (Wording, string) {
	if w, ok := a[lang]; ok && w.Title != "" {
		return w, lang
	}
	for _, tag := range sortedKeys(a) {
		if a[tag].Title != "" {
			return a[tag], tag
		}
	}
	return Wording{}, lang
}

// sortedKeys are the languages of an article in one order.
func sortedKeys(a Article) []string {
	tags := make([]string, 0, len(a))
	for tag := range a {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	return tags
}

// Number is how an article is named: "1" for the first.
func (c Charter) Number(i int) string { return strconv.Itoa(i + 1) }

// Article returns the article of a number, such as "3", and whether there is one.
func (c Charter) Article(number string) (Article, bool) {
	for i, a := range c.Articles {
		if c.Number(i) == number {
			return a, true
		}
	}
	return nil, false
}

// name is an article with its number, in a language: "3. Facts that can be checked"; the number alone when the charter has none of it.
func (c Charter) name(lang, number string) string {
	a, ok := c.Article(number)
	if !ok {
		return number
	}
	w, in := a.In(lang)
	return number + ". " + i18n.Typography(in, w.Title)
}

// cited is an article with its number and the version of the charter that has it; empty for none.
func cited(l *i18n.Locale, all []Charter, version int64, number string) string {
	for _, c := range all {
		if c.Version == version && number != "" {
			return l.T("moderation.cited", "article", c.name(l.Tag(), number), "n", version)
		}
	}
	return number
}

// brought is how many articles the program brings, as the messages moderation.article_N and moderation.article_N_text.
const brought = 6

// plant keeps the charter that the program brings as version 1, unless there is one: from then on it stays as it was, whatever a later
// program says.
func (r *Room) plant(ctx context.Context) error {
	var words charterWords
	for n := 1; n <= brought; n++ {
		article := Article{}
		for _, tag := range r.Languages.Tags() {
			l := r.Languages.For(tag)
			key := "moderation.article_" + strconv.Itoa(n)
			article[tag] = Wording{Title: plainSpaces.Replace(l.T(key)), Text: plainSpaces.Replace(l.T(key + "_text"))}
		}
		words.Articles = append(words.Articles, article)
	}
	raw, err := json.Marshal(words)
	if err != nil {
		return err
	}
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO moderation_charter (version, words, published_by, published_at)
			VALUES (1, $1, '', $2)
			ON CONFLICT (version) DO NOTHING`, string(raw), clock.Micros(r.Clock.Now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the charter that the program brings: %w", err)
	}
	return nil
}

// plainSpaces takes back what typography did to the messages: it is set again where an article is shown.
var plainSpaces = strings.NewReplacer("\u202f", " ", "\u00a0", " ")

// Charter returns a version of the charter, 0 for the one in force. The fault is NotFound where there is none.
func (r *Room) Charter(ctx context.Context, version int64) (Charter, error) {
	all, err := r.charters(ctx, `WHERE version = $1 OR $1 = 0`, version)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "moderation.charter_none")
	}
	if err != nil {
		return Charter{}, err
	}
	return all[0], nil
}

// InForce is the version in force.
func (r *Room) InForce(ctx context.Context) (version int64, err error) {
	err = r.DB.QueryRow(ctx, `SELECT COALESCE(MAX(version), 0) FROM moderation_charter`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("charter in force: %w", err)
	}
	return version, nil
}

// Charters lists every version, the latest first.
func (r *Room) Charters(ctx context.Context) ([]Charter, error) { return r.charters(ctx, ``) }

func (r *Room) charters(ctx context.Context, where string, args ...any) ([]Charter, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT version, words, published_by, published_at
		FROM moderation_charter
		`+where+`
		ORDER BY version DESC`, args...)
	all, err := storage.All(rows, err, func(row *storage.Rows) (c Charter, err error) {
		var words charterWords
		var raw string
		var at int64
		if err := row.Scan(&c.Version, &raw, &c.By, &at); err != nil {
			return c, err
		}
		err = json.Unmarshal([]byte(raw), &words)
		c.Since, c.Articles, c.Note = clock.Time(at), words.Articles, words.Note
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the charter: %w", err)
	}
	return all, nil
}
