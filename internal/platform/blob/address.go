package blob

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Address is where a bucket is: s3://HOST[:PORT]/BUCKET[/PREFIX][?region=…&private=yes&plain=yes].
type Address struct {
	Host    string // with its port, if it is not the usual one
	Bucket  string
	Prefix  string // of all names, without a slash at either end; empty for none
	Region  string // empty: the server is asked
	Private bool   // the server may be on a network of our own, or on this machine
	Plain   bool   // http in place of https
}

// addressBegin tells an address of a bucket from the name of a folder.
const addressBegin = "s3://"

// IsAddress tells whether a text wants to be the address of a bucket, and not a folder.
func IsAddress(text string) bool { return strings.HasPrefix(text, addressBegin) }

// ParseAddress reads an address. It refuses keys in it: what is in an address is shown.
func ParseAddress(text string) (a Address, err error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "s3" || u.Host == "" || u.Fragment != "":
		return a, errors.New("write the address of a bucket like s3://s3.example.org/bucket/folder")
	case u.User != nil:
		return a, errors.New("a key does not stand in the address of a bucket, which is shown: write it into the file of --s3-keys")
	}
	a = Address{Host: u.Host}
	a.Bucket, a.Prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	a.Prefix = strings.TrimLeft(a.Prefix, "/") // somebody has typed two
	if a.Bucket == "" {
		return a, fmt.Errorf("s3://%s names no bucket: write it like s3://%s/bucket/folder", u.Host, u.Host)
	}
	for name, values := range u.Query() {
		switch {
		case name == "region":
			a.Region = values[0]
		case name == "private" && values[0] == "yes":
			a.Private = true
		case name == "plain" && values[0] == "yes":
			a.Plain = true
		default:
			return a, fmt.Errorf("s3://%s/%s: after the ? there may be region=…, private=yes and plain=yes, and not %q", u.Host, a.Bucket, name)
		}
	}
	return a, nil
}

// String is the address as people know it, without what only the program needs.
func (a Address) String() string {
	return strings.TrimSuffix(addressBegin+a.Host+"/"+a.Bucket+"/"+a.Prefix, "/")
}

// port is where the server listens.
func (a Address) port() int {
	u := url.URL{Host: a.Host}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		return port
	}
	if a.Plain {
		return 80
	}
	return 443
}

// name is what an object is called in the bucket.
func (a Address) name(object string) string {
	if a.Prefix == "" {
		return object
	}
	return a.Prefix + "/" + object
}
