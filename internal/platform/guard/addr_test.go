package guard_test

import (
	"net/http"
	"net/netip"
	"testing"

	"essaim/internal/platform/guard"
)

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

func from(remote string, forwarded ...string) *http.Request {
	return &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": forwarded}}
}

func TestForwardedAddressesAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	proxies := prefixes("127.0.0.1/32", "10.0.0.0/8", "fd00::/8")
	cases := map[string]struct {
		request *http.Request
		want    string // "" when nobody can tell
	}{
		"straight":               {from("203.0.113.7:4711"), "203.0.113.7"},
		"straight, lying":        {from("203.0.113.7:4711", "198.51.100.1"), "203.0.113.7"},
		"behind one":             {from("127.0.0.1:80", "198.51.100.1"), "198.51.100.1"},
		"behind two":             {from("127.0.0.1:80", "198.51.100.1, 10.1.2.3"), "198.51.100.1"},
		"behind one, lying":      {from("127.0.0.1:80", "1.1.1.1, 198.51.100.1"), "198.51.100.1"},
		"two lines":              {from("127.0.0.1:80", "1.1.1.1", "198.51.100.1"), "198.51.100.1"},
		"with a port":            {from("127.0.0.1:80", "198.51.100.1:443"), "198.51.100.1"},
		"IPv6 in brackets":       {from("[fd00::1]:80", "[2001:db8::1]"), "2001:db8::1"},
		"IPv6 with a port":       {from("[fd00::1]:80", "[2001:db8::1]:443"), "2001:db8::1"},
		"IPv4 in IPv6":           {from("[::ffff:127.0.0.1]:80", "::ffff:198.51.100.1"), "198.51.100.1"},
		"garbage":                {from("127.0.0.1:80", "198.51.100.1, unknown"), "127.0.0.1"},
		"all trusted":            {from("127.0.0.1:80", "10.0.0.9, 10.0.0.8"), "10.0.0.9"},
		"empty":                  {from("127.0.0.1:80", ""), "127.0.0.1"},
		"a proxy on this host":   {from("127.0.0.1:80"), "127.0.0.1"},
		"an undeclared proxy":    {from("192.168.1.2:80", "198.51.100.1"), ""},
		"a neighbour":            {from("192.168.1.2:80"), "192.168.1.2"},
		"a Unix socket, proxied": {from("@", "198.51.100.1"), "198.51.100.1"},
		"a Unix socket":          {from("@"), ""},
	}
	for name, c := range cases {
		got := guard.ClientAddr(c.request, proxies)
		want := netip.Addr{}
		if c.want != "" {
			want = netip.MustParseAddr(c.want)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := guard.ClientAddr(from("@", "198.51.100.1"), nil); got.IsValid() {
		t.Errorf("a Unix socket without trusted proxies: %s", got)
	}
}

func FuzzClientAddr(f *testing.F) {
	f.Add("127.0.0.1:80", "198.51.100.1, 10.0.0.1")
	f.Add("[::1]:80", "[2001:db8::1%eth0]:5,,,")
	f.Add("@", ",")
	f.Add("203.0.113.7:1", "1.1.1.1")
	proxies := prefixes("127.0.0.0/8", "::1/128")
	f.Fuzz(func(t *testing.T, remote, forwarded string) {
		got := guard.ClientAddr(from(remote, forwarded), proxies)
		peer, err := netip.ParseAddrPort(remote)
		if err != nil || !got.IsValid() {
			return
		}
		direct := peer.Addr().Unmap().WithZone("")
		trusted := proxies[0].Contains(direct) || proxies[1].Contains(direct)
		if !trusted && got != direct {
			t.Fatalf("%s said %q and became %s", remote, forwarded, got)
		}
	})
}
