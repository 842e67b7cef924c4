// Package blobtest tries stores of blobs: one suite that each of them must pass, and a server of S3 in this process, which can be
// told to refuse in every way.
package blobtest

import (
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
)

// Suite is what every store promises. open returns an empty one, whose times are those of the clock.
func Suite(t *testing.T, open func(t *testing.T, c clock.Clock) blob.Store) {
	for name, try := range map[string]func(*testing.T, blob.Store, *clock.Manual){
		"what was put is there under its sum":     putAndOpen,
		"a name that somebody made up":            madeUp,
		"only what is old is listed and removed":  oldAndYoung,
		"many put the same at once":               together,
		"little, and much":                        sizes,
		"what was removed may come back":          comeBack,
		"a part can be read, from anywhere in it": partly,
	} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC))
			try(t, open(t, c), c)
		})
	}
}

func put(t *testing.T, s blob.Store, content string) string {
	t.Helper()
	key, err := s.Put(t.Context(), []byte(content))
	if err != nil || key != blob.Key([]byte(content)) {
		t.Fatalf("%q, %v", key, err)
	}
	return key
}

func read(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	file, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

func there(t *testing.T, s blob.Store, key string) bool {
	t.Helper()
	file, err := s.Open(t.Context(), key)
	if err == nil {
		_ = file.Close()
	} else if !errors.Is(err, blob.ErrMissing) {
		t.Error(err)
	}
	return err == nil
}

func putAndOpen(t *testing.T, s blob.Store, c *clock.Manual) {
	key := put(t, s, "une photo")
	if again := put(t, s, "une photo"); again != key {
		t.Errorf("%s, then %s", key, again)
	}
	if text := read(t, s, key); text != "une photo" {
		t.Errorf("%q", text)
	}
	if keys, err := s.List(t.Context(), c.Now().Add(time.Minute)); err != nil || len(keys) != 1 {
		t.Errorf("%q, %v", keys, err)
	}
}

func madeUp(t *testing.T, s blob.Store, c *clock.Manual) {
	put(t, s, "une photo")
	for _, key := range []string{"", "ab", "../secret", strings.Repeat("a", 40), strings.Repeat("A", 40), "../" + strings.Repeat("a", 37), strings.Repeat("g", 40)} {
		if there(t, s, key) {
			t.Errorf("%q is there", key)
		}
		if err := s.Remove(t.Context(), key, c.Now().Add(time.Hour)); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func oldAndYoung(t *testing.T, s blob.Store, c *clock.Manual) {
	if keys, err := s.List(t.Context(), c.Now()); err != nil || len(keys) > 0 {
		t.Errorf("before anything came: %q, %v", keys, err)
	}
	old, back := put(t, s, "ancienne"), put(t, s, "revenue")
	c.Advance(2 * time.Hour)
	before := c.Now().Add(-time.Hour)
	young := put(t, s, "récente")
	listed, err := s.List(t.Context(), before)
	slices.Sort(listed)
	want := []string{old, back}
	slices.Sort(want)
	if err != nil || !slices.Equal(listed, want) {
		t.Errorf("%q, %v; not %q", listed, err, want)
	}
	put(t, s, "revenue")
	for _, key := range []string{old, back, young, "../../etc/passwd"} {
		if err := s.Remove(t.Context(), key, before); err != nil {
			t.Error(err)
		}
	}
	for key, want := range map[string]bool{old: false, back: true, young: true} {
		if there(t, s, key) != want {
			t.Errorf("%s is there: %v", key, !want)
		}
	}
}

func together(t *testing.T, s blob.Store, c *clock.Manual) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := s.Put(t.Context(), []byte("la même")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if keys, err := s.List(t.Context(), c.Now().Add(time.Minute)); err != nil || len(keys) != 1 {
		t.Errorf("%q, %v", keys, err)
	}
}

func sizes(t *testing.T, s blob.Store, _ *clock.Manual) {
	for _, content := range []string{"x", strings.Repeat("x", 3<<20)} {
		if got := read(t, s, put(t, s, content)); got != content {
			t.Errorf("%d bytes, not %d", len(got), len(content))
		}
	}
}

func comeBack(t *testing.T, s blob.Store, c *clock.Manual) {
	key := put(t, s, "une photo")
	c.Advance(time.Hour)
	for range 2 {
		if err := s.Remove(t.Context(), key, c.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if there(t, s, key) {
		t.Error("what was removed is there")
	}
	if put(t, s, "une photo"); !there(t, s, key) {
		t.Error("it did not come back")
	}
}

func partly(t *testing.T, s blob.Store, _ *clock.Manual) {
	file, err := s.Open(t.Context(), put(t, s, "une photo de la mairie"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if end, err := file.Seek(0, io.SeekEnd); err != nil || end != 22 {
		t.Errorf("%d, %v", end, err)
	}
	if _, err := file.Seek(-6, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(file); err != nil || string(text) != "mairie" {
		t.Errorf("%q, %v", text, err)
	}
}
