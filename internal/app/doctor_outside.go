package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"syscall"

	"essaim/internal/platform/hub"
)

// outside is all that a doctor asks of the machine and of the network. Tests put theirs in its place.
type outside struct {
	resolver    Resolver
	dial        func(ctx context.Context, network, address string) (net.Conn, error)
	addresses   func() ([]netip.Addr, error)                   // of this machine
	space       func(path string) (free, all int64, err error) // bytes of the disk on which path is
	descriptors func() int
	synchronous func() (synchronous, known bool) // whether the clock is kept by a time server
	mailTLS     *tls.Config                      // towards the mail server; nil for the usual checks
	roots       *x509.CertPool                   // who is believed about certificates; nil for the system's
}

// Resolver asks for names. A *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

func realOutside() outside {
	return outside{
		resolver: net.DefaultResolver, dial: (&net.Dialer{}).DialContext, addresses: ownAddresses, space: diskSpace,
		descriptors: hub.Descriptors, synchronous: clockIsKept,
	}
}

func ownAddresses() ([]netip.Addr, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var own []netip.Addr
	for _, one := range all {
		if prefix, err := netip.ParsePrefix(one.String()); err == nil {
			own = append(own, prefix.Addr().Unmap())
		}
	}
	return own, nil
}

// diskSpace tells what is left to who is not root, and how large the disk is, in bytes.
func diskSpace(path string) (free, all int64, err error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(path, &disk); err != nil {
		return 0, 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), int64(disk.Blocks) * int64(disk.Bsize), nil
}
