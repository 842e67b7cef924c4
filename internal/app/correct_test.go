package app_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
)

// wrongForm is a form of the house with answers that have to be corrected.
type wrongForm struct {
	path   string
	who    perm.Role
	typed  []string // name, value, name, value…
	errors []string // names of the answers that are wrong, in the order of the form
}

var disguised = "L’« Ada » <b>&amp;</b> \"x\" 'y' é"

func wrongForms(e *estate) []wrongForm {
	sign := "/m/" + e.open.Slug + "/sign"
	return []wrongForm{
		{sign, nobody, []string{"given_name", "", "family_name", "", "email", "", "postal_code", "", "country", "FR"}, []string{"given_name", "family_name", "email", "postal_code"}},
		{sign, nobody, []string{"given_name", "=cmd()", "family_name", "https://spam.example", "email", "ada@@example", "postal_code", "123", "message", disguised}, []string{"given_name", "family_name", "email", "postal_code"}},
		{sign, nobody, []string{"given_name", disguised, "family_name", "Martin", "email", "ada@example.org", "postal_code", "99999", "message", strings.Repeat("é", 501)}, []string{"postal_code", "message"}},
		{"/signin", nobody, []string{"email", disguised}, []string{"email"}},
		{"/account", perm.RoleOrganiser, []string{"name", strings.Repeat("é", 400), "lang", "fr"}, []string{"name"}},
		{"/account/erase", perm.RoleOrganiser, nil, []string{"sure"}},
		{"/account/people", perm.RoleHost, []string{"email", disguised, "role", "organiser"}, []string{"email"}},
		{"/organisation/new", perm.RoleOrganiser, []string{"name", "", "lede", "", "about", disguised, "link_url_0", "javascript:alert(1)", "link_label_0", disguised}, []string{"name"}},
		{"/organisation/" + e.carrier.Slug + "/edit", perm.RoleHost, []string{"name", "", "lang", "fr", "version", "1", "about", disguised}, []string{"name"}},
	}
}

var (
	summary   = regexp.MustCompile(`(?s)<div id="errors".*?</div>`)
	errorLink = regexp.MustCompile(`(?s)<a href="#([^"]+)"[^>]*>(.*?)</a>`)
)

// TestWrongAnswersAreNamedAndKept sends each form back: every answer is there, each error stands in a summary that leads to its
// field and at the field, in the language of the page.
func TestWrongAnswersAreNamedAndKept(t *testing.T) {
	e := newEstate(t, engine(t))
	for _, form := range wrongForms(e) {
		said := map[string][]string{}
		for _, prefix := range []string{"", "/en"} {
			v := e.visitor(form.who)
			answer := v.Post(prefix+form.path, form.typed...)
			if answer.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s%s: %d, not 422", prefix, form.path, answer.Status)
				continue
			}
			said[prefix] = checkCorrection(t, prefix, form, answer.Body)
		}
		for i, french := range said[""] {
			if i < len(said["/en"]) && french == said["/en"][i] {
				t.Errorf("%s: %q is said in both languages", form.path, french)
			}
		}
	}
}

// checkCorrection looks at a page that came back, and returns the words of its errors.
func checkCorrection(t *testing.T, prefix string, form wrongForm, page string) []string {
	t.Helper()
	where := prefix + form.path
	var words []string
	var named []string
	for _, found := range errorLink.FindAllStringSubmatch(summary.FindString(page), -1) {
		id, text := found[1], strings.TrimSpace(html.UnescapeString(found[2]))
		named, words = append(named, strings.TrimPrefix(id, "f-")), append(words, text)
		if strings.Count(page, `id="`+id+`"`) != 1 {
			t.Errorf("%s: the summary leads to #%s, which is there %d times", where, id, strings.Count(page, `id="`+id+`"`))
		}
		if strings.Count(html.UnescapeString(page), text) < 2 {
			t.Errorf("%s: %q does not stand at its field", where, text)
		}
		if text == "" || strings.Contains(text, "{") || strings.HasPrefix(text, "mobilisation.") || strings.HasPrefix(text, "account.") || strings.HasPrefix(text, "organisation.") {
			t.Errorf("%s: an error says %q", where, text)
		}
	}
	for _, name := range form.errors {
		if !strings.Contains(strings.Join(named, " "), name) {
			t.Errorf("%s: %s is wrong, and the summary names %v", where, name, named)
		}
	}
	plain := html.UnescapeString(page)
	for i := 0; i+1 < len(form.typed); i += 2 {
		if kept := prose.Line(form.typed[i+1]); kept != "" && !strings.Contains(plain, kept) {
			t.Errorf("%s: the answer to %s is lost", where, form.typed[i])
		}
	}
	if strings.Contains(page, "<b>&amp;") || !strings.Contains(page, "<title>") {
		t.Errorf("%s: an answer came back unescaped", where)
	}
	return words
}
