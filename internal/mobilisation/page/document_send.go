package page

import (
	"errors"
	"net/http"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/blob"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/web"
)

// sendDocument is GET /m/{slug}/documents/{name}: for everybody once the mobilisation is shown, before that for who works on it, so
// that nobody hands out files here that nobody has read.
func (r *Pages) sendDocument(w http.ResponseWriter, req *http.Request) error {
	p, err := r.AnyPetition(req.Context(), req.PathValue("slug"))
	if err == nil && !p.Shown() {
		p, err = r.petitionFor(req, perm.TeamOrModerator)
	}
	if err != nil {
		return err
	}
	keep := "private, no-store"
	if p.Shown() {
		keep = "public, max-age=3600"
	}
	return r.writeDocument(w, req, p.Documents, keep)
}

// sendDraftDocument is the same for who writes a draft.
func (r *Pages) sendDraftDocument(w http.ResponseWriter, req *http.Request) error {
	d, err := r.draftOf(req, web.CleanQuery(req, "key", 100))
	if err != nil {
		return err
	}
	list, err := r.DocumentsOf(req.Context(), d.ID)
	if err != nil {
		return err
	}
	return r.writeDocument(w, req, list, "private, no-store")
}

// writeDocument sends one of some documents, to be kept in a file and not to be opened within the site: a reader of PDFs in a browser
// is a program too.
func (r *Pages) writeDocument(w http.ResponseWriter, req *http.Request, list []mobilisation.Document, keep string) error {
	key, title := keyOf(req), ""
	for _, d := range list {
		if d.Key == key {
			title = d.Title
		}
	}
	file, err := r.Pictures.Open(req.Context(), key)
	if title == "" || errors.Is(err, blob.ErrMissing) {
		if err == nil {
			_ = file.Close()
		}
		return fault.New(fault.NotFound, "mobilisation.document_unknown")
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	defer file.Close()
	name := prose.Slug(title, 60)
	if name == "" {
		name = "document"
	}
	h := w.Header()
	h.Set("Content-Type", paper.Type)
	h.Set("Content-Disposition", `attachment; filename="`+name+`.pdf"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", keep)
	h.Set("Etag", `"`+key+`"`)
	http.ServeContent(w, req, "", time.Time{}, file)
	return nil
}
