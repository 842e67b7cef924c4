package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/storage"
)

const purposePicture = "mobilisation.picture"

// pictureGrace is how long a photo that nobody refers to is kept: its row may be on its way.
const pictureGrace = 24 * time.Hour

// Pictures keep photos, and what comes before it is known to be one. Nobody else's blobs lie among them.
type Pictures interface {
	blob.Store
	// Spool returns an empty file that is gone when it is closed.
	Spool() (*os.File, error)
}

// Picture is the photo of a petition; the zero value where a poster motif stands for one.
type Picture struct {
	Page, Large string // keys of the blobs: for pages, for shared links
	Alt         string // what it shows, in the petition's own language
}

// PicturePath is where a form of a photo is read.
func PicturePath(key string) string { return "/p/" + key + ".jpg" }

// PictureOf reads the photo of a draft or of a petition, the zero value when there is none.
func (r *Room) PictureOf(ctx context.Context, holder string) (p Picture, err error) {
	var alt []byte
	err = r.db.QueryRow(ctx, `
		SELECT page, large, alt
		FROM mobilisation_picture
		WHERE holder = $1`, holder).Scan(&p.Page, &p.Large, &alt)
	if errors.Is(err, storage.ErrNoRows) {
		return Picture{}, nil
	}
	if err != nil {
		return p, fmt.Errorf("picture of %s: %w", holder, err)
	}
	p.Alt, err = r.openAlt(p.Page, alt)
	return p, err
}

// openAlt opens the words of a photo, if there is one.
func (r *Room) openAlt(page string, sealed []byte) (string, error) {
	if page == "" {
		return "", nil
	}
	words, err := r.Vault.Open(purposePicture, sealed, []byte(page))
	return string(words), err
}

// KeepPicture puts both forms of a photo on disk, and returns it as it is to be set.
func (r *Room) KeepPicture(ctx context.Context, photo picture.Photo) (p Picture, err error) {
	if p.Page, err = r.Pictures.Put(ctx, photo.Page); err != nil {
		return p, err
	}
	p.Large, err = r.Pictures.Put(ctx, photo.Large)
	return p, err
}

// SetPicture gives a draft or a petition its photo, or takes it away.
func (r *Room) SetPicture(ctx context.Context, holder string, p Picture) error {
	sealed := r.Vault.Seal(purposePicture, []byte(p.Alt), []byte(p.Page))
	now := clock.Micros(r.Clock.Now())
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if p.Page == "" {
			return deletePicture(ctx, tx, holder)
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_picture (holder, page, large, alt, set_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (holder) DO UPDATE SET page = excluded.page, large = excluded.large, alt = excluded.alt, set_at = excluded.set_at`,
			holder, p.Page, p.Large, sealed, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the picture of %s: %w", holder, err)
	}
	return nil
}

func deletePicture(ctx context.Context, tx *storage.Tx, holder string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_picture
		WHERE holder = $1`, holder)
	return err
}

// handPicture gives a petition the photo of the draft from which it is made, or none.
func handPicture(ctx context.Context, tx *storage.Tx, draftID, petitionID string) error {
	if err := deletePicture(ctx, tx, petitionID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_picture (holder, page, large, alt, set_at)
		SELECT CAST($2 AS TEXT), page, large, alt, set_at
		FROM mobilisation_picture
		WHERE holder = $1`, draftID, petitionID)
	return err
}

// sweepPictures deletes the photos and documents to which no draft, no petition and no delivery refers.
func (r *Room) sweepPictures(ctx context.Context) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM mobilisation_picture
			WHERE holder NOT IN (SELECT id FROM mobilisation_draft) AND holder NOT IN (SELECT id FROM mobilisation_petition)
			AND holder NOT IN (SELECT id FROM mobilisation_delivery)`)
		if err != nil {
			return err
		}
		return sweepDocuments(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("sweep pictures: %w", err)
	}
	before := r.Clock.Now().Add(-pictureGrace)
	keys, err := r.Pictures.List(ctx, before)
	if err != nil {
		return fmt.Errorf("sweep pictures: %w", err)
	}
	used, err := r.picturesInUse(ctx)
	if err != nil {
		return err
	}
	if err := r.documentsInUse(ctx, used); err != nil {
		return err
	}
	for _, key := range keys {
		if used[key] {
			continue
		}
		if err := r.Pictures.Remove(ctx, key, before); err != nil {
			return fmt.Errorf("sweep pictures: %w", err)
		}
	}
	return nil
}

// picturesInUse are the keys of all photos that somebody refers to.
func (r *Room) picturesInUse(ctx context.Context) (map[string]bool, error) {
	rows, err := r.db.Query(ctx, `
		SELECT page, large
		FROM mobilisation_picture`)
	all, err := storage.All(rows, err, func(rows *storage.Rows) (p Picture, err error) { return p, rows.Scan(&p.Page, &p.Large) })
	used := make(map[string]bool, 2*len(all))
	for _, p := range all {
		used[p.Page], used[p.Large] = true, true
	}
	return used, err
}
