package front

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"essaim/internal/platform/module"
	"essaim/internal/platform/search"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// pageSize is how many things one page of an answer shows.
const pageSize = 20

// merged asks every finder, and merges their answers in order.
func merged(finders module.Finders, ask func(module.Finder) ([]module.Found, error), order func(a, b module.Found) int, limit int) ([]module.Found, error) {
	var all []module.Found
	for _, one := range finders {
		some, err := ask(one)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(finders) > 1 {
		slices.SortStableFunc(all, order)
	}
	return all[:min(limit, len(all))], nil
}

func newer(a, b module.Found) int  { return search.Newer(a.Place, b.Place) }
func nearer(a, b module.Found) int { return search.Nearer(a.Hit, b.Hit) }

// lists returns what stands in some lists, the newest first.
func (r *Room) lists(ctx context.Context, theme string, after search.Place, limit int, names ...string) ([]module.Found, error) {
	return merged(r.finders, func(f module.Finder) ([]module.Found, error) {
		return f.List(ctx, search.List{Kind: f.Source.Kind, Names: names, Theme: theme, After: after, Limit: limit})
	}, newer, limit)
}

// themes are what answers may be filtered by: the key, and its name.
func (r *Room) themes(ctx context.Context) []view.Option {
	all := []view.Option{{Label: t(ctx, "front.theme_all")}}
	for _, f := range r.finders {
		for _, key := range f.Themes {
			if !slices.ContainsFunc(all, func(o view.Option) bool { return o.Value == key }) {
				all = append(all, view.Option{Value: key, Label: t(ctx, f.Source.Kind+".theme_"+key)})
			}
		}
	}
	return all
}

// themeOf reads a theme that exists; "" for every theme.
func (r *Room) themeOf(key string) string {
	for _, f := range r.finders {
		if slices.Contains(f.Themes, key) {
			return key
		}
	}
	return ""
}

// maxTyped is how many bytes of what somebody typed are read.
const maxTyped = 500

func typed(req *http.Request, name string) string { return web.CleanQuery(req, name, maxTyped) }

// address is a path with its parameters, given as name, value, …; empty ones are left out.
func address(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// next cuts an answer that was asked for one more to a page, and returns where the next page begins.
func next(found []module.Found) (page []module.Found, after string) {
	if len(found) <= pageSize {
		return found, ""
	}
	return found[:pageSize], found[pageSize-1].String()
}
