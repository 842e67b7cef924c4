package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// lookFolder sees whether the data folder is ours alone, and can be written to.
func (d *doctor) lookFolder(context.Context) {
	info, err := os.Stat(d.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.found("folder", Wrong, "Start the site once, which makes it, or name the right one with --data.", "there is no data folder %s", d.Data)
		return
	case err != nil:
		d.found("folder", Wrong, "Run this as the user who runs the site.", "the data folder cannot be looked at: %v", err)
		return
	case !info.IsDir():
		d.found("folder", Wrong, "Name a folder with --data.", "%s is not a folder", d.Data)
		return
	}
	probe, err := os.CreateTemp(d.Data, "doctor-*.part")
	if err != nil {
		d.found("folder", Wrong, "Give the folder to the user who runs the site: chown -R essaim "+d.Data, "the data folder cannot be written to: %v", err)
		return
	}
	_ = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if loose := info.Mode().Perm() & 0o077; loose != 0 {
		d.found("folder", Warning, "chmod 700 "+d.Data, "other accounts of this machine can look into %s (mode %04o)", d.Data, info.Mode().Perm())
		return
	}
	d.good("folder", "%s can be written to, and is the site's alone", d.Data)
}

// lookDatabase opens the database that is there; SQLite would make an empty one.
func (d *doctor) lookDatabase(ctx context.Context) {
	if d.Database == "" && !exists(d.DatabaseFile()) {
		d.found("database", Wrong, "Start the site once, or bring one back: essaim restore FILE", "there is no database in %s", d.Data)
		return
	}
	h := &House{Settings: d.Settings, Clock: d.clock, Log: quietLogger()}
	db, err := storage.Open(ctx, storage.Options{URL: d.Database, File: d.DatabaseFile(), Clock: d.clock, Log: h.Log})
	if err == nil {
		h.DB = db
		h.closers = append(h.closers, func() { _ = db.Close() })
		err = db.Ping(ctx)
	}
	if err != nil {
		h.Close()
		d.found("database", Wrong, "Is the server there, are address, user and password right, is the disk well? --database says where it is.",
			"the database does not open: %v", err)
		return
	}
	h.Queue = jobs.New(db, d.clock, h.Log)
	d.house = h
	d.good("database", "the database answers (%s)", db.Dialect())
}

// lookSchema compares the migrations that were run with those that this program has.
func (d *doctor) lookSchema(ctx context.Context) {
	if d.house == nil {
		return
	}
	missing, err := d.missingMigrations(ctx)
	var newer *storage.NewerSchema
	switch {
	case errors.Is(err, storage.ErrHalfRestored):
		d.found("schema", Wrong, "Run 'essaim restore' again, which begins anew.", "a restore into this database was cut short")
	case errors.As(err, &newer):
		d.found("schema", Wrong, "Install the newer program again: this one does not know how to read all.", "a newer program has been here: %v", err)
	case err != nil:
		d.found("schema", Wrong, "Look at the database's log.", "the schema cannot be read: %v", err)
	case missing > 0:
		d.found("schema", Warning, "Make a backup, then start the site, which brings it up to date: docs/upgrade.md", "%d migrations were not run yet", missing)
	default:
		d.good("schema", "the schema is up to date")
	}
}

func (d *doctor) missingMigrations(ctx context.Context) (missing int, err error) {
	plan, err := planned(ctx)
	if err != nil {
		return 0, err
	}
	defer plan.Close()
	missing, _, err = d.house.DB.CheckNewer(ctx, plan.schemas())
	return missing, err
}

// lookDead counts what was given up.
func (d *doctor) lookDead(ctx context.Context) {
	if d.house == nil {
		return
	}
	counts, err := d.house.Queue.Counts(ctx)
	if err != nil {
		d.found("jobs", Unknown, "", "the jobs cannot be counted: %v", err)
		return
	}
	waiting, dead, kinds := int64(0), int64(0), ""
	for _, c := range counts {
		waiting += c.Waiting
		if c.Dead > 0 {
			dead += c.Dead
			kinds += fmt.Sprintf(" %s (%d)", c.Kind, c.Dead)
		}
	}
	if dead > 0 {
		d.found("jobs", Wrong, "See why: essaim jobs dead. Once that is mended: essaim jobs revive --all", "%d jobs were given up:%s", dead, kinds)
		return
	}
	d.good("jobs", "nothing was given up; %d jobs wait", waiting)
}

// lookPlaces tells the sample from the whole set.
func (d *doctor) lookPlaces(ctx context.Context) {
	holder, err := (&House{Settings: d.Settings}).openPlaces(ctx)
	switch {
	case err != nil:
		d.found("places", Wrong, "Take the set anew: essaim places update --from FOLDER", "the place data cannot be read: %v", err)
	case holder.Load().Sample():
		d.found("places", Warning, "Take the whole set: essaim places update --from FOLDER (docs/places.md)",
			"only a sample of places is loaded: most postal codes are unknown to the site")
	default:
		d.good("places", "the place data are loaded from %s", filepath.Clean(d.placesFrom()))
	}
}

func (d *doctor) placesFrom() string {
	if d.Places != "" {
		return d.Places
	}
	return d.PlacesFolder()
}
