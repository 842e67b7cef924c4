package page

import (
	"context"
	"net/http"
	"strings"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// paperMegabytes is what a document may weigh, in words for people.
const paperMegabytes = int64(paper.MaxUpload >> 20)

// documentView is a document as pages show it.
type documentView struct {
	mobilisation.Document
	Path  string
	Facts string // its kind, pages and weight
}

// documentForm asks for a document, beside those that are there.
type documentForm struct {
	Documents []documentView
	Action    string
	Key       string // of a draft that was opened by a link
	Title     string // as typed
	Lang      string // of the titles
	Errors    view.Errors
}

// full tells whether no more may come.
func (f documentForm) full() bool { return len(f.Documents) >= mobilisation.MaxDocuments }

// documentViews shows documents that are read below a path.
func documentViews(ctx context.Context, list []mobilisation.Document, below, key string) []documentView {
	if key != "" {
		key = "?key=" + key
	}
	var all []documentView
	for _, d := range list {
		all = append(all, documentView{
			Document: d, Path: below + "/documents/" + d.Key + ".pdf" + key,
			Facts: tn(ctx, "mobilisation.document_facts", d.Pages, "kb", max(d.Bytes/1000, 1)),
		})
	}
	return all
}

// fillDocuments adds the documents of a draft to a step.
func (r *Pages) fillDocuments(ctx context.Context, page *createPage) error {
	if page.Draft.ID == "" || page.Step != stepDocuments && page.Step != stepCheck {
		return nil
	}
	list, err := r.DocumentsOf(ctx, page.Draft.ID)
	page.Documents.Documents = documentViews(ctx, list, "/create/"+page.Draft.ID, page.Key)
	page.Documents.Action, page.Documents.Key, page.Documents.Lang = stepPath(page.Draft.ID, stepDocuments), page.Key, page.Draft.Lang
	return err
}

// readDocument reads a form with a PDF.
func (r *Pages) readDocument(w http.ResponseWriter, req *http.Request) (web.Upload, error) {
	if !r.drafts.Allow(uploadsFrom, "document", guard.Near(r.Guard.Addr(req))) {
		return web.Upload{}, fault.New(fault.TooMany, "mobilisation.documents_enough")
	}
	connection, until := http.NewResponseController(w), clock.System().Now().Add(uploadTime)
	_, _ = connection.SetReadDeadline(until), connection.SetWriteDeadline(until.Add(uploadTime)) // as readUpload does
	return web.ReadUpload(req, "document", paper.MaxUpload, r.Pictures.Spool)
}

// keepDocument does what a form says of the documents of a draft or of a petition: one more, or one less.
func (r *Pages) keepDocument(ctx context.Context, holder string, upload web.Upload) error {
	if key := upload.Line("remove"); key != "" {
		return r.RemoveDocument(ctx, holder, key)
	}
	title := upload.Line("document_title")
	if upload.File == nil {
		var f fault.Flaws
		f.When(true, "document", "paper.empty")
		f.When(title == "", "document_title", "mobilisation.document_title_missing")
		return f.Err()
	}
	if err := mobilisation.CheckDocument(title); err != nil {
		return err
	}
	file, err := r.Inspector.Renew(ctx, "document", upload.File, upload.Size)
	if err != nil {
		return err
	}
	return r.AddDocument(ctx, holder, title, file)
}

// keepDraftDocument is POST of the wizard's page of documents.
func (r *Pages) keepDraftDocument(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	upload, err := r.readDocument(w, req)
	if err != nil {
		return err
	}
	defer upload.Close()
	key := upload.Line("key")
	d, err := r.draftOf(req, key)
	if err != nil {
		return err
	}
	err = r.keepDocument(ctx, d.ID, upload)
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		page := createPage{Draft: d, Key: key, Step: stepDocuments, Errors: errs}
		page.Documents.Title, page.Documents.Errors = upload.Line("document_title"), errs
		return r.writeStepPage(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, withKey(stepPath(d.ID, stepDocuments), key))
}

// documentsPage is where a team puts documents beside its petition.
type documentsPage struct {
	view.Page
	board
	documentForm
}

func (r *Pages) showDocuments(w http.ResponseWriter, req *http.Request) error {
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	return r.writeDocuments(w, req, http.StatusOK, p, documentForm{})
}

func (r *Pages) writeDocuments(w http.ResponseWriter, req *http.Request, status int, p *mobilisation.Petition, form documentForm) (err error) {
	ctx := req.Context()
	at := "/m/" + p.Slug
	if !p.Shown() { // its draft has them
		return web.SeeOther(w, req, at+"/preview")
	}
	form.Documents, form.Action, form.Lang = documentViews(ctx, p.Documents, at, ""), at+"/team/documents", p.Lang
	page := documentsPage{
		Page:         view.Page{Title: t(ctx, "mobilisation.documents"), Work: true, NoIndex: true, Errors: len(form.Errors) > 0, Scripts: []string{"form.js"}},
		documentForm: form,
	}
	if page.board, err = r.board(ctx, p); err != nil {
		return err
	}
	return view.Write(ctx, w, status, documentsView(page))
}

// keepDocuments is POST of the same.
func (r *Pages) keepDocuments(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.petitionFor(req, perm.TeamOrModerator)
	if err != nil {
		return err
	}
	upload, err := r.readDocument(w, req)
	if err != nil {
		return err
	}
	defer upload.Close()
	if !p.Shown() {
		return web.SeeOther(w, req, "/m/"+p.Slug+"/preview")
	}
	err = r.keepDocument(ctx, p.ID, upload)
	if errs := view.ErrorsFrom(ctx, err); len(errs) > 0 {
		return r.writeDocuments(w, req, http.StatusUnprocessableEntity, p, documentForm{Title: upload.Line("document_title"), Errors: errs})
	}
	if err != nil {
		return refuse(err)
	}
	return web.SeeOther(w, req, "/m/"+p.Slug+"/team/documents#contenu")
}

// keyOf is the key in the name of a document: abc….pdf.
func keyOf(req *http.Request) string {
	key, _ := strings.CutSuffix(req.PathValue("name"), ".pdf")
	return key
}
