package front

import (
	"encoding/xml"
	"net/http"
	"strconv"

	"essaim/internal/platform/fault"
)

// The map of the site (sitemaps.org, version 0.9): an index, a leaf with the pages that every site has, and leaves of so many
// mobilisations, each in every language.
type sitemapIndex struct {
	XMLName xml.Name    `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Leaves  []sitemapAt `xml:"sitemap"`
}

type sitemapLeaf struct {
	XMLName xml.Name    `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	Pages   []sitemapAt `xml:"url"`
}

type sitemapAt struct {
	Address string `xml:"loc"`
}

const (
	sitemapPath = "/sitemap.xml"
	leafSize    = 5000 // documents; the protocol allows 50 000 addresses a leaf
	firstLeaf   = "pages"
)

// everywhere are the pages that every site has.
var everywhere = []string{"/", nearPath, searchPath, "/organisation", "/about", "/privacy", "/accessibility"}

// serveSitemap is GET /sitemap.xml.
func (r *Room) serveSitemap(w http.ResponseWriter, req *http.Request) error {
	leaves, err := r.Index.Leaves(req.Context(), leafSize)
	if err != nil {
		return err
	}
	index := sitemapIndex{Leaves: []sitemapAt{{r.SiteURL + "/sitemap/" + firstLeaf}}}
	for _, number := range leaves {
		index.Leaves = append(index.Leaves, sitemapAt{r.SiteURL + "/sitemap/" + strconv.FormatInt(number, 36)})
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	return writeXML(w, index)
}

// serveSitemapLeaf is GET /sitemap/{leaf}.
func (r *Room) serveSitemapLeaf(w http.ResponseWriter, req *http.Request) error {
	paths := everywhere
	if name := req.PathValue("leaf"); name != firstLeaf {
		number, err := strconv.ParseInt(name, 36, 64)
		if err != nil || number < 0 {
			return fault.New(fault.NotFound, "front.sitemap_unknown")
		}
		pages, err := r.Index.Pages(req.Context(), number, leafSize)
		if err != nil {
			return err
		}
		if len(pages) == 0 || pages[0].Number != number {
			return fault.New(fault.NotFound, "front.sitemap_unknown")
		}
		paths = nil
		for _, page := range pages {
			paths = append(paths, page.Path)
		}
	}
	var leaf sitemapLeaf
	for _, path := range paths {
		for _, tag := range r.Languages.Tags() {
			leaf.Pages = append(leaf.Pages, sitemapAt{r.SiteURL + r.Languages.Prefix(tag) + path})
		}
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	return writeXML(w, leaf)
}
