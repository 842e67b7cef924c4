package page

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/blob"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/picture"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

const (
	// uploadBody is how much a form with a photo may send, in bytes: more than is kept, so that the answers beside a photo that is too
	// heavy come back with the form.
	uploadBody = 64 << 20
	uploadTime = 3 * time.Minute // 12 MB at 0.6 Mbit/s
	maxAlt     = 200
)

// uploadsFrom is how many photos may come from one home or network.
var uploadsFrom = guard.Rate{Burst: 60, Per: time.Hour}

// photoForm asks for a photo.
type photoForm struct {
	mobilisation.Picture
	Alt    string  // as typed
	typed  *string // when the form came back
	Errors view.Errors
}

// picturePage is where a team changes the photo of its petition.
type picturePage struct {
	view.Page
	board
	Photo photoForm
	Motif string // that stands for a photo
}

// readUpload reads a form with a photo. It takes longer than others: phones send a photo over a bad network.
func (r *Pages) readUpload(w http.ResponseWriter, req *http.Request) (web.Upload, error) {
	if !r.drafts.Allow(uploadsFrom, "picture", guard.Near(r.Guard.Addr(req))) {
		return web.Upload{}, fault.New(fault.TooMany, "mobilisation.pictures_enough")
	}
	// What cannot wait longer, such as a test's recorder, keeps the time of the server. The machine's clock is meant.
	connection, until := http.NewResponseController(w), clock.System().Now().Add(uploadTime)
	_, _ = connection.SetReadDeadline(until), connection.SetWriteDeadline(until.Add(time.Minute))
	return web.ReadUpload(req, "picture", picture.MaxUpload, r.Pictures.Spool)
}

// readStepForm reads the form of a step; only that of the third one may have a file.
func (r *Pages) readStepForm(w http.ResponseWriter, req *http.Request) (web.Upload, error) {
	if req.PathValue("step") == stepPlace {
		return r.readUpload(w, req)
	}
	form, err := web.ReadForm(req)
	return web.Upload{Form: form}, err
}

// keepPlace is keepStep for the step that may bring a photo.
func (r *Pages) keepPlace(w http.ResponseWriter, req *http.Request) error {
	req.SetPathValue("step", stepPlace)
	return r.keepStep(w, req)
}

// keepPhoto does what a form says of the photo of a draft or of a petition: a new one, none any more, other words. What it refuses is
// flaw, with the fields to correct; what was there stays then.
func (r *Pages) keepPhoto(ctx context.Context, holder string, upload web.Upload) (flaw, err error) {
	now, err := r.PictureOf(ctx, holder)
	if err != nil {
		return nil, err
	}
	next := now
	if upload.Ticked("picture_remove") {
		next = mobilisation.Picture{}
	}
	if upload.File != nil {
		photo, err := r.darkroom.Develop(ctx, "picture", upload.File, upload.Size)
		if fault.Is(err, fault.Invalid) {
			return err, nil
		}
		if err != nil {
			return nil, err
		}
		if next, err = r.KeepPicture(ctx, photo); err != nil {
			return nil, err
		}
	}
	if next.Page == "" && now.Page == "" {
		return nil, nil
	}
	var f fault.Flaws
	alt := upload.Line("picture_alt")
	f.When(next.Page != "" && alt == "", "picture_alt", "mobilisation.picture_alt_missing")
	f.When(prose.Longer(alt, maxAlt), "picture_alt", "mobilisation.picture_alt_length", "max", maxAlt)
	if f.Err() == nil || next.Page == "" {
		next.Alt = alt
	}
	return f.Err(), r.SetPicture(ctx, holder, next)
}

// showPicture is the page on which a team changes the photo.
func (r *Pages) showPicture(w http.ResponseWriter, req *http.Request) error {
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	return r.writePicture(w, req, http.StatusOK, p, photoForm{Picture: p.Picture, Alt: p.Picture.Alt})
}

func (r *Pages) writePicture(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, form photoForm) error {
	ctx := req.Context()
	bare := *p
	bare.Picture = mobilisation.Picture{}
	page := picturePage{
		Page:  view.Page{Title: t(ctx, "mobilisation.picture_title"), Work: true, NoIndex: true, Errors: len(form.Errors) > 0, Scripts: []string{"form.js"}},
		Photo: form, Motif: bare.Poster(),
	}
	var err error
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, pictureView(page))
}

// changePicture is POST of the same.
func (r *Pages) changePicture(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	upload, err := r.readUpload(w, req)
	if err != nil {
		return err
	}
	defer upload.Close()
	flaw, err := r.keepPhoto(ctx, p.ID, upload)
	if err != nil {
		return refuse(err)
	}
	r.Changed(p.ID)
	if flaw != nil {
		form := photoForm{Alt: upload.Line("picture_alt"), Errors: view.ErrorsFrom(ctx, flaw)}
		if form.Picture, err = r.PictureOf(ctx, p.ID); err != nil {
			return err
		}
		return r.writePicture(w, req, http.StatusUnprocessableEntity, p, form)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/picture#contenu")
}

// sendPicture is GET /p/{name}: a photo never changes under its name.
func (r *Pages) sendPicture(w http.ResponseWriter, req *http.Request) error {
	key, ok := strings.CutSuffix(req.PathValue("name"), ".jpg")
	file, err := r.Pictures.Open(req.Context(), key)
	if !ok || errors.Is(err, blob.ErrMissing) {
		if err == nil {
			_ = file.Close()
		}
		return fault.New(fault.NotFound, "mobilisation.picture_unknown")
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "web.unavailable")
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Etag", `"`+key+`"`)
	http.ServeContent(w, req, "", time.Time{}, file)
	return nil
}

// keepStepPhoto is keepPhoto for the step of the wizard that asks for one.
func (r *Pages) keepStepPhoto(ctx context.Context, page *createPage, upload web.Upload) (flaw, err error) {
	if page.Step != stepPlace {
		return nil, nil
	}
	alt := upload.Line("picture_alt")
	page.Photo.typed = &alt
	return r.keepPhoto(ctx, page.Draft.ID, upload)
}

// fillPhoto adds the photo of the draft to a step, and what was typed beside it.
func (r *Pages) fillPhoto(ctx context.Context, page *createPage) (err error) {
	if page.Draft.ID == "" {
		return nil
	}
	if page.Photo.Picture, err = r.PictureOf(ctx, page.Draft.ID); err != nil {
		return err
	}
	page.Photo.Alt, page.Photo.Errors = page.Photo.Picture.Alt, page.Errors
	if page.Photo.typed != nil {
		page.Photo.Alt = *page.Photo.typed
	}
	return nil
}
