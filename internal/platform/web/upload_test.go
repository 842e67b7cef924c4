package web_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/web"
)

func spool(t *testing.T) func() (*os.File, error) {
	return func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "") }
}

// sent is a form as a browser sends it; a file is a part with a name.
func sent(t *testing.T, file []byte, fileName string, pairs ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("picture", fileName)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file)
	for i := 0; i < len(pairs); i += 2 {
		_ = m.WriteField(pairs[i], pairs[i+1])
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, "/", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func TestAFormWithAFileIsReadWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file     []byte
		fileName string
		kept     int64
	}{
		"a file":           {[]byte("photo"), "a.jpg", 5},
		"an empty file":    {nil, "a.jpg", 0},
		"too large a file": {bytes.Repeat([]byte("x"), 5000), "a.jpg", 101},
		"no file":          {nil, "", -1},
	} {
		u, err := web.ReadUpload(sent(t, c.file, c.fileName, "alt", "  Une\u202e gare ", "goal", "100"), "picture", 100, spool(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if u.Line("alt") != "Une gare" || u.Line("goal") != "100" {
			t.Errorf("%s: %q, %q", name, u.Line("alt"), u.Line("goal"))
		}
		kept := int64(-1)
		if u.File != nil {
			kept, _ = u.File.Seek(0, io.SeekEnd)
		}
		if kept != c.kept || u.Size != int64(len(c.file)) {
			t.Errorf("%s: %d of %d bytes kept", name, kept, u.Size)
		}
		u.Close()
	}
}

func TestAFormWithoutAFileIsReadAsAlways(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("goal=100"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if u, err := web.ReadUpload(r, "picture", 100, spool(t)); err != nil || u.Line("goal") != "100" || u.File != nil {
		t.Errorf("%v, %v", u, err)
	}
}

func TestAFormWithAFileThatCannotBeReadIsRefused(t *testing.T) {
	whole := sent(t, []byte("photo"), "a.jpg", "alt", "x")
	raw, _ := io.ReadAll(whole.Body)
	kind := whole.Header.Get("Content-Type")
	many := strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", 300) + "--b--\r\n"
	for name, c := range map[string]struct {
		kind, body string
		want       fault.Kind
	}{
		"broken off":      {kind, string(raw[:len(raw)/2]), fault.Malformed},
		"no boundary":     {"multipart/form-data", string(raw), fault.Malformed},
		"another type":    {"multipart/mixed; boundary=b", "--b--", fault.Unsupported},
		"no UTF-8":        {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--\r\n", fault.Malformed},
		"too many parts":  {"multipart/form-data; boundary=b", many, fault.Malformed},
		"a long answer":   {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + strings.Repeat("a", 600_000) + "\r\n--b--\r\n", fault.Malformed},
		"long answers":    {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + strings.Repeat("a", 500_000) + strings.Repeat("\r\n--b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n"+strings.Repeat("b", 300_000), 2) + "\r\n--b--\r\n", fault.Malformed},
		"beyond the body": {kind, string(raw), fault.TooLarge},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		if c.want == fault.TooLarge {
			r.Body = http.MaxBytesReader(nil, r.Body, 50)
		}
		if u, err := web.ReadUpload(r, "picture", 100, spool(t)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, u, err)
		}
	}
	full := func() (*os.File, error) { return nil, errors.New("disk full") }
	if _, err := web.ReadUpload(sent(t, []byte("photo"), "a.jpg"), "picture", 100, full); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

func FuzzReadUpload(f *testing.F) {
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("multipart/form-data; boundary=", "--")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		u, err := web.ReadUpload(r, "picture", 100, spool(t))
		if err != nil && (fault.Is(err, fault.Internal) || fault.Is(err, fault.Unavailable)) {
			t.Error(err)
		}
		u.Close()
	})
}
