package app

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"

	"essaim/internal/account"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/search"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

//go:embed locales/*.po
var locales embed.FS

func appLocales() fs.FS {
	sub, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// newSite fills what every page says of the instance. Only what exists is linked.
func (h *House) newSite(demo bool) *view.Site {
	site := &view.Site{
		Name: h.Name, URL: h.Origin(), SignIn: "/signin", SignOut: "/signout", Search: "/search", SampleData: h.Places.Load().Sample(), Demo: demo,
		Nav: []view.NavItem{
			{Label: "app.mobilisations", Path: "/", Icon: "megaphone"},
			{Label: "front.near", Path: "/near", Icon: "map-pin"},
			{Label: "app.organisations", Path: "/organisation", Icon: "users"},
		},
		Account: []view.NavItem{
			{Label: "mobilisation.mine_title", Path: "/mine"},
			{Label: "app.account", Path: "/account"},
			{Label: "moderation.title", Path: "/moderation", Right: perm.Moderate},
			{Label: "front.host", Path: "/host", Right: perm.Host},
			{Label: "app.people", Path: "/account/people", Right: perm.Host},
		},
		Launch: view.NavItem{Label: "mobilisation.launch", Path: "/create"},
		Footer: []view.NavItem{
			{Label: "app.about", Path: "/about"},
			{Label: "app.organisations", Path: "/organisation"},
			{Label: "app.accessibility", Path: "/accessibility", Short: true},
			{Label: "app.privacy", Path: "/privacy", Short: true},
			{Label: "front.legal", Path: "/legal", Short: true},
			{Label: "front.data", Path: "/data"},
			{Label: "moderation.charter_title", Path: "/charter"},
			{Label: "moderation.report_title", Path: "/report", Short: true},
			{Label: "app.api", Path: h.Origin() + web.APIRoot + "/openapi.json"},
		},
	}
	for _, tag := range h.Words.Tags() {
		site.Languages = append(site.Languages, view.Language{Tag: tag, Name: i18n.Name(tag)})
	}
	return site
}

// decorate adds to the ctx of a page what the layout needs.
func (h *House) decorate(ctx context.Context) context.Context {
	info := web.InfoFrom(ctx)
	return view.WithRequest(view.WithSite(ctx, h.Site), view.Request{Path: info.Path, Lang: info.Locale.Tag(), Actor: info.Actor})
}

// fail writes the page of an error: what happened, what is safe, where to go next.
func (h *House) fail(w http.ResponseWriter, r *http.Request, status int, f *fault.Fault) {
	ctx := r.Context()
	l := i18n.From(ctx)
	failure := view.Failure{
		Status: status, Title: l.T(failureTitle(f.Kind)), Text: l.T(f.Key, f.Args...),
	}
	switch f.Kind {
	case fault.NotFound, fault.Gone:
		failure.Suggestions = h.Front.Suggestions(ctx)
	case fault.Forbidden:
		if f.Key == web.PasskeyFirst {
			failure.Ways = append(failure.Ways, view.NavItem{
				Label: "account.passkey_prove", Path: "/signin/passkey?next=" + url.QueryEscape(web.InfoFrom(ctx).Path), Icon: "key-round",
			})
		}
	case fault.Unsigned:
		failure.Ways = append(failure.Ways, view.NavItem{Label: "app.sign_in", Path: account.SignInPath(web.InfoFrom(ctx).Path), Icon: "mail"})
	}
	if err := view.Write(ctx, w, status, view.ErrorPage(failure)); err != nil {
		h.Log.Error("the page of an error cannot be drawn", "status", status, "error", err)
		http.Error(w, http.StatusText(status), status)
	}
}

func failureTitle(kind fault.Kind) string {
	switch kind {
	case fault.NotFound:
		return "app.not_found"
	case fault.Gone:
		return "app.gone"
	case fault.Unsigned, fault.Forbidden:
		return "app.closed_door"
	case fault.Internal, fault.Unavailable:
		return "app.our_turn"
	case fault.TooMany:
		return "app.crowd"
	}
	return "app.not_understood"
}

// platformModule is what floor 0 itself hands to the assembly.
func platformModule(h *House) module.Module {
	static := view.Static()
	routes := []web.Route{
		{Method: http.MethodGet, Path: "/static/", Right: perm.Anyone, Raw: true, Silent: true, Handle: handler(static)},
		{Method: http.MethodGet, Path: guard.ChallengePath, Right: perm.Anyone, Raw: true, Silent: true, Handle: handler(http.HandlerFunc(h.Guard.ServeChallenge))},
		{Method: http.MethodGet, Path: "/healthz", Right: perm.Anyone, Raw: true, Silent: true, Handle: h.healthy},
	}
	return module.Module{Name: "jobs", Routes: append(routes, h.API.Routes()...), Schema: jobs.Migrations()}
}

// searchModule is what the index of everything that can be found hands to the assembly.
func searchModule(h *House) module.Module {
	return module.Module{Name: "search", Schema: search.Schema(), Workers: h.Search.Workers(), Schedules: h.Search.Schedules(), Start: h.Search.Start}
}

func handler(h http.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

// healthy answers whether the database does.
func (h *House) healthy(w http.ResponseWriter, r *http.Request) error {
	if err := h.DB.Ping(r.Context()); err != nil {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	_, _ = w.Write([]byte("ok\n"))
	return nil
}
