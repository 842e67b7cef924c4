package app

import (
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"

	"essaim/internal/platform/web"
)

type routesCommand struct{}

// Run lists the table of a house that is built and never opened to anybody.
func (c *routesCommand) Run(w *world) error {
	h, err := planned(w.ctx)
	if err != nil {
		return err
	}
	defer h.Close()
	routes := h.Web.Routes()
	slices.SortFunc(routes, func(a, b web.Route) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "METHOD\tPATH\tRIGHT\tCACHED")
	for _, r := range routes {
		cached := ""
		if r.Cached {
			cached = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Method, r.Path, r.Right, cached)
	}
	return table.Flush()
}
