package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"essaim/internal/platform/blob"
	"essaim/internal/platform/blob/blobtest"
	"essaim/internal/platform/clock"
)

func TestEveryStoreKeepsItsPromises(t *testing.T) {
	for name, open := range map[string]func(*testing.T, clock.Clock) blob.Store{
		"folder": func(t *testing.T, c clock.Clock) blob.Store {
			return blob.NewFolder(filepath.Join(t.TempDir(), "pictures"), c)
		},
		"S3": func(t *testing.T, c clock.Clock) blob.Store {
			return blob.NewS3(blobtest.New(t, c).Open(t, ""), "pictures")
		},
		"S3 below a folder": func(t *testing.T, c clock.Clock) blob.Store {
			return blob.NewS3(blobtest.New(t, c).Open(t, "sites/ours"), "pictures")
		},
	} {
		t.Run(name, func(t *testing.T) { blobtest.Suite(t, open) })
	}
}

func TestAStreamIsThereWholeOrNotAtAll(t *testing.T) {
	s := blobtest.New(t, clock.System())
	b := s.Open(t, "copies")
	whole := bytes.Repeat([]byte("0123456789abcdef"), 40<<20/16) // three parts
	if err := b.Write(t.Context(), "whole", func(out io.Writer) error {
		_, err := out.Write(whole)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	file, err := b.Open(t.Context(), "whole")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, failure := range []error{errors.New("the database went away"), io.EOF, io.ErrUnexpectedEOF} {
		err := b.Write(t.Context(), "half", func(out io.Writer) error {
			if _, err := out.Write(whole[:20<<20]); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) {
			t.Errorf("%v, not %v", err, failure)
		}
		if _, err := b.Open(t.Context(), "half"); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("half an object is there: %v", err)
		}
	}
	if err := b.Tidy(t.Context(), time.Now()); err != nil {
		t.Error(err)
	}
	if all, err := b.List(t.Context(), ""); err != nil || len(all) != 1 || all[0].Name != "whole" || all[0].Bytes != int64(len(whole)) {
		t.Errorf("%v, %v", all, err)
	}
	s.Refuse(403, "AccessDenied")
	if err := b.Write(t.Context(), "refused", func(out io.Writer) error {
		_, err := out.Write(whole)
		return err
	}); err == nil || !strings.Contains(err.Error(), "does not allow") {
		t.Error(err)
	}
}

func TestTroubleWithABucketIsToldInWords(t *testing.T) {
	s := blobtest.New(t, clock.System())
	b := s.Open(t, "")
	for _, c := range []struct {
		status      int
		code, words string
	}{
		{403, "InvalidAccessKeyId", "does not know this key"}, {403, "SignatureDoesNotMatch", "another secret key"}, {403, "AccessDenied", "does not allow"},
		{404, "NoSuchBucket", "no such bucket"}, {403, "RequestTimeTooSkewed", "clock"}, {400, "AuthorizationHeaderMalformed", "?region="},
		{507, "Whatever", "no more room"}, {403, "Whatever", "does not allow"}, {418, "Teapot", "speak S3"},
	} {
		s.Refuse(c.status, c.code)
		for act, err := range acts(t, b) {
			if act == "open" && errors.Is(err, blob.ErrMissing) {
				continue // an answer to HEAD has no words
			}
			trouble, told := errors.AsType[*blob.Trouble](err)
			if !told || !strings.Contains(err.Error(), c.words) && act != "open" || trouble.Next == "" || strings.Contains(err.Error(), "essaim-secret") {
				t.Errorf("%s, %s: %v", c.code, act, err)
			}
		}
	}
}

func acts(t *testing.T, b *blob.Bucket) map[string]error {
	_, opened := b.Open(t.Context(), "x")
	_, listed := b.List(t.Context(), "")
	return map[string]error{
		"put": b.Put(t.Context(), "x", []byte("x")), "open": opened, "list": listed, "remove": b.Remove(t.Context(), "x"), "check": b.Check(t.Context()),
		"write": b.Write(t.Context(), "x", func(out io.Writer) error { _, err := out.Write([]byte("x")); return err }),
	}
}

func TestABucketThatIsNotReachedIsToldInWords(t *testing.T) {
	keys, err := blob.ParseKeys("access secret-of-ours")
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(blobtest.New(t, clock.System()).Address(""), "s3://"), "/essaim/?plain=yes&private=yes")
	for address, words := range map[string]string{
		"s3://127.0.0.1:1/essaim?plain=yes&private=yes": "does not answer",
		"s3://127.0.0.1:1/essaim":                       "private=yes",
		"s3://10.1.2.3/essaim?plain=yes":                "private=yes",
		"s3://169.254.169.254/essaim?private=yes":       "private=yes",
		"s3://" + host + "/essaim?private=yes":          "certificate",
		"s3://" + host + "/other?plain=yes&private=yes": "no such bucket",
	} {
		b, err := blob.OpenBucket(address, keys)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Check(t.Context()); err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "secret-of-ours") {
			t.Errorf("%s: %v", address, err)
		}
		b.Close()
	}
}

func TestTheAddressOfABucket(t *testing.T) {
	a, err := blob.ParseAddress("s3://s3.example.org:3900/copies/our/site/?region=garage&private=yes&plain=yes")
	want := blob.Address{Host: "s3.example.org:3900", Bucket: "copies", Prefix: "our/site", Region: "garage", Private: true, Plain: true}
	if err != nil || a != want || a.String() != "s3://s3.example.org:3900/copies/our/site" {
		t.Errorf("%+v, %v", a, err)
	}
	for address, words := range map[string]string{
		"s3://":                                  "like s3://",
		"s3://host":                              "no bucket",
		"https://host/bucket":                    "like s3://",
		"s3://access:secret@host/bucket":         "--s3-keys",
		"s3://host/bucket?secret=x":              "region",
		"s3://host/bucket?private=no":            "private",
		"s3://host/bucket#x":                     "like s3://",
		"s3://ho st/bucket":                      "like s3://",
		"s3://host/bucket?access=a&secretkey=bb": "region",
	} {
		if _, err := blob.ParseAddress(address); err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "access:secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func FuzzNoAddressBreaksTheReader(f *testing.F) {
	f.Add("s3://host/bucket/prefix?region=x")
	f.Add("s3://a:b@c/d?private=yes&plain=yes#e")
	f.Add("s3://host/bucket//prefix")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := blob.ParseAddress(text)
		if err == nil && (a.Host == "" || a.Bucket == "" || strings.HasPrefix(a.Prefix, "/") || strings.HasSuffix(a.Prefix, "/")) {
			t.Errorf("%q: %+v", text, a)
		}
	})
}

func TestKeysAreForTheirServerAndAreNeverShown(t *testing.T) {
	keys, err := blob.ParseKeys("# ours\n\nany-access any-secret\nhost:1 host-access host-secret\nhost:1/bucket bucket-access bucket-secret\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(keys), fmt.Sprintf("%v %+v %#v %s", keys, keys, keys, keys)} {
		if strings.Contains(text, "secret") || strings.Contains(text, "access") {
			t.Error(text)
		}
	}
	if _, err := blob.ParseKeys("a b\nonly-a-secret\n"); err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "only-a-secret") {
		t.Error(err)
	}
	if _, err := blob.OpenBucket("s3://host/bucket", blob.Keys{}); err == nil || !strings.Contains(err.Error(), "--s3-keys") {
		t.Error(err)
	}
}
