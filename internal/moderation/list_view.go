package moderation

import (
	"context"
	"net/url"
	"strconv"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/words"
)

// entries says how many entries there are.
func entries(ctx context.Context, n int64) string {
	return i18n.From(ctx).N("moderation.entries_count", n)
}

func (l List) meta(ctx context.Context) []view.Meta {
	meta := []view.Meta{{Text: entries(ctx, l.Words)}}
	if l.Off {
		meta = append(meta, view.Meta{Icon: "eye-off", Text: tr(ctx, "moderation.list_is_off")})
	}
	return meta
}

// path returns the address of a part of the list.
func (p listPage) path(part string) string { return listsPath + "/" + p.List.ID + part }

// page returns the address of a page of entries.
func (p listPage) page(n int) string {
	query := url.Values{"page": {strconv.Itoa(n)}}
	if p.Query != "" {
		query.Set("q", p.Query)
	}
	return p.path("?" + query.Encode() + "#entries")
}

// shown writes a term with the signs of its kind, as it could be typed again.
func (w ListedWord) shown() string {
	switch w.Kind {
	case words.Prefix:
		return w.Term + "*"
	case words.Pattern:
		return "/" + w.Term + "/"
	}
	return w.Term
}

// number writes a number as the language does.
func number(ctx context.Context, n int) string { return i18n.From(ctx).Number(int64(n)) }
