package guard

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxHops is more proxies than stand in any row.
const maxHops = 32

// ClientAddr returns the address of who sent r. X-Forwarded-For is believed from trusted proxies only, and read from its
// right end, which they wrote, to the first hop that is none of them.
//
// The zero address means that nobody can tell: r came over a Unix socket without naming a hop, or from a private
// address that forwards for others and was not declared as a proxy. Then everybody would have the same address.
func ClientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	hops := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	peer, ok := parseHop(r.RemoteAddr)
	switch {
	case !ok && len(trusted) == 0: // a Unix socket
		return netip.Addr{}
	case ok && !isTrusted(peer, trusted):
		if hops != "" && (peer.IsPrivate() || peer.IsLoopback()) {
			return netip.Addr{}
		}
		return peer
	}
	client := peer
	for range maxHops {
		if hops == "" {
			break
		}
		var last string
		hops, last = cutLast(hops)
		hop, ok := parseHop(last)
		if !ok {
			break
		}
		client = hop
		if !isTrusted(hop, trusted) {
			break
		}
	}
	return client
}

func cutLast(list string) (rest, last string) {
	if i := strings.LastIndexByte(list, ','); i >= 0 {
		return list[:i], list[i+1:]
	}
	return "", list
}

// parseHop reads an address, also with a port or in brackets, as proxies write them.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}
