package picture_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/picture"
)

// quarters is red at the top left, green at the top right, blue at the bottom left, white at the bottom right.
func quarters(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, [2][2]color.NRGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}[2*y/h][2*x/w])
		}
	}
	return m
}

func encoded(t testing.TB, kind string, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch kind {
	case "jpeg":
		err = jpeg.Encode(&out, m, &jpeg.Options{Quality: 90})
	case "png":
		err = png.Encode(&out, m)
	case "gif":
		err = gif.Encode(&out, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func develop(ctx context.Context, raw []byte) (picture.Photo, error) {
	return picture.NewDarkroom().Develop(ctx, "picture", bytes.NewReader(raw), int64(len(raw)))
}

// developed makes a photo and checks what each promises.
func developed(t testing.TB, raw []byte) image.Image {
	t.Helper()
	photo, err := develop(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	for want, form := range map[image.Point][]byte{image.Pt(640, 400): photo.Page, image.Pt(1280, 800): photo.Large} {
		m, err := jpeg.Decode(bytes.NewReader(form))
		if err != nil || m.Bounds().Size() != want {
			t.Fatalf("%v, %v", err, want)
		}
	}
	if len(photo.Page) > 40_000 {
		t.Errorf("%d bytes for a page", len(photo.Page))
	}
	for _, left := range []string{"Exif", "GPS", "secret", "<script", "PK\x03\x04"} {
		if bytes.Contains(photo.Page, []byte(left)) || bytes.Contains(photo.Large, []byte(left)) {
			t.Errorf("%q is left of the upload", left)
		}
	}
	m, _ := jpeg.Decode(bytes.NewReader(photo.Page))
	return m
}

// corners names the colours near the four corners, in reading order.
func corners(m image.Image) string {
	var all string
	b := m.Bounds()
	for _, at := range []image.Point{{20, 20}, {b.Dx() - 20, 20}, {20, b.Dy() - 20}, {b.Dx() - 20, b.Dy() - 20}} {
		r, g, b, _ := m.At(at.X, at.Y).RGBA()
		name := "?"
		switch high := func(v uint32) bool { return v > 0xb000 }; {
		case high(r) && high(g) && high(b):
			name = "w"
		case high(r) && !high(g) && !high(b):
			name = "r"
		case high(g) && !high(r) && !high(b):
			name = "g"
		case high(b) && !high(r) && !high(g):
			name = "b"
		}
		all += name
	}
	return all
}

func TestAPhotoIsTakenByWhatItHolds(t *testing.T) {
	for _, size := range []image.Point{{1600, 1000}, {2003, 1501}, {701, 1907}, {3001, 333}, {210, 230}, {1281, 801}, {1279, 799}, {640, 400}} {
		for _, kind := range []string{"jpeg", "png", "gif"} {
			m := developed(t, encoded(t, kind, quarters(size.X, size.Y)))
			if got := corners(m); got != "rgbw" {
				t.Errorf("%s of %v shows %s", kind, size, got)
			}
		}
	}
	if got := corners(developed(t, webp(800, 600, 0))); got != "gggg" {
		t.Errorf("a WebP shows %s", got)
	}
}

func TestWhatIsTransparentBecomesWhite(t *testing.T) {
	if got := corners(developed(t, encoded(t, "png", image.NewNRGBA(image.Rect(0, 0, 900, 700))))); got != "wwww" {
		t.Error(got)
	}
}

func TestSixteenBitsGreyAndPrintersColoursAreTaken(t *testing.T) {
	for _, m := range []image.Image{
		image.NewGray(image.Rect(0, 0, 900, 700)), image.NewGray16(image.Rect(0, 0, 900, 700)), image.NewNRGBA64(image.Rect(0, 0, 900, 700)),
	} {
		developed(t, encoded(t, "png", m))
	}
}

// exif is a TIFF with one tag (Exif 2.32).
func exif(order binary.ByteOrder, value uint16) []byte {
	raw := make([]byte, 26)
	copy(raw, map[binary.ByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order])
	order.PutUint32(raw[4:], 8)
	order.PutUint16(raw[8:], 1)
	order.PutUint16(raw[10:], 0x0112)
	order.PutUint16(raw[12:], 3)
	order.PutUint32(raw[14:], 1)
	order.PutUint16(raw[18:], value)
	return raw
}

// held puts a segment behind the first two bytes of a JPEG.
func held(raw, tiff []byte) []byte {
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, raw[:2]...)
	out = append(out, 0xff, 0xe1, byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(out, segment...), raw[2:]...)
}

func TestAPhotoStandsAsItsCameraWasHeld(t *testing.T) {
	wide, tall := encoded(t, "jpeg", quarters(1600, 1000)), encoded(t, "jpeg", quarters(1000, 1600))
	for value, want := range map[uint16]string{
		0: "rgbw", 1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw", 65535: "rgbw",
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, raw := range [][]byte{wide, tall} {
				if got := corners(developed(t, held(raw, exif(order, value)))); got != want {
					t.Errorf("%d: %s, not %s", value, got, want)
				}
			}
		}
	}
	small := encoded(t, "png", quarters(500, 800))
	if got := corners(developed(t, chunked(small, "eXIf", exif(binary.BigEndian, 6)))); got != "brwg" {
		t.Errorf("a PNG: %s", got)
	}
}

func TestABrokenExifTurnsNothing(t *testing.T) {
	raw := encoded(t, "jpeg", quarters(800, 500))
	whole := exif(binary.LittleEndian, 6)
	far := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(far[4:], 0xfffffff0)
	many := bytes.Clone(whole)
	binary.LittleEndian.PutUint16(many[8:], 0xffff)
	binary.LittleEndian.PutUint16(many[10:], 0x0111)
	for _, broken := range [][]byte{nil, whole[:7], whole[:9], whole[:19], far, many, []byte("II*\x00II*\x00II*\x00"), bytes.Repeat([]byte{0xff}, 300)} {
		if got := corners(developed(t, held(raw, broken))); got != "rgbw" {
			t.Errorf("%x: %s", broken, got)
		}
	}
}

// chunked puts a chunk behind the head of a PNG.
func chunked(raw []byte, name string, content []byte) []byte {
	const head = 8 + 25
	out := append([]byte{}, raw[:head]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(content)))
	body := append([]byte(name), content...)
	out = binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
	return append(out, raw[head:]...)
}

// bigPNG is a PNG that unpacks to w × h pixels of depth and kind from few bytes.
func bigPNG(w, h uint32, depth, kind byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = append(binary.BigEndian.AppendUint32(head, h), depth, kind, 0, 0, 0)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
	raw := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		name    string
		content []byte
	}{{"IHDR", head}, {"IDAT", packed.Bytes()}, {"IEND", nil}} {
		raw = binary.BigEndian.AppendUint32(raw, uint32(len(c.content)))
		body := append([]byte(c.name), c.content...)
		raw = binary.BigEndian.AppendUint32(append(raw, body...), crc32.ChecksumIEEE(body))
	}
	return raw
}

// webp is a lossless WebP of one colour, green: a head, and five codes of one symbol each (RFC 9649 3.7.2.1.1). canvas makes it an
// extended one that declares so many pixels a side.
func webp(w, h, canvas uint32) []byte {
	var bits uint64
	var at uint
	put := func(value uint64, n uint) { bits |= value << at; at += n }
	put(0, 3)                                            // no transform, no cache of colours, no more codes
	for _, symbol := range []uint64{255, 0, 0, 255, 0} { // green, red, blue, alpha, distance
		put(1, 1)
		put(0, 1)
		put(1, 1)
		put(symbol, 8)
	}
	head := binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14)
	body := chunk("VP8L", append(head, binary.LittleEndian.AppendUint64(nil, bits)...))
	if canvas > 0 {
		x := make([]byte, 10)
		for i := range 3 {
			x[4+i], x[7+i] = byte((canvas-1)>>(8*i)), byte((canvas-1)>>(8*i))
		}
		body = append(chunk("VP8X", x), body...)
	}
	return chunk("RIFF", append([]byte("WEBP"), body...))
}

func chunk(name string, content []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content))), content...)
	if len(content)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// sized says another size in the first frame of a JPEG.
func sized(raw []byte, w, h uint16) []byte {
	raw = bytes.Clone(raw)
	at := bytes.Index(raw, []byte{0xff, 0xc0, 0, 17})
	binary.BigEndian.PutUint16(raw[at+5:], h)
	binary.BigEndian.PutUint16(raw[at+7:], w)
	return raw
}

func TestWhatIsNoPhotoIsRefusedInWords(t *testing.T) {
	good := encoded(t, "jpeg", quarters(800, 500))
	smallGIF := encoded(t, "gif", quarters(300, 300))
	binary.LittleEndian.PutUint16(smallGIF[6:], 60000)
	binary.LittleEndian.PutUint16(smallGIF[8:], 60000)
	for name, c := range map[string]struct {
		raw []byte
		key string
	}{
		"nothing":                                   {nil, "empty"},
		"too many bytes":                            {append(bytes.Clone(good), make([]byte, picture.MaxUpload)...), "heavy"},
		"a PNG of 900 MP":                           {bigPNG(30000, 30000, 8, 0), "huge"},
		"a PNG of 30 MP in 16 bit":                  {bigPNG(6000, 5000, 16, 6), "huge"},
		"a PNG of 2³¹ rows":                         {bigPNG(1, 1<<31-1, 8, 0), "small"},
		"a JPEG of 4 GP":                            {sized(good, 65535, 65535), "huge"},
		"a JPEG without height":                     {sized(good, 800, 0), "damaged"},
		"a WebP of 268 MP":                          {webp(16384, 16384, 0), "huge"},
		"a WebP of 268 MP that declares 300 a side": {webp(16384, 16384, 300), "huge"},
		"a WebP that declares 16 million a side":    {webp(300, 300, 1<<24), "huge"},
		"a GIF of 3.6 GP":                           {smallGIF, "huge"},
		"one pixel":                                 {encoded(t, "png", quarters(1, 1)), "small"},
		"a line":                                    {encoded(t, "png", quarters(3000, 2)), "small"},
		"SVG":                                       {[]byte(`<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"><script>1</script></SVG>`), "drawing"},
		"HTML":                                      {[]byte(`<!doctype html><img src=x>`), "unknown"},
		"HEIC":                                      {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "heic"},
		"PDF with a JPEG in it":                     {append([]byte("%PDF-1.7\n"), good...), "unknown"},
		"ZIP":                                       {[]byte("PK\x03\x04\x14\x00"), "unknown"},
		"half a JPEG head":                          {good[:100], "damaged"},
		"a JPEG head and a page":                    {append(bytes.Clone(good[:4]), []byte("<script>alert(1)</script>")...), "damaged"},
		"a PNG broken off":                          {encoded(t, "png", quarters(800, 500))[:700], "damaged"},
		"a GIF head":                                {[]byte("GIF89a"), "damaged"},
		"an animated WebP":                          {chunk("RIFF", append([]byte("WEBP"), chunk("ANIM", make([]byte, 6))...)), "animated"},
		"a WebP without a frame":                    {chunk("RIFF", []byte("WEBPxxxx")), "damaged"},
		"a JPEG of a thousand scans":                {scans(good, 1000), "damaged"},
	} {
		_, err := develop(t.Context(), c.raw)
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Key != "picture."+c.key || f.Fields[0].Name != "picture" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// scans repeats the head of a scan before the end of a JPEG.
func scans(raw []byte, n int) []byte {
	at := bytes.Index(raw, []byte{0xff, 0xda})
	head := raw[at : at+14]
	return append(append(bytes.Clone(raw[:len(raw)-2]), bytes.Repeat(head, n)...), 0xff, 0xd9)
}

func TestNothingOfAPolyglotIsLeft(t *testing.T) {
	tail := []byte("PK\x03\x04<script>alert('secret')</script>")
	raw := encoded(t, "jpeg", quarters(800, 500))
	developed(t, append(bytes.Clone(raw), tail...))
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(tail) + 2)}, tail...)
	developed(t, append(comment, raw[2:]...))
	developed(t, chunked(encoded(t, "png", quarters(800, 500)), "tEXt", append([]byte("Comment\x00"), tail...)))
}

func TestThePhotoOfAPageIsLightWhateverItShows(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	noise := image.NewRGBA(image.Rect(0, 0, 1280, 800))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(dice.UintN(256)) | uint8(i%4/3*255)
	}
	developed(t, encoded(t, "png", noise))
}

func TestWhoHasGoneWaitsForNoPhoto(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := develop(ctx, encoded(t, "jpeg", quarters(800, 500))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzDevelop looks for bytes that stop the darkroom, or that come out as something else than two photos.
func FuzzDevelop(f *testing.F) {
	for _, kind := range []string{"jpeg", "png", "gif"} {
		f.Add(encoded(f, kind, quarters(210, 220)))
	}
	jpg := encoded(f, "jpeg", quarters(210, 220))
	f.Add(held(jpg, exif(binary.LittleEndian, 6)))
	f.Add(jpg[:len(jpg)/2])
	f.Add(webp(210, 220, 0))
	f.Add(webp(210, 220, 210))
	f.Add(bigPNG(300, 300, 8, 2))
	f.Add([]byte("<svg/>"))
	f.Add([]byte(strings.Repeat("\xff\xd8", 50)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		photo, err := develop(t.Context(), raw)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, form := range [][]byte{photo.Page, photo.Large} {
			if _, err := jpeg.Decode(bytes.NewReader(form)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// BenchmarkDevelop takes photos of 12 MP, as phones make them. MB/photo is what the process had at most, by the kernel's count.
func BenchmarkDevelop(b *testing.B) {
	dice := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	for y := range 3000 {
		for x := range 4000 {
			i := m.PixOffset(x, y)
			m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = uint8(x/16), uint8(y/12)^uint8(dice.UintN(32)), uint8((x+y)/32), 255
		}
	}
	for _, kind := range []string{"jpeg", "png"} {
		raw := encoded(b, kind, m)
		b.Run(fmt.Sprintf("%s/%dMB", kind, len(raw)>>20), func(b *testing.B) {
			runtime.GC()
			_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the high mark begins anew, where the kernel has one
			for b.Loop() {
				if _, err := develop(b.Context(), raw); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(highMark()), "MB/process")
		})
	}
}

// highMark is the largest memory of this process, in MB; 0 where nobody counts it.
func highMark() (mb int64) {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &mb); err == nil {
			return mb >> 10
		}
	}
	return 0
}
