package fetch_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"essaim/internal/platform/fetch"
)

// names is a resolver whose only answers are those of the test: one address for each question, "" for none.
func names(t testing.TB, answer func(name string) string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0") //nolint:noctx // closed with the test
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply, err := resolve(buffer[:n], answer); err == nil {
				_, _ = server.WriteTo(reply, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func resolve(question []byte, answer func(string) string) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil, errors.New("not a question")
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	ip, err := netip.ParseAddr(answer(strings.TrimSuffix(q.Name.String(), ".")))
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
	switch {
	case err != nil:
		m.RCode = dnsmessage.RCodeNameError
	case ip.Is4() && q.Type == dnsmessage.TypeA:
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
	case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
	}
	return m.Pack()
}

// insideHosts are ways of writing an address that nobody outside may make us ask.
var insideHosts = []string{
	// loopback, in all its spellings; the numbers are what some resolvers make an address of
	"127.0.0.1", "127.1.2.3", "127.255.255.255", "0.0.0.0", "0.1.2.3", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST",
	"localhost.", "foo.localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "0177.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
	// IPv4 in IPv6
	"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[::7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
	// NAT64, 6to4, Teredo, ISATAP
	"[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]",
	"[2001:0:1::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2a00:1450::5efe:10.0.0.1]", "[2a00:1450::200:5efe:a00:1]",
	// private, link-local, carrier
	"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1.254", "169.254.0.1", "100.64.0.1", "100.127.255.255",
	"[fc00::1]", "[fd12:3456:789a::1]", "[fe80::1]", "[febf::1]", "[fec0::1]",
	// metadata of providers
	"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "[fd00:ec2::254]", "[fd20:ce::254]", "metadata.google.internal",
	// set aside
	"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
	"[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[2001:10::1]",
	// names that lead inside
	"private.test", "six.test", "mapped.test", "nat64.test",
}

// inside answers as a hostile DNS server would, and as a resolver that knows the old spellings.
func inside(name string) string {
	switch name {
	case "private.test":
		return "10.0.0.1"
	case "six.test":
		return "fd00::1"
	case "mapped.test":
		return "::ffff:127.0.0.1"
	case "nat64.test":
		return "64:ff9b::7f00:1"
	case "metadata.google.internal":
		return "169.254.169.254"
	}
	return "127.0.0.1"
}

// watched is a server inside, and how often it was reached.
func watched(t *testing.T) (port string, reached *atomic.Int64) {
	t.Helper()
	reached = new(atomic.Int64)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			reached.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, reached
}

func TestNothingInsideIsEverConnectedTo(t *testing.T) {
	if len(insideHosts) < 60 {
		t.Fatalf("only %d targets", len(insideHosts))
	}
	port, reached := watched(t)
	number, _ := strconv.Atoi(port)
	c := fetch.New(fetch.Options{Resolver: names(t, inside), Ports: []int{80, 443, number}})
	for _, host := range insideHosts {
		for _, target := range []string{"http://" + host + ":" + port + "/", "https://" + host + "/"} {
			if _, err := read(c, t.Context(), target); !errors.Is(err, fetch.ErrRefused) {
				t.Errorf("%s: %v", target, err)
			}
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections inside", n)
	}
}

func TestURLsThatAreNotForUsAreRefused(t *testing.T) {
	port, reached := watched(t)
	c := local(t, fetch.Options{Resolver: names(t, inside)})
	for _, target := range []string{
		"file:///etc/passwd", "ftp://exemple.fr/", "gopher://127.0.0.1:" + port + "/", "unix:///run/a.sock", "data:text/plain,a", "javascript:1",
		"//127.0.0.1:" + port, "127.0.0.1:" + port, "", "http://", "http:///a", "http:a", "http://user:secret@127.0.0.1:" + port + "/", "http://user@127.0.0.1:" + port,
		"http://[fe80::1%25eth0]/", "http://127.0.0.1:" + port + "\r\nX: y", "http://exa mple.fr/", "http://a\x00b/", "http://[::1", "http://127.0.0.1:99999/x",
	} {
		if _, err := read(c, t.Context(), target); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", target, err)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

func TestOtherPortsOfPublicAddressesAreRefused(t *testing.T) {
	c := fetch.New(fetch.Options{Resolver: names(t, func(string) string { return "" })})
	for _, port := range []string{"22", "25", "6379", "8080", "65535"} {
		// 192.175.48.1 is public and never answers; the port is refused before anything is sent
		if _, err := read(c, t.Context(), "http://192.175.48.1:"+port+"/"); !errors.Is(err, fetch.ErrRefused) {
			t.Errorf("port %s: %v", port, err)
		}
	}
}

func TestARedirectInsideIsNotFollowed(t *testing.T) {
	port, reached := watched(t)
	outside := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	})
	c := local(t, fetch.Options{Resolver: names(t, inside)})
	for _, to := range []string{
		"http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00::1]/", "http://private.test/", "http://six.test/", "//private.test/",
		"http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/", "file:///etc/passwd", "gopher://127.0.0.1:" + port, "http://a:b@127.0.0.1:" + port,
	} {
		if got, err := read(c, t.Context(), outside.URL+"/?to="+to); !errors.Is(err, fetch.ErrRefused) {
			t.Errorf("to %s: %q, %v", to, got, err)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections inside", n)
	}
}

func TestANameThatChangesItsMindIsJudgedAgain(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, "outside")
	})
	var turned atomic.Bool
	resolver := names(t, func(string) string {
		if turned.Load() {
			return "10.0.0.1"
		}
		return "127.0.0.1" // which stands for the outside here
	})
	c := local(t, fetch.Options{Resolver: resolver})
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	target := "http://rebind.test:" + port + "/"
	if got, err := read(c, t.Context(), target); err != nil || got != "outside" {
		t.Fatalf("before: %q, %v", got, err)
	}
	turned.Store(true)
	if got, err := read(c, t.Context(), target); !errors.Is(err, fetch.ErrRefused) {
		t.Errorf("after: %q, %v", got, err)
	}
}

func TestPublicAddressesArePublic(t *testing.T) {
	for _, address := range []string{
		"1.1.1.1", "9.9.9.9", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1", "198.17.255.255", "223.255.255.255", "168.63.129.17",
		"2a00:1450:4007::1", "2620:fe::fe", "2001:200::1", "2001:4860::1", "::ffff:1.1.1.1", "64:ff9b::101:101",
	} {
		if !fetch.Public(netip.MustParseAddr(address)) {
			t.Errorf("%s is refused", address)
		}
	}
	if fetch.Public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

func FuzzWhatIsNotOfTheInternetIsNotPublic(f *testing.F) {
	for _, address := range []string{"::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:a00:1::", "fe80::1", "127.0.0.1", "2a00::1"} {
		raw := netip.MustParseAddr(address).As16()
		f.Add(raw[:])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		ip, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		v := ip.Unmap()
		hidden := v.IsLoopback() || v.IsPrivate() || v.IsLinkLocalUnicast() || v.IsMulticast() || v.IsUnspecified() || v.IsInterfaceLocalMulticast() || !v.IsGlobalUnicast()
		if hidden && fetch.Public(ip) {
			t.Errorf("%v is called public", ip)
		}
		if v.Is4() {
			embedded := v.As4()
			for _, prefix := range []string{"64:ff9b::", "::ffff:0:0"} {
				wide := netip.MustParseAddr(prefix).As16()
				copy(wide[12:], embedded[:])
				if fetch.Public(netip.AddrFrom16(wide)) != fetch.Public(v) {
					t.Errorf("%v is judged otherwise inside %s", v, prefix)
				}
			}
		}
	})
}

func FuzzNoURLReachesInside(f *testing.F) {
	for _, host := range insideHosts[:20] {
		f.Add("http://" + host + "/")
	}
	f.Add("http://a@b:c@[::1]%00/?#//x")
	c := fetch.New(fetch.Options{Resolver: names(f, func(string) string { return "127.0.0.1" }), Ports: []int{-1}}) // no port: nothing outside is asked either
	f.Fuzz(func(t *testing.T, target string) {
		if body, err := c.Get(t.Context(), target); err == nil {
			_ = body.Close()
			t.Errorf("%q was reached", target)
		}
	})
}
