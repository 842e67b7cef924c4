package mobilisation

import (
	"context"
	"fmt"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const purposeDocument = "mobilisation.document"

// MaxDocuments is how many documents a draft or a petition may have.
const MaxDocuments = 5

// Document is a PDF that an author put beside the text, made anew from what they sent.
type Document struct {
	Key   string // of the blob
	Title string // in the petition's own language
	Bytes int64
	Pages int64
}

// DocumentsOf lists the documents of a draft or of a petition, the first the oldest.
func (r *Room) DocumentsOf(ctx context.Context, holder string) ([]Document, error) {
	rows, err := r.db.Query(ctx, `
		SELECT file, title, bytes, pages
		FROM mobilisation_document
		WHERE holder = $1
		ORDER BY added_at, file`, holder)
	list, err := storage.All(rows, err, func(rows *storage.Rows) (d Document, err error) {
		var sealed []byte
		if err := rows.Scan(&d.Key, &sealed, &d.Bytes, &d.Pages); err != nil {
			return d, err
		}
		title, err := r.Vault.Open(purposeDocument, sealed, []byte(d.Key))
		d.Title = string(title)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("documents of %s: %w", holder, err)
	}
	return list, nil
}

// CheckDocument looks at the title of a document.
func CheckDocument(title string) error {
	var f fault.Flaws
	f.When(title == "", "document_title", "mobilisation.document_title_missing")
	f.When(prose.Longer(title, MaxTitle), "document_title", "mobilisation.title_length", "max", MaxTitle)
	return f.Err()
}

// AddDocument puts a PDF beside a draft or a petition. What it has already gets the new title. The faults are those of CheckDocument,
// and one at the field of the file when there are enough.
func (r *Room) AddDocument(ctx context.Context, holder, title string, file paper.Renewed) error {
	if err := CheckDocument(title); err != nil {
		return err
	}
	key, err := r.Pictures.Put(ctx, file.Content)
	if err != nil {
		return fmt.Errorf("keep a document: %w", err)
	}
	sealed, now := r.Vault.Seal(purposeDocument, []byte(title), []byte(key)), clock.Micros(r.Clock.Now())
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var there int
		if err := tx.QueryRow(ctx, `
			SELECT COUNT(*)
			FROM mobilisation_document
			WHERE holder = $1 AND file <> $2`, holder, key).Scan(&there); err != nil {
			return err
		}
		if there >= MaxDocuments {
			return fault.InvalidForm(fault.Field{Name: "document", Key: "mobilisation.documents_many", Args: []any{"max", MaxDocuments}})
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_document (holder, file, title, bytes, pages, added_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (holder, file) DO UPDATE SET title = excluded.title`, holder, key, sealed, int64(len(file.Content)), int64(file.Pages), now)
		return err
	})
	if err != nil {
		return fmt.Errorf("add a document to %s: %w", holder, err)
	}
	r.Changed(holder)
	return nil
}

// RemoveDocument takes a document away. One that is not there is no error. Its bytes go when nobody refers to them any more.
func (r *Room) RemoveDocument(ctx context.Context, holder, key string) error {
	err := r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM mobilisation_document
			WHERE holder = $1 AND file = $2`, holder, key)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a document of %s: %w", holder, err)
	}
	r.Changed(holder)
	return nil
}

// handDocuments gives a petition the documents of the draft from which it is made, in place of those that it had.
func handDocuments(ctx context.Context, tx *storage.Tx, draftID, petitionID string) error {
	if _, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_document
		WHERE holder = $1`, petitionID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mobilisation_document (holder, file, title, bytes, pages, added_at)
		SELECT CAST($2 AS TEXT), file, title, bytes, pages, added_at
		FROM mobilisation_document
		WHERE holder = $1`, draftID, petitionID)
	return err
}

// sweepDocuments forgets the documents of drafts that are gone.
func sweepDocuments(ctx context.Context, tx *storage.Tx) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM mobilisation_document
		WHERE holder NOT IN (SELECT id FROM mobilisation_draft) AND holder NOT IN (SELECT id FROM mobilisation_petition)`)
	return err
}

// documentsInUse adds the keys of all documents to those to which somebody refers.
func (r *Room) documentsInUse(ctx context.Context, used map[string]bool) error {
	rows, err := r.db.Query(ctx, `
		SELECT DISTINCT file
		FROM mobilisation_document`)
	all, err := storage.All(rows, err, func(rows *storage.Rows) (key string, err error) { return key, rows.Scan(&key) })
	for _, key := range all {
		used[key] = true
	}
	return err
}
