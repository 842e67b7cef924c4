package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/schollz/progressbar/v3"

	"essaim/internal/platform/config"
	"essaim/internal/platform/fetch"
	"essaim/internal/platform/places"
)

type placesCommand struct {
	Update placesUpdateCommand `cmd:"" help:"Take a new set from a folder or an address, check it, and put it in place of the old one."`
	Show   placesShowCommand   `cmd:"" help:"Say what the instance knows of a postal code or a commune."`
}

type placesUpdateCommand struct {
	Data   string `help:"Folder of the instance's data." default:"essaim-data" placeholder:"FOLDER"`
	Source string `name:"from" env:"-" required:"" help:"Folder or https:// address of the files." placeholder:"FOLDER|URL"`
}

// Run replaces the set at once or not at all. A running site takes it at its next start.
func (c *placesUpdateCommand) Run(w *world) error {
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w.errs), progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond))
	current := ""
	report, err := places.Update(w.ctx, c.Source, config.Settings{Data: c.Data}.PlacesFolder(), fetcher(), func(file string, done, total int64) {
		if file != current {
			current = file
			bar.Reset()
			bar.ChangeMax64(total)
			bar.Describe(file)
		}
		_ = bar.Set64(done)
	})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%d communes, %d postal codes, %d constituencies, %d departments; %d countries, %d codes abroad\n",
		report.Communes, report.PostalCodes, report.Constituencies, report.Departments, report.Countries, report.CodesAbroad)
	if !report.First {
		fmt.Fprintf(w.out, "communes: %d added, %d removed, %d changed; postal codes: %d added, %d removed\n",
			len(report.CommunesAdded), len(report.CommunesRemoved), len(report.CommunesChanged), len(report.PostalCodesAdded), len(report.PostalCodesRemoved))
	}
	fmt.Fprintln(w.out, "A site that is running takes the new set at its next start.")
	return nil
}

// fetcher opens addresses for places; a file that a server does not have may be absent from a set.
func fetcher() places.Fetch {
	client := fetch.New(fetch.Options{MaxBytes: 32 << 20, Timeout: 10 * time.Minute})
	return func(ctx context.Context, address string) (io.ReadCloser, error) {
		body, err := client.Get(ctx, address)
		if status, ok := errors.AsType[*fetch.StatusError](err); ok && (status.Code == 404 || status.Code == 410) {
			return nil, fs.ErrNotExist
		}
		return body, err
	}
}

type placesShowCommand struct {
	config.Settings
	Query string `arg:"" help:"Postal code or name."`
}

// Run prints what Search finds.
func (c *placesShowCommand) Run(w *world) error {
	h := &House{Settings: c.Settings}
	holder, err := h.openPlaces(w.ctx)
	if err != nil {
		return err
	}
	atlas := holder.Load()
	if atlas.Sample() {
		fmt.Fprintln(w.errs, "this is the small sample; 'essaim places update --from …' brings the whole set")
	}
	for _, commune := range atlas.Search(c.Query, 20) {
		fmt.Fprintf(w.out, "%s %s (%s): postal codes %v, constituencies %v\n", commune.Code, commune.Name, commune.Department, commune.PostalCodes, commune.Constituencies)
	}
	return nil
}
