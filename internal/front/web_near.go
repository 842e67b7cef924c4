package front

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"essaim/internal/platform/module"
	"essaim/internal/platform/search"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

const nearPath = "/near"

// radii are how far somebody may look, in kilometres.
var radii = []string{"5", "20", "50", "100"}

const usualRadius = "20"

// nearParameters change what the page shows.
var nearParameters = []string{"q", "commune", "km", "theme", "after"}

// nearPage is what "near you" shows.
type nearPage struct {
	view.Page
	Typed   string
	Km      string
	Theme   string
	Radii   []view.Option
	Themes  []view.Option
	Where   located
	Choices []view.NavItem
	Local   []module.Found
	More    string // address of the next page, empty when there is none
	Wider   string // address with the next radius, empty on the widest
	Later   bool   // a further page, of the local ones alone
	Around  []module.Found
	Names   string // of the department and the region
	Large   []module.Found
}

// aside is how many mobilisations stand in each list beside the local one.
const aside = 10

// showNear is GET /near: what is around a commune, then what concerns its department and region, then the rest of the world.
func (r *Room) showNear(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	web.Tag(ctx, "petitions")
	page := nearPage{Typed: typed(req, "q"), Km: usualRadius, Theme: r.themeOf(typed(req, "theme")), Themes: r.themes(ctx)}
	if km := typed(req, "km"); slices.Contains(radii, km) {
		page.Km = km
	}
	for _, km := range radii {
		page.Radii = append(page.Radii, view.Option{Value: km, Label: t(ctx, "front.near_km", "km", km)})
	}
	page.Where = locate(r.Places.Load(), page.Typed, typed(req, "commune"))
	if page.Typed == "" {
		page.Typed = page.Where.Name
	}
	for _, c := range page.Where.Choices {
		page.Choices = append(page.Choices, view.NavItem{
			Label: t(ctx, "front.near_choice", "commune", c.Name, "department", r.departmentName(c.Department)), Path: page.address("commune", c.Code),
		})
	}
	page.Page = view.Page{Title: t(ctx, "front.near"), Description: t(ctx, "front.near_description"), Canonical: nearPath}
	if page.Where.Name != "" {
		page.Title, page.NoIndex = t(ctx, "front.near_of", "place", page.Where.Name), true
		if err := r.fillNear(ctx, &page, search.ParsePlace(typed(req, "after"))); err != nil {
			return err
		}
	}
	if page.Typed != "" {
		page.Canonical = page.address("commune", page.Where.Code)
	}
	return view.Write(ctx, w, http.StatusOK, nearView(page))
}

// address is the page's with one parameter more.
func (p *nearPage) address(more ...string) string {
	km := p.Km
	if km == usualRadius {
		km = ""
	}
	return address(nearPath, append([]string{"q", p.Typed, "km", km, "theme", p.Theme, "commune", p.Where.Code}, more...)...)
}

func (r *Room) fillNear(ctx context.Context, page *nearPage, after search.Place) error {
	km, err := strconv.Atoi(page.Km)
	if err != nil {
		return err
	}
	page.Later = after != search.Place{}
	local, err := merged(r.finders, func(f module.Finder) ([]module.Found, error) {
		return f.Near(ctx, search.Near{
			Kind: f.Source.Kind, Theme: page.Theme, Point: page.Where.Point, Radius: float64(km), After: after, Limit: pageSize + 1,
		})
	}, nearer, pageSize+1)
	if err != nil {
		return err
	}
	page.Local, page.More = next(local)
	if page.More != "" {
		page.More = page.address("after", page.More)
	}
	if wide := slices.Index(radii, page.Km) + 1; wide < len(radii) {
		page.Wider = page.address("km", radii[wide])
	}
	if page.Later {
		return nil
	}
	return r.fillLarge(ctx, page)
}

// fillLarge adds what is not of one commune: of the department and the region, then of the country, of Europe and the world.
func (r *Room) fillLarge(ctx context.Context, page *nearPage) error {
	atlas := r.Places.Load()
	var names []string
	if d, ok := atlas.Department(page.Where.Department); ok {
		names, page.Names = append(names, "at:department:"+d.Code), d.Name
		if g, ok := atlas.Region(d.Region); ok {
			names = append(names, "at:region:"+g.Code)
			if g.Name != d.Name {
				page.Names = t(ctx, "front.near_region", "department", d.Name, "region", g.Name)
			}
		}
	}
	var err error
	if page.Around, err = r.lists(ctx, page.Theme, search.Place{}, aside, names...); err != nil {
		return err
	}
	page.Large, err = r.lists(ctx, page.Theme, search.Place{}, aside, "at:country:FR", "at:europe", "at:world")
	return err
}

func (r *Room) departmentName(code string) string {
	if d, ok := r.Places.Load().Department(code); ok {
		return d.Name
	}
	return code
}
