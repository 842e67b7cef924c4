package front

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/module"
	"essaim/internal/platform/search"
	"essaim/internal/platform/web"
)

// atom is a feed (RFC 4287).
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomPerson  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	Lang      string     `xml:"xml:lang,attr,omitempty"`
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Link      atomLink   `xml:"link"`
	Author    atomPerson `xml:"author"`
	Summary   string     `xml:"summary,omitempty"`
}

// feedEntries is how much a feed holds.
const feedEntries = 30

// serveFeed is GET /feed: all that was published, the newest first.
func (r *Room) serveFeed(w http.ResponseWriter, req *http.Request) error {
	return r.feed(w, req, t(req.Context(), "front.feed"), search.All, "")
}

// serveThemeFeed is GET /feed/theme/{theme}.
func (r *Room) serveThemeFeed(w http.ResponseWriter, req *http.Request) error {
	ctx, key := req.Context(), req.PathValue("theme")
	for _, theme := range r.themes(ctx) {
		if theme.Value == key && key != "" {
			return r.feed(w, req, t(ctx, "front.feed_of", "about", theme.Label), search.All, key)
		}
	}
	return fault.New(fault.NotFound, "front.feed_unknown")
}

// serveDepartmentFeed is GET /feed/department/{code}: what is of a department or of one of its communes.
func (r *Room) serveDepartmentFeed(w http.ResponseWriter, req *http.Request) error {
	d, ok := r.Places.Load().Department(req.PathValue("code"))
	if !ok {
		return fault.New(fault.NotFound, "front.feed_unknown")
	}
	return r.feed(w, req, t(req.Context(), "front.feed_of", "about", d.Name), "in:"+d.Code, "")
}

func (r *Room) feed(w http.ResponseWriter, req *http.Request, title, list, theme string) error {
	ctx := req.Context()
	web.Tag(ctx, "petitions")
	found, err := r.lists(ctx, theme, search.Place{}, feedEntries, list)
	if err != nil {
		return err
	}
	self := r.SiteURL + web.Link(ctx, web.InfoFrom(ctx).Path)
	feed := atom{
		Lang: web.Lang(ctx), ID: self, Title: t(ctx, "front.feed_title", "title", title, "site", r.SiteName), Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Author: atomPerson{Name: r.SiteName},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: self},
			{Rel: "alternate", Type: "text/html", Href: r.SiteURL + web.Link(ctx, address(searchPath, "theme", theme))},
		},
	}
	for i, one := range found {
		entry := r.entry(ctx, one)
		if i == 0 {
			feed.Updated = entry.Updated
		}
		feed.Entries = append(feed.Entries, entry)
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	return writeXML(w, feed)
}

func (r *Room) entry(ctx context.Context, one module.Found) atomEntry {
	page, at := r.SiteURL+web.Link(ctx, one.Path), one.Published.UTC().Format(time.RFC3339)
	return atomEntry{
		Lang: one.Lang, ID: page, Title: one.Title, Published: at, Updated: at, Link: atomLink{Rel: "alternate", Type: "text/html", Href: page},
		Author: atomPerson{Name: one.Author}, Summary: one.Words,
	}
}

func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(v)
}
