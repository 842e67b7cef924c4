package app_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"essaim/internal/platform/prose"
	"essaim/internal/platform/web/webtest"
)

// everywhere are the headers that no answer goes without.
var everywhere = []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "X-Frame-Options", "Strict-Transport-Security"}

// broken lists the rules that an answer breaks, whatever was sent.
func (w *walk) broken(s *spoiled, a webtest.Answer) []string {
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if a.Status >= 500 {
		say("answered %d:\n%.1000s", a.Status, a.Body)
	}
	for _, name := range everywhere {
		if a.Header.Get(name) == "" {
			say("%d without %s", a.Status, name)
		}
	}
	for name := range a.Header {
		if strings.HasPrefix(name, "X-Injected") {
			say("a header was injected")
		}
	}
	if place := a.Location(); place != "" && (!strings.HasPrefix(place, "/") || strings.HasPrefix(place, "//") || strings.HasPrefix(place, `/\`)) {
		say("sent to %q, which is another site", place)
	}
	acted := s.request.Method == http.MethodPost && a.Status < 400
	if cookies := a.Header["Set-Cookie"]; len(cookies) > 0 && !acted && !onlyForgotten(cookies) && !onlyRenewed(cookies, s.request) {
		say("%d sets cookies %q before any act", a.Status, cookies)
	}
	if a.Header.Get("Content-Encoding") == "br" {
		return all // the same page as the others, which are read
	}
	a.Body = unzipped(a)
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if len(a.Body) > 0 && err != nil {
		say("%d bytes of no type", len(a.Body))
	}
	redirected := a.Status >= 300 && a.Status < 400 // what net/http says beside a Location is no page of ours
	if kind == "text/html" && s.request.Method != http.MethodHead && !redirected {
		all = append(all, w.brokenPage(s, a)...)
	}
	if kind == "application/problem+json" {
		all = append(all, brokenProblem(a)...)
	}
	if strings.HasPrefix(s.request.URL.Path, "/api/") && a.Status >= 400 && kind != "application/problem+json" && s.request.Method != http.MethodHead {
		say("a program is answered %d with %q", a.Status, kind)
	}
	return all
}

// unzipped is the body of an answer as it was before compression.
func unzipped(a webtest.Answer) string {
	if a.Header.Get("Content-Encoding") != "gzip" {
		return a.Body
	}
	zip, err := gzip.NewReader(strings.NewReader(a.Body))
	if err != nil {
		return a.Body // a HEAD
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// onlyForgotten tells whether cookies are only taken away.
func onlyForgotten(cookies []string) bool {
	return !slices.ContainsFunc(cookies, func(c string) bool { return !strings.Contains(c, "Max-Age=0") })
}

// onlyRenewed tells whether the visitor had each of the cookies before.
func onlyRenewed(cookies []string, r *http.Request) bool {
	return !slices.ContainsFunc(cookies, func(c string) bool {
		name, _, _ := strings.Cut(c, "=")
		_, err := r.Cookie(name)
		return err != nil
	})
}

var (
	pageLang   = regexp.MustCompile(`<html lang="([a-z]+)"`)
	anyHref    = regexp.MustCompile(`<a [^>]*href="([^"]*)"`)
	wholeForm  = regexp.MustCompile(`(?s)<form\b.*?</form>`)
	shownInput = regexp.MustCompile(`<(?:input|textarea)[^>]* name="([^"]*)"[^>]*>`)
)

// odd tells a control or bidirectional character, which has no place on a page.
func odd(c rune) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069'
}

// brokenPage lists the rules that a page breaks.
func (w *walk) brokenPage(s *spoiled, a webtest.Answer) []string {
	var all []string
	lang, home := "fr", `href="/"`
	if s.request.URL.Path == "/en" || strings.HasPrefix(s.request.URL.Path, "/en/") {
		lang, home = "en", `href="/en/"`
	}
	if found := pageLang.FindStringSubmatch(a.Body); found == nil || found[1] != lang {
		all = append(all, fmt.Sprintf("%d speaks %v where %s is spoken", a.Status, found, lang))
	}
	if a.Status >= 400 && !strings.Contains(a.Body, home) {
		all = append(all, fmt.Sprintf("%d shows no way home (%s)", a.Status, home))
	}
	for _, markup := range []string{"<script>" + marker, "<img src=x", "onerror=" + marker + ">", "<b><b>"} {
		if strings.Contains(a.Body, markup) {
			all = append(all, fmt.Sprintf("%d holds %q as it was sent", a.Status, markup))
		}
	}
	for _, found := range anyHref.FindAllStringSubmatch(a.Body, -1) {
		if address := html.UnescapeString(found[1]); !safeHref(address) && !strings.Contains(s.request.URL.Path, "/organisation") {
			all = append(all, fmt.Sprintf("%d leads to %q", a.Status, address))
		}
	}
	if i := strings.IndexFunc(a.Body, odd); i >= 0 {
		all = append(all, fmt.Sprintf("%d holds what nobody sees: %+q", a.Status, a.Body[i:i+1]))
	}
	if a.Status == http.StatusUnprocessableEntity && s.whole {
		all = append(all, lostAnswers(s, a)...)
	}
	return all
}

// safeHref tells whether a link was not made of what was sent: pages link to other sites only in words of ours.
func safeHref(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" && u.Host != "" || strings.HasPrefix(address, `/\`) {
		return false
	}
	return slices.Contains([]string{"", "http", "https", "mailto", "sms"}, u.Scheme) && !strings.HasSuffix(u.Hostname(), "evil.example") &&
		!strings.Contains(u.Hostname(), marker)
}

// lostAnswers lists the answers that do not come back with a form to be corrected.
func lostAnswers(s *spoiled, a webtest.Answer) []string {
	fields := map[string]string{}
	for _, f := range s.fields {
		if _, twice := fields[f[0]]; !twice { // the first of several is the one that is read
			fields[f[0]] = f[1]
		}
	}
	var lost []string
	form := formOf(a.Body, s.request.URL.Path)
	for _, found := range shownInput.FindAllStringSubmatch(form, -1) {
		input, name := found[0], found[1]
		typed, sent := fields[name]
		if !sent || strings.Contains(input, `type="hidden"`) || strings.Contains(input, `type="checkbox"`) || strings.Contains(input, `type="radio"`) || strings.HasPrefix(name, "guard") {
			continue
		}
		kept := prose.Line(typed)
		if strings.HasPrefix(input, "<textarea") {
			kept = prose.Text(typed)
		}
		if kept != "" && !strings.Contains(html.UnescapeString(form), kept) {
			lost = append(lost, fmt.Sprintf("the answer %q to %s is lost", kept[:min(len(kept), 80)], name))
		}
	}
	return lost
}

// formOf is the form of a page that is sent to path, empty when there is none.
func formOf(page, path string) string {
	for _, form := range wholeForm.FindAllString(page, -1) {
		opening, _, _ := strings.Cut(form, ">")
		if strings.Contains(opening, `action="`+path+`"`) {
			return form
		}
	}
	return ""
}

// brokenProblem lists the rules that an answer to a program breaks (RFC 9457).
func brokenProblem(a webtest.Answer) []string {
	var problem struct {
		Title  string
		Status int
		Detail string
	}
	if err := json.Unmarshal([]byte(a.Body), &problem); err != nil {
		return []string{fmt.Sprintf("%d is no JSON: %v: %.200s", a.Status, err, a.Body)}
	}
	if problem.Status != a.Status || problem.Title == "" || problem.Detail == "" {
		return []string{fmt.Sprintf("%d says too little: %s", a.Status, a.Body)}
	}
	return nil
}
