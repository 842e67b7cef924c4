package app_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"essaim/internal/platform/picture"
)

// draftForm is more than any form without a file may send: routes that take more take files.
const draftForm = 1 << 20

// uploads are files that are no photos, or that say they are: each as it begins, and as often as it is repeated.
var uploads = []struct {
	head  string
	times int
}{
	{"", 0}, {marker, 1}, {"\xff\xd8\xff\xe1\xff\xffExif\x00\x00", 1}, {"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01", 1}, {"\xff\xd8\xff\xda", 50_000},
	{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x10\x06\x00\x00\x00", 1}, {"GIF89a\xff\xff\xff\xff\xf7\x00\x00", 1}, {"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\xff\xff\xff\xff\xff\xff", 1},
	{"RIFF\x20\x00\x00\x00WEBPVP8L\x10\x00\x00\x00\x2f\xff\xff\xff\x0f", 3}, {"<svg xmlns='http://www.w3.org/2000/svg' onload='" + marker + "'/>", 1}, {"%PDF-1.7\n", 1}, {"PK\x03\x04", 10}, {"\x00\x00\x00\x18ftypheic", 1},
	{"x", picture.MaxUpload + 2},
	{"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/OpenAction<</S/JavaScript/JS(" + marker + ")>>>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n", 1},
	{"%PDF-1.7\nxref\n0 1000000000\n0000000000 65535 f \ntrailer<</Size 1000000000/Prev 9>>\nstartxref\n9\n%%EOF\n", 1}, {"%PDF-1.7\n1 0 obj\n" + strings.Repeat("[<<", 20_000), 1},
}

// wrongUpload is a form with a file that is none of what was asked for, or that is no form with a file.
func (w *walk) wrongUpload(header http.Header) io.Reader {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	header.Set("Content-Type", m.FormDataContentType())
	for range w.dice.IntN(4) {
		_ = m.WriteField(pick(w.dice, fieldNames), value(w.dice)) // a buffer does not fail
	}
	if w.dice.IntN(6) > 0 {
		file := pick(w.dice, uploads)
		if file.times > 1<<20 && w.dice.IntN(8) > 0 {
			file = uploads[1] // 12 MB take time
		}
		name := strings.NewReplacer("\r", "", "\n", "", `"`, "").Replace(pick(w.dice, hostile))
		part, _ := m.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="` + pick(w.dice, []string{"picture", "document"}) + `"; filename="` + name + `"`}, "Content-Type": {"image/jpeg"},
		})
		_, _ = io.WriteString(part, strings.Repeat(file.head, file.times))
	}
	_ = m.WriteField("picture_alt", value(w.dice))
	_ = m.Close()
	raw := body.Bytes()
	switch w.dice.IntN(8) {
	case 0:
		return bytes.NewReader(raw[:w.dice.IntN(len(raw))])
	case 1:
		return brokenOff{bytes.NewReader(raw[:len(raw)/2])}
	case 2:
		header.Set("Content-Type", "multipart/form-data; boundary="+pick(w.dice, []string{"x", "", "\"", strings.Repeat("b", 80)}))
	}
	return bytes.NewReader(raw)
}
