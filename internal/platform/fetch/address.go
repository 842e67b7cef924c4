package fetch

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"
)

// control implements net.Dialer.Control: it is called with the address of the socket that is about to connect, after
// names were resolved, once for each address that is tried. Nothing can come between it and the connection.
func (c *Client) control(network, address string, _ syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("%w: not TCP", ErrRefused)
	}
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: not an IP address", ErrRefused)
	}
	ip := target.Addr()
	if c.options.AllowLoopback && ip.Unmap().IsLoopback() {
		return nil
	}
	if !Public(ip) && !(c.options.AllowPrivate && private(ip)) {
		return fmt.Errorf("%w: not a public one", ErrRefused)
	}
	if !c.port(target.Port()) {
		return fmt.Errorf("%w: port %d", ErrRefused, target.Port())
	}
	return nil
}

// private tells whether an address is of a network of one's own: RFC 1918, RFC 4193, and RFC 6598, which private networks over the
// internet use. Some addresses among them are providers' metadata.
func private(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.Zone() == "" && (ip.IsLoopback() || ip.IsPrivate() || carrier.Contains(ip)) && !in(ip, metadata)
}

// Public tells whether an address is of the internet at large: neither of this machine, nor of a network around it, nor
// set aside for something else (IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890), nor a way of writing
// such an address in IPv6.
func Public(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	if ip.Is4() {
		return !in(ip, reserved4)
	}
	if nat64.Contains(ip) { // how a network without IPv4 reaches it (RFC 6052 2.1): the address inside is what counts
		raw := ip.As16()
		return Public(netip.AddrFrom4([4]byte(raw[12:])))
	}
	return global.Contains(ip) && !in(ip, reserved6) && !isatap(ip)
}

func in(ip netip.Addr, prefixes []netip.Prefix) bool {
	for _, prefix := range prefixes {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

// isatap tells whether an address hides an IPv4 one in its interface identifier (RFC 5214 6.1).
func isatap(ip netip.Addr) bool {
	raw := ip.As16()
	return (raw[8] == 0 || raw[8] == 2) && raw[9] == 0 && raw[10] == 0x5e && raw[11] == 0xfe
}

var (
	// global is all of the IPv6 unicast that was ever given out (RFC 4291 2.4); loopback, ::/96, link-local, unique local
	// and multicast are outside.
	global = netip.MustParsePrefix("2000::/3")
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	// carrier is carrier-grade NAT.
	carrier = netip.MustParsePrefix("100.64.0.0/10")
	// metadata is where providers tell a machine its secrets, in the midst of private addresses.
	metadata = prefixes("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32")

	reserved4 = prefixes(
		"0.0.0.0/8",        // this network: 0.0.0.0 reaches this machine
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // carrier-grade NAT; metadata of one provider
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // metadata and agents of one provider, in the midst of public ones
		"169.254.0.0/16",   // link-local, metadata
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments; metadata of one provider
		"192.0.2.0/24",     // documentation
		"192.88.99.0/24",   // 6to4 relays
		"192.168.0.0/16",   // private
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, broadcast
	)
	reserved6 = prefixes(
		"2001::/23",     // protocol assignments: Teredo, ORCHID, benchmarks
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4: an IPv4 address inside
		"3fff::/20",     // documentation
	)
)

func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, s := range list {
		parsed[i] = netip.MustParsePrefix(s)
	}
	return parsed
}
