package moderation

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
	"essaim/internal/platform/words"
)

// importPage is the form that takes a list.
type importPage struct {
	view.Page
	List   List
	Text   string // as pasted
	Lang   string
	Effect string
	Files  []string // in the host's folder
	Errors view.Errors
}

// maxShown is how much of a list comes back into the form, in bytes; a longer one stays with who sent it.
const maxShown = 64 << 10

// text is what was sent, as a field can hold it.
func (s sent) text() string { return strings.ToValidUTF8(string(s.Content), "\ufffd") }

// showImport shows the form, with what was sent before when it is to be corrected.
func (r *Room) showImport(w http.ResponseWriter, req *http.Request) error {
	page := importPage{Lang: web.Lang(req.Context()), Effect: words.Tag.String()}
	if sentID := web.CleanQuery(req, "sent", 60); sentID != "" {
		s, err := r.sentList(req.Context(), req.PathValue("id"), sentID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && len(s.Content) <= maxShown {
			page.Text, page.Lang, page.Effect = s.text(), s.Lang, s.Effect.String()
		}
	}
	return r.writeImport(w, req, http.StatusOK, page)
}

func (r *Room) writeImport(w http.ResponseWriter, req *http.Request, status int, page importPage) (err error) {
	ctx := req.Context()
	if page.List, err = r.List(ctx, req.PathValue("id")); err != nil {
		return err
	}
	page.Page, page.Files = workPage(ctx, "moderation.import", page.Errors), r.filesOfHost()
	return view.Write(ctx, w, status, importView(page))
}

// keepImport takes a list that was pasted, sent as a file, laid into the host's folder, or brought by the program. Textarea and file
// bear one name: whichever has bytes is the list.
func (r *Room) keepImport(w http.ResponseWriter, req *http.Request) error {
	ctx, listID := req.Context(), req.PathValue("id")
	upload, err := web.ReadUpload(req, "list", words.MaxFile, r.Spool)
	if err != nil {
		return err
	}
	defer upload.Close()
	s := sent{Lang: upload.Line("lang"), Effect: words.ParseEffect(upload.Line("effect"))}
	if s.Content, err = r.contentOf(upload); err != nil {
		return err
	}
	importID, err := r.send(ctx, listID, s)
	page := importPage{Lang: s.Lang, Effect: s.Effect.String(), Errors: view.ErrorsFrom(ctx, err)}
	if len(page.Errors) > 0 {
		if len(s.Content) <= maxShown {
			page.Text = s.text()
		}
		return r.writeImport(w, req, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, listsPath+"/"+listID+"/import/"+importID)
}

// contentOf returns the bytes that a form means.
func (r *Room) contentOf(upload web.Upload) ([]byte, error) {
	switch from := upload.Line("from"); {
	case from == "sample":
		return words.SampleFile(), nil
	case from != "":
		return r.fileOfHost(from)
	case upload.File == nil:
		return []byte(upload.Raw("list")), nil
	}
	if _, err := upload.File.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(upload.File)
}

// sentPage is what a list that was sent would do.
type sentPage struct {
	view.Page
	List   List
	Sent   sent
	Looked looked
	Errors view.Errors
}

// again is where what was sent can be corrected; a long list is sent anew.
func (p sentPage) again() string {
	path := listsPath + "/" + p.List.ID + "/import"
	if len(p.Sent.Content) <= maxShown {
		path += "?sent=" + p.Sent.ID
	}
	return path
}

func (r *Room) showSent(w http.ResponseWriter, req *http.Request) error {
	return r.writeSent(w, req, http.StatusOK, nil)
}

func (r *Room) writeSent(w http.ResponseWriter, req *http.Request, status int, wrong view.Errors) (err error) {
	ctx, page := req.Context(), sentPage{Page: workPage(req.Context(), "moderation.import", wrong), Errors: wrong}
	if page.List, err = r.List(ctx, req.PathValue("id")); err != nil {
		return err
	}
	if page.Sent, err = r.sentList(ctx, page.List.ID, req.PathValue("sent")); err != nil {
		return err
	}
	if page.Looked, err = r.lookAtList(ctx, page.List.ID, page.Sent); err != nil {
		return err
	}
	return view.Write(ctx, w, status, sentView(page))
}

func (r *Room) takeSent(w http.ResponseWriter, req *http.Request) error {
	ctx, listID := req.Context(), req.PathValue("id")
	if _, err := web.ReadForm(req); err != nil {
		return err
	}
	_, err := r.takeOver(ctx, listID, req.PathValue("sent"), web.Actor(ctx))
	if wrong := view.ErrorsFrom(ctx, err); len(wrong) > 0 {
		return r.writeSent(w, req, http.StatusUnprocessableEntity, wrong)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, req, listsPath+"/"+listID+"?done=taken#contenu")
}

// line writes the number of a line that has a fault.
func line(f words.Fault) string { return strconv.Itoa(f.Line) }
