package app_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"essaim/internal/platform/web"
)

// spoil makes one wrong input for a route; nil when it is so wrong that no server would hand it on.
func (w *walk) spoil(route web.Route, prefix string) *spoiled {
	s := &spoiled{route: route, prefix: prefix, done: func() {}}
	target, method, body := prefix+w.path(route), route.Method, io.Reader(http.NoBody)
	header := http.Header{}
	if method == http.MethodPost {
		header.Set("Sec-Fetch-Site", "same-origin")
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		body = strings.NewReader("")
	}
	wrongs := []string{"path", "query", "header", "method", "host", "headers"}
	if route.Method == http.MethodPost {
		wrongs = []string{"body", "body", "body", "body", "fields", "fields", "fields", "fields", "path", "query", "header", "method", "type"}
	}
	s.name = pick(w.dice, wrongs)
	host := ""
	switch s.name {
	case "path":
		target = prefix + w.wrongPath(route)
	case "query":
		target += "?" + pick(w.dice, queries)
	case "header", "headers":
		for range 1 + w.dice.IntN(4) {
			name := pick(w.dice, headerNames)
			header[name] = []string{pick(w.dice, headerValues[name])}
		}
	case "method":
		method = pick(w.dice, methods)
	case "host":
		host = pick(w.dice, hosts)
	case "type":
		header.Set("Content-Type", pick(w.dice, contentTypes))
		body = strings.NewReader("given_name=" + marker + "&email=ada%40example.org")
	case "fields":
		body = strings.NewReader(w.wrongFields(s))
	case "body":
		body = w.wrongBody(route, header)
	}
	if w.dice.IntN(4) == 0 && route.API {
		header.Set("Accept-Language", pick(w.dice, headerValues["Accept-Language"]))
	}
	return w.address(s, method, target, host, header, body)
}

// headerNames are the keys of headerValues in a fixed order, so that a seed gives the same walk again.
var headerNames = []string{
	"Accept-Encoding", "Accept-Language", "Cookie", "Origin", "Sec-Fetch-Site", "Referer", "If-None-Match", "If-Modified-Since", "Range", "Accept", "User-Agent",
	"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Http-Method-Override", "Content-Encoding", "Last-Event-Id", "Upgrade", "Expect",
}

// address makes the request as net/http hands it on.
func (w *walk) address(s *spoiled, method, target, host string, header http.Header, body io.Reader) *spoiled {
	u, err := url.ParseRequestURI(strings.ReplaceAll(target, " ", "%20"))
	if err != nil {
		return nil
	}
	life := 10 * time.Second
	if strings.HasSuffix(u.Path, ".sse") {
		life = 2 * time.Millisecond // a stream that opens is left at once
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), life)
	s.done = cancel
	s.request = (&http.Request{
		Method: method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Body: io.NopCloser(body), ContentLength: -1,
		Host: "essaim.example", RequestURI: target,
	}).WithContext(ctx)
	if s.name == "host" {
		s.request.Host = host
	}
	return s
}

// wrongPath fills the names of a pattern with what is not there, or adds to a path without names.
func (w *walk) wrongPath(route web.Route) string {
	if !strings.Contains(route.Path, "{") || route.Path == "/{$}" {
		return strings.TrimSuffix(w.path(route), "/") + "/" + pick(w.dice, pathValues)
	}
	path := route.Path
	if w.dice.IntN(3) == 0 { // one of two is right
		path = strings.NewReplacer("{id}", w.confirm[0], "{slug}", w.open.Slug).Replace(path)
	}
	for _, name := range []string{"{slug}", "{id}", "{token}", "{theme}", "{code}", "{leaf}", "{name}", "{draft}", "{step}"} {
		path = strings.Replace(path, name, pick(w.dice, pathValues), 1)
	}
	return path
}

// wrongFields is a form that can be read, of right answers with some wrong ones among them.
func (w *walk) wrongFields(s *spoiled) string {
	var pairs []string
	add := func(name, answer string) {
		s.fields = append(s.fields, [2]string{name, answer})
		pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(answer))
	}
	s.whole = true
	wrong := map[string]bool{}
	for range 1 + w.dice.IntN(4) {
		wrong[pick(w.dice, fieldNames)] = true
	}
	for _, name := range fieldNames {
		right, known := good[name]
		switch {
		case wrong[name] && w.dice.IntN(6) > 0: // else it is missing
			for range 1 + w.dice.IntN(8)/7 { // seldom twice
				add(name, value(w.dice))
			}
		case known && !wrong[name]:
			add(name, right)
		}
	}
	w.dice.Shuffle(len(pairs), func(i, j int) {
		pairs[i], pairs[j] = pairs[j], pairs[i]
		s.fields[i], s.fields[j] = s.fields[j], s.fields[i]
	})
	return strings.Join(pairs, "&")
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// brokenOff is a body whose sender is gone.
type brokenOff struct{ sent io.Reader }

func (b brokenOff) Read(p []byte) (int, error) {
	n, err := b.sent.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// wrongBody is a body that is no form, or no JSON where JSON is wanted.
func (w *walk) wrongBody(route web.Route, header http.Header) io.Reader {
	if route.API || w.dice.IntN(8) == 0 {
		header.Set("Content-Type", "application/json")
		text := pick(w.dice, spoiledJSON)
		if w.dice.IntN(4) == 0 {
			text = text[:w.dice.IntN(len(text)+1)]
		}
		return strings.NewReader(text)
	}
	if route.MaxBody > draftForm || w.dice.IntN(12) == 0 {
		return w.wrongUpload(header)
	}
	switch w.dice.IntN(9) {
	case 0:
		return io.LimitReader(zeros{}, 20<<20)
	case 1:
		return io.MultiReader(strings.NewReader("message="), io.LimitReader(zeros{}, 300<<10))
	case 2:
		return brokenOff{strings.NewReader("given_name=Ada&family_name=Mar")}
	case 3:
		return strings.NewReader(strings.Repeat("a=1&", 20_000))
	case 4:
		return strings.NewReader(strings.Repeat(pick(w.dice, fieldNames)+"=1&", 300))
	case 5:
		return strings.NewReader("given_name=%" + value(w.dice))
	case 6:
		return strings.NewReader("email=a%40b.example;given_name=Ada&&&=&==&%=%")
	case 7:
		raw := make([]byte, w.dice.IntN(4000))
		for i := range raw {
			raw[i] = byte(w.dice.IntN(256))
		}
		return bytes.NewReader(raw)
	}
	return strings.NewReader(pick(w.dice, fieldNames) + "=" + value(w.dice))
}
