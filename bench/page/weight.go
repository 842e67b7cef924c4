package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"

	"essaim/bench/figure"
	"essaim/bench/stand"
)

// weigh counts what a first visit transfers: the page, its styles, scripts with what they import, fonts and pictures that are
// not lazy, each in the encoding that a browser of today is given, without the headers.
func weigh(ctx context.Context, _ options, folder string, table *figure.Table) error {
	site, err := stand.Start(ctx, stand.Options{Data: folder + "/data"})
	if err != nil {
		return err
	}
	defer site.Kill()
	zipped, err := visit(site.URL, "gzip")
	if err != nil {
		return err
	}
	today, err := visit(site.URL, "gzip, deflate, br, zstd")
	if err != nil {
		return err
	}
	table.Most("HTML and CSS, gzip", zipped.kilobytes("html", "css"), "kB", 15)
	table.Most("first visit, all of it", today.kilobytes(), "kB", 60)
	for _, kind := range []string{"html", "css", "js", "font", "picture"} {
		table.Note("  of which "+kind, today.kilobytes(kind), "kB")
	}
	return site.Stop()
}

// weights is the bytes of each kind.
type weights map[string]int

func (w weights) kilobytes(kinds ...string) float64 {
	sum := 0
	for kind, n := range w {
		all := len(kinds) == 0
		for _, wanted := range kinds {
			all = all || kind == wanted
		}
		if all {
			sum += n
		}
	}
	return float64(sum) / 1000
}

var (
	reference  = regexp.MustCompile(`<(script|link|img|use)\b[^>]*?\b(?:src|href)="(/[^"#]*)[^>]*>`)
	importLine = regexp.MustCompile(`(?:\bimport|\bfrom)\s*"(\.{0,2}/[^"]+)"`)
	fontFace   = regexp.MustCompile(`@font-face\{[^}]*url\("?([^")]+\.woff2)"?\)[^}]*unicode-range:([^;}]+)`)
	canonical  = regexp.MustCompile(`rel="(canonical|alternate)"`)
)

// visitor is a browser that has nothing yet.
type visitor struct {
	origin, encodings string
	page              string
	weights           weights
	seen              map[string]bool
}

// visit fetches what a browser would.
func visit(origin, encodings string) (_ weights, err error) {
	v := &visitor{origin: origin, encodings: encodings, weights: weights{}, seen: map[string]bool{}}
	if v.page, err = v.fetch(page); err != nil {
		return nil, err
	}
	for _, found := range reference.FindAllStringSubmatch(v.page, -1) {
		tag, target := found[0], found[2]
		if canonical.MatchString(tag) || strings.Contains(tag, `loading="lazy"`) {
			continue
		}
		if err := v.follow(target); err != nil {
			return nil, err
		}
	}
	return v.weights, nil
}

// follow fetches a file with what it asks for itself.
func (v *visitor) follow(target string) error {
	text, err := v.fetch(target)
	if err != nil {
		return err
	}
	var next []string
	switch path.Ext(target) {
	case ".css":
		for _, face := range fontFace.FindAllStringSubmatch(text, -1) {
			if inRange(v.page, face[2]) {
				next = append(next, face[1])
			}
		}
	case ".js":
		for _, found := range importLine.FindAllStringSubmatch(text, -1) {
			next = append(next, found[1])
		}
	}
	for _, one := range next {
		if !strings.HasPrefix(one, "/") {
			one = path.Join(path.Dir(target), one)
		}
		if err := v.follow(one); err != nil {
			return err
		}
	}
	return nil
}

// inRange tells whether the text has a letter of a unicode-range, without which a browser leaves the font where it is.
func inRange(text, ranges string) bool {
	for _, part := range strings.Split(ranges, ",") {
		first, last, isRange := strings.Cut(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(part)), "U+"), "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 16, 32)
		to, wrong := strconv.ParseUint(last, 16, 32)
		if err != nil || wrong != nil {
			return true // better one file too many
		}
		if strings.ContainsFunc(text, func(r rune) bool { return uint64(r) >= from && uint64(r) <= to }) {
			return true
		}
	}
	return false
}

// fetch counts one file and returns its text, empty when it was there before.
func (v *visitor) fetch(target string) (string, error) {
	if v.seen[target] {
		return "", nil
	}
	v.seen[target] = true
	came, err := get(v.origin+target, v.encodings)
	if err != nil {
		return "", err
	}
	v.weights[kindOf(target)] += len(came.body)
	return came.text()
}

func kindOf(target string) string {
	switch path.Ext(target) {
	case ".css":
		return "css"
	case ".js":
		return "js"
	case ".woff2":
		return "font"
	case ".svg", ".png", ".webp", ".avif", ".jpg", ".ico":
		return "picture"
	}
	return "html"
}

// text undoes the encoding.
func (a answer) text() (string, error) {
	var out bytes.Buffer
	switch encoding := a.header.Get("Content-Encoding"); encoding {
	case "":
		return string(a.body), nil
	case "gzip":
		in, err := gzip.NewReader(bytes.NewReader(a.body))
		if err == nil {
			_, err = out.ReadFrom(in)
		}
		return out.String(), err
	case "br":
		_, err := out.ReadFrom(brotli.NewReader(bytes.NewReader(a.body)))
		return out.String(), err
	default:
		return "", fmt.Errorf("encoding %s", encoding)
	}
}
