package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"essaim/internal/platform/jobs"
)

const (
	diskEvery  = 6 * time.Hour
	diskWindow = 14 * 24 * time.Hour // of which the growth is told
	diskKept   = 200                 // samples
	diskLeast  = 20 * time.Hour      // between two samples of which the growth is told
)

// diskSample is how many bytes of the disk were taken at a time, by whomever.
type diskSample struct {
	at   time.Time
	used int64
}

// diskLog are samples, the oldest first.
type diskLog []diskSample

// diskFile is kept on each machine for itself: it tells of this disk.
func (h *House) diskFile() string   { return diskFileOf(h.Data) }
func (d *doctor) diskFile() string  { return diskFileOf(d.Data) }
func diskFileOf(data string) string { return filepath.Join(data, "disk.log") }

// diskSchedule takes a sample now and then, so that a doctor can tell how long the disk will last.
func (h *House) diskSchedule() jobs.Schedule {
	return jobs.Schedule{Name: "app.disk", Every: diskEvery, Run: func(context.Context) error {
		free, all, err := diskSpace(h.Data)
		if err != nil {
			return err
		}
		return writeDiskLog(h.diskFile(), append(readDiskLog(h.diskFile()), diskSample{at: h.Clock.Now(), used: all - free}))
	}}
}

// readDiskLog reads what is there; lines that are none are passed over.
func readDiskLog(file string) (all diskLog) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		var at, used int64
		if n, _ := fmt.Sscanf(line, "%d %d", &at, &used); n == 2 {
			all = append(all, diskSample{at: time.Unix(at, 0).UTC(), used: used})
		}
	}
	return all
}

func writeDiskLog(file string, all diskLog) error {
	var text strings.Builder
	for _, s := range all[max(0, len(all)-diskKept):] {
		fmt.Fprintf(&text, "%d %d\n", s.at.Unix(), s.used)
	}
	draft := file + ".part"
	if err := os.WriteFile(draft, []byte(text.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, file)
}

// growth is how many bytes a day the disk has been filled of late, less than 0 when it was emptied; unknown before there are
// samples a day apart.
func (l diskLog) growth(now diskSample) (perDay float64, known bool) {
	for _, s := range l {
		age := now.at.Sub(s.at)
		if age > diskWindow {
			continue
		}
		if age < diskLeast {
			return 0, false
		}
		return float64(now.used-s.used) / (age.Hours() / 24), true
	}
	return 0, false
}
