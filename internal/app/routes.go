package app

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"essaim/internal/platform/config"
	"essaim/internal/platform/web"
)

type routesCommand struct{}

// Run lists the table of a house that is built and never opened to anybody.
func (c *routesCommand) Run(w *world) error {
	folder, err := os.MkdirTemp("", "essaim-routes-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s := config.Settings{Data: folder + "/data", URL: "http://localhost:8080", Name: "Essaim", Languages: []string{"fr", "en"}, Timezone: "Europe/Paris"}
	h, err := Build(w.ctx, s, Options{Log: logger(w.errs, false), Loopback: true})
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
