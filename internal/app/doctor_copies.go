package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"essaim/internal/platform/backup"
	"essaim/internal/platform/blob"
)

// lookBackup sees how old the newest copy is, in each place.
func (d *doctor) lookBackup(ctx context.Context) {
	h := &House{Settings: d.Settings, Clock: d.clock}
	defer h.Close()
	copies, err := h.copies()
	switch {
	case err != nil:
		d.found("backup", Wrong, "See docs/backup.md.", "%v", err)
	case len(copies) == 0:
		d.found("backup", Warning, "Have one made each night with --copies and --copies-for: docs/backup.md. If you make backups yourself, all is well.",
			"no copy of the site is made by itself")
	}
	for _, one := range copies {
		if _, folder := one.Place.(backup.Dir); !folder && d.offline {
			continue
		}
		d.lookCopies(ctx, one)
	}
}

func (d *doctor) lookCopies(ctx context.Context, copies backup.Copies) {
	all, err := copies.List(ctx)
	trouble, told := errors.AsType[*blob.Trouble](err)
	switch {
	case told:
		d.found("backup", Wrong, trouble.Next, "the bucket of the copies, %s: %s", trouble.Place, trouble.Says)
	case err != nil:
		d.found("backup", Wrong, "Is the other disk mounted, and may the site write there?", "the folder of the copies cannot be read: %v", err)
	case len(all) == 0:
		d.found("backup", Wrong, "Make the first one now: essaim backup", "there is no copy in %s", copies.Place)
	case d.clock.Now().Sub(all[0].Made) > oldCopy:
		d.found("backup", Wrong, "Look for app.copy in the log, then: essaim backup", "the newest copy in %s is %s old", copies.Place, inDays(d.clock.Now().Sub(all[0].Made)))
	default:
		d.good("backup", "the newest copy in %s is %s old, of %.1f MB; %d are kept", copies.Place, inDays(d.clock.Now().Sub(all[0].Made)), float64(all[0].Bytes)/1e6, len(all))
	}
}

// lookBlobs tries the bucket of the pictures, and whether its keys are ours alone.
func (d *doctor) lookBlobs(ctx context.Context) {
	if info, err := os.Stat(d.S3Keys); d.S3Keys != "" && err == nil && info.Mode().Perm()&0o007 != 0 {
		d.found("s3-keys", Wrong, "chmod o-rwx "+d.S3Keys, "every account of this machine can read the keys of the buckets (%04o)", info.Mode().Perm())
	}
	if d.Blobs == "" || d.offline {
		return
	}
	h := &House{Settings: d.Settings, Clock: d.clock}
	defer h.Close()
	bucket, err := h.bucket(d.Blobs)
	if err == nil {
		err = bucket.Check(ctx)
	}
	trouble, told := errors.AsType[*blob.Trouble](err)
	switch {
	case told:
		d.found("blobs", Wrong, trouble.Next, "the bucket of the pictures, %s: %s", trouble.Place, trouble.Says)
	case err != nil:
		d.found("blobs", Wrong, "Correct --blobs or --s3-keys; see docs/configuration.md.", "the bucket of the pictures: %v", err)
	default:
		d.good("blobs", "the bucket of the pictures can be read and written (%s)", bucket)
	}
}

func inDays(age time.Duration) string {
	if age < 48*time.Hour {
		return fmt.Sprintf("%d hours", int(age.Hours()))
	}
	return fmt.Sprintf("%d days", int(age.Hours()/24))
}
