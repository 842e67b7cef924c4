package page

import (
	"context"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/module"
	"essaim/internal/platform/search"
	"essaim/internal/platform/web"
)

// finders are how petitions are found.
func (r *Pages) finders() []module.Finder {
	if r.Index == nil {
		return nil
	}
	return []module.Finder{{
		Source: r.SearchSource(),
		Themes: mobilisation.Themes(),
		Near: func(ctx context.Context, q search.Near) ([]module.Found, error) {
			hits, err := r.Index.Near(ctx, q)
			return r.found(ctx, hits, err)
		},
		Query: func(ctx context.Context, q search.Query) ([]module.Found, error) {
			hits, err := r.Index.Query(ctx, q)
			return r.found(ctx, hits, err)
		},
		List: func(ctx context.Context, q search.List) ([]module.Found, error) {
			hits, err := r.Index.List(ctx, q)
			return r.found(ctx, hits, err)
		},
	}}
}

// found makes what is shown of hits, in their order.
func (r *Pages) found(ctx context.Context, hits []search.Hit, err error) ([]module.Found, error) {
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	petitions, err := r.Brief(ctx, hits)
	if err != nil {
		return nil, err
	}
	web.Tag(ctx, "petitions")
	lang := web.Lang(ctx)
	all := make([]module.Found, 0, len(hits))
	for i, hit := range hits {
		p, ok := petitions[hit.Subject]
		if !ok {
			continue // the index is mended by night
		}
		web.Tag(ctx, "petition:"+p.ID)
		carrier, err := r.CarrierOf(ctx, p)
		if err != nil {
			return nil, err
		}
		text, _ := p.TextIn(lang)
		all = append(all, module.Found{
			Hit: hit, Teaser: r.teaser(ctx, p, carrier, lang, i > 2), Published: p.Published, Words: strings.Join(text.Points, " "), Author: carrier.Name,
		})
	}
	return all, nil
}
