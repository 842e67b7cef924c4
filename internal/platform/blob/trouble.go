package blob

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/minio/minio-go/v7"

	"essaim/internal/platform/fetch"
)

// Trouble is what is wrong with a bucket, in words for the host.
type Trouble struct {
	Place string // the bucket
	Says  string // what is wrong
	Next  string // what to do
	cause error
}

// Error implements error.
func (t *Trouble) Error() string { return t.Place + ": " + t.Says + ". " + t.Next }

// Unwrap tells the cause.
func (t *Trouble) Unwrap() error { return t.cause }

// The troubles that have words. Codes of errors are those of Amazon S3's API reference, "Error responses", which others follow.
var (
	noKey       = Trouble{Says: "there is no key for this server", Next: "Write one into the file of --s3-keys."}
	wrongKey    = Trouble{Says: "the server does not know this key, or another secret key belongs to it", Next: "Correct the file of --s3-keys."}
	denied      = Trouble{Says: "the key does not allow this", Next: "Give it the right to list, read, write and delete in this bucket."}
	noBucket    = Trouble{Says: "the server has no such bucket", Next: "Make the bucket, or correct its name."}
	skewed      = Trouble{Says: "the server's clock and this machine's are too far apart", Next: "Have a time server keep this machine's clock (systemd-timesyncd, chrony)."}
	otherRegion = Trouble{Says: "the bucket is in another region", Next: "Say in which with ?region=… at the end of its address."}
	noSpace     = Trouble{Says: "there is no more room in it", Next: "Make room, or have the quota raised."}
	private     = Trouble{Says: "the server is on a private network, which is not asked unless you say so", Next: "If it is yours, put ?private=yes at the end of its address."}
	untrusted   = Trouble{Says: "the server shows a certificate that is not believed", Next: "Renew it, or install the root of who signed it; a server without TLS needs ?plain=yes."}
	unreachable = Trouble{Says: "the server does not answer", Next: "Does it run, are its name and port right, does a firewall stand between?"}
	strange     = Trouble{Says: "the server answers what nobody expected", Next: "Does it speak S3? Look at its log."}
)

// troubles are those that a server names by a code.
var troubles = map[string]*Trouble{
	"InvalidAccessKeyId": &wrongKey, "SignatureDoesNotMatch": &wrongKey, "InvalidSecurity": &wrongKey, "InvalidToken": &wrongKey, "Unauthorized": &wrongKey,
	"AccessDenied": &denied, "AllAccessDisabled": &denied, "Forbidden": &denied,
	"NoSuchBucket": &noBucket, "InvalidBucketName": &noBucket,
	"RequestTimeTooSkewed": &skewed, "RequestExpired": &skewed,
	"AuthorizationHeaderMalformed": &otherRegion, "InvalidRegion": &otherRegion, "PermanentRedirect": &otherRegion,
	"QuotaExceeded": &noSpace, "InsufficientStorage": &noSpace, "XMinioStorageFull": &noSpace, "StorageFull": &noSpace,
}

// trouble puts an error of the library into words. ErrMissing and the end of a context stay what they are.
func (b *Bucket) trouble(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if _, told := errors.AsType[*Trouble](err); told {
		return err
	}
	found := b.kindOf(err)
	if found == nil {
		return ErrMissing
	}
	told := *found
	told.Place, told.cause = b.address.String(), err
	return &told
}

// kindOf returns nil for what is only missing.
func (b *Bucket) kindOf(err error) *Trouble {
	answer, answered := errors.AsType[minio.ErrorResponse](err)
	if answered && answer.StatusCode != 0 {
		known, ok := troubles[answer.Code]
		switch {
		case answer.Code == minio.NoSuchKey:
			return nil
		case ok:
			return known
		case answer.StatusCode == http.StatusInsufficientStorage:
			return &noSpace
		case answer.StatusCode == http.StatusForbidden:
			return &denied
		}
		return &Trouble{Says: fmt.Sprintf("the server answers with the error %q", cmp.Or(answer.Code, http.StatusText(answer.StatusCode))), Next: strange.Next}
	}
	_, foreign := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	_, name := errors.AsType[x509.HostnameError](err)
	_, network := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, fetch.ErrRefused):
		return &private
	case foreign, plain, name, errors.Is(err, http.ErrSchemeMismatch):
		return &untrusted
	case network:
		return &unreachable
	}
	return &strange
}
