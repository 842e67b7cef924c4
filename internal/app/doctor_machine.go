package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"essaim/internal/platform/config"
)

const (
	fewDescriptors = 4096
	badClock       = 5 * time.Second // codes and leases bear a minute; people notice less
	littleSpace    = 1 << 30         // bytes
	fewDays        = 14
	tooFewDays     = 3
)

// planned builds a house that is opened to nobody, for what the program knows: its routes and its schema.
func planned(ctx context.Context) (*House, error) {
	folder, err := os.MkdirTemp("", "essaim-plan-")
	if err != nil {
		return nil, err
	}
	s := config.Settings{Data: folder + "/data", URL: config.DefaultURL, Name: "Essaim", Languages: []string{"fr", "en"}, Timezone: "Europe/Paris"}
	h, err := Build(ctx, s, Options{Log: quietLogger(), Loopback: true})
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	h.closers = append([]func(){func() { _ = os.RemoveAll(folder) }}, h.closers...) // the last to run
	return h, nil
}

func quietLogger() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// lookDisk tells how much is left, and how long it will last if the disk goes on filling as it did.
func (d *doctor) lookDisk(context.Context) {
	folder := d.Data
	if !exists(folder) {
		folder = "."
	}
	free, all, err := d.space(folder)
	if err != nil {
		d.found("disk", Unknown, "", "the disk cannot be looked at: %v", err)
		return
	}
	now := d.clock.Now()
	growth, known := readDiskLog(d.diskFile()).growth(diskSample{at: now, used: all - free})
	const next = "Free some space, or take a larger disk. Look for backups and logs first; a full disk lets nobody sign."
	left := float64(free) / 1e9
	switch {
	case free < littleSpace || free < all/50:
		d.found("disk", Wrong, next, "%.1f GB are left of %.0f GB", left, float64(all)/1e9)
	case known && growth > 0 && float64(free)/growth < tooFewDays:
		d.found("disk", Wrong, next, "%.1f GB are left; %.2f GB a day were filled of late: that lasts %.0f days", left, growth/1e9, float64(free)/growth)
	case known && growth > 0 && float64(free)/growth < fewDays:
		d.found("disk", Warning, next, "%.1f GB are left; %.2f GB a day were filled of late: that lasts %.0f days", left, growth/1e9, float64(free)/growth)
	case known && growth > 0:
		d.good("disk", "%.1f GB are left; %.3f GB a day were filled of late: that lasts %.0f days", left, growth/1e9, min(float64(free)/growth, 9999))
	case known:
		d.good("disk", "%.1f GB are left, and the disk does not fill", left)
	default:
		d.good("disk", "%.1f GB are left; how fast the disk fills is known a day after the site was first started", left)
	}
}

// lookDescriptors: an open page takes one, and so does each connection.
func (d *doctor) lookDescriptors(context.Context) {
	n := d.descriptors()
	if n < fewDescriptors {
		d.found("descriptors", Warning, "Give the service more: LimitNOFILE=524288 in its unit, or 'ulimit -n 65536' before it starts.",
			"only %d files and sockets may be open at once, for as many visitors", n)
		return
	}
	d.good("descriptors", "%d files and sockets may be open at once (for who runs this command)", n)
}

// lookClock compares with the database's clock, and asks whether anybody keeps this machine's.
func (d *doctor) lookClock(ctx context.Context) {
	if d.house != nil && d.Database != "" {
		before := d.clock.Now()
		theirs, err := d.house.DB.Now(ctx)
		if err == nil {
			apart := theirs.Sub(before.Add(d.clock.Now().Sub(before) / 2))
			if apart.Abs() > badClock {
				d.found("clock", Wrong, "Have a time server keep both clocks (systemd-timesyncd, chrony).",
					"this machine's clock and the database's are %s apart", apart.Abs().Round(time.Second))
				return
			}
		}
	}
	switch kept, known := d.synchronous(); {
	case known && !kept:
		d.found("clock", Warning, "Have a time server keep it: apt install systemd-timesyncd, or chrony. In a container, the machine around it must.",
			"nobody keeps this machine's clock; it says %s", d.clock.Now().Format("2006-01-02 15:04:05 UTC"))
	case !known:
		d.found("clock", Unknown, "", "the clock says %s; whether anybody keeps it cannot be told", d.clock.Now().Format("2006-01-02 15:04:05 UTC"))
	default:
		d.good("clock", "the clock is kept by a time server")
	}
}
