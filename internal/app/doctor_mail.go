package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"essaim/internal/platform/mail"
)

// lookMailServer goes as far with the mail server as one can without sending.
func (d *doctor) lookMailServer(ctx context.Context) {
	if d.SMTP == "" {
		d.found("mail", Wrong, "Name one: --smtp smtps://user:password@mail.example.org", "no mail server is set: nobody can confirm a signature")
		return
	}
	sender, err := d.sender()
	if err != nil {
		d.found("mail", Wrong, "Correct --smtp and --from.", "%v", err)
		return
	}
	defer sender.Close()
	host, port := sender.Server()
	server := net.JoinHostPort(host, strconv.Itoa(port))
	var failed *mail.Error
	switch err := sender.Try(ctx); {
	case err == nil:
		d.good("mail", "%s lets us in, and takes mail from %s", server, d.From)
	case errors.As(err, &failed) && failed.Stage == "sender":
		d.found("mail", Wrong, "Allow this sender at the mail provider, or choose another --from.", "%s takes no mail from %s (%d)", server, d.From, failed.Code)
	case errors.As(err, &failed) && (failed.Code == 535 || failed.Code == 534 || failed.Code == 530):
		d.found("mail", Wrong, "Look at user and password in --smtp; special characters are written as %40, %2F and so on.", "%s does not let us in (%d)", server, failed.Code)
	default:
		d.found("mail", Wrong, "Is the name right, the port open? Providers want 465 (smtps://) or 587 (smtp://).", "%s cannot be used: %v", server, err)
	}
}

func (d *doctor) sender() (*mail.SMTP, error) {
	return mail.NewSMTP(mail.Config{URL: d.SMTP, From: d.From, FromName: d.Name, Connections: 1, TLS: d.mailTLS}, d.clock)
}

// sendsItself tells whether mails leave from this very machine: by a mail server on it, or by port 25.
func (d *doctor) sendsItself() bool {
	sender, err := d.sender()
	if err != nil {
		return false
	}
	defer sender.Close()
	host, port := sender.Server()
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback() || port == 25
}

// lookPort25 matters to who sends without a provider: many machines for rent may not.
func (d *doctor) lookPort25(ctx context.Context) {
	if d.SMTP == "" || !d.sendsItself() {
		d.good("port-25", "mails leave by another server: port 25 of this machine does not matter")
		return
	}
	to, err := d.resolver.LookupMX(ctx, mail.Domain(d.From))
	if err != nil || len(to) == 0 {
		d.found("port-25", Unknown, "", "nobody receives mail for %s, so that nobody can be tried", mail.Domain(d.From))
		return
	}
	conn, err := d.dial(ctx, "tcp", net.JoinHostPort(strings.TrimSuffix(to[0].Host, "."), "25"))
	if err != nil {
		d.found("port-25", Wrong, "Ask the provider of the machine to open it, or send through a mail provider: --smtp smtps://…", "port 25 cannot be reached from here: %v", err)
		return
	}
	_ = conn.Close()
	d.good("port-25", "other mail servers can be reached")
}

// lookMX: bounces and answers go to the sender's address.
func (d *doctor) lookMX(ctx context.Context) {
	domain := mail.Domain(d.From)
	to, err := d.resolver.LookupMX(ctx, domain)
	switch {
	case lost(err):
		d.found("mx", Unknown, "", "the name servers do not answer: %v", err)
	case err != nil || len(to) == 0 || to[0].Host == ".":
		d.found("mx", Wrong, "Add an MX record, or choose a --from whose domain receives mail.", "nobody receives mail for %s: answers and bounces are lost, and many refuse such senders", domain)
	default:
		d.good("mx", "%s receives mail for %s", strings.TrimSuffix(to[0].Host, "."), domain)
	}
}

// lookSPF: RFC 7208 3.2, 4.5: exactly one record.
func (d *doctor) lookSPF(ctx context.Context) {
	domain := mail.Domain(d.From)
	found, err := d.texts(ctx, domain, "v=spf1")
	switch {
	case lost(err):
		d.found("spf", Unknown, "", "the name servers do not answer: %v", err)
	case len(found) == 0:
		d.found("spf", Wrong, fmt.Sprintf("Add a TXT record to %s; the mail provider says which, such as: v=spf1 include:provider.example -all", domain), "%s does not say who may send mail for it (SPF): many mails will be taken for spam", domain)
	case len(found) > 1:
		d.found("spf", Wrong, "Join them into one.", "%s has %d SPF records: none counts", domain, len(found))
	case strings.Contains(found[0], "+all"):
		d.found("spf", Warning, "End it in -all.", "the SPF record of %s lets everybody send for it", domain)
	default:
		d.good("spf", "%s says who may send for it", domain)
	}
}

// lookDMARC asks the domain, then the domains above it (RFC 7489 6.6.3).
func (d *doctor) lookDMARC(ctx context.Context) {
	domain := mail.Domain(d.From)
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		found, err := d.texts(ctx, "_dmarc."+name, "v=DMARC1")
		if lost(err) {
			d.found("dmarc", Unknown, "", "the name servers do not answer: %v", err)
			return
		}
		if len(found) > 0 {
			d.good("dmarc", "%s says what is to be done with mail that is not from it", name)
			return
		}
	}
	d.found("dmarc", Wrong, fmt.Sprintf("Add a TXT record to _dmarc.%s: v=DMARC1; p=none; rua=mailto:%s", domain, d.From),
		"%s has no DMARC record: large providers refuse many mails from such a domain", domain)
}

// lookPTR: the address that sends must have a name that leads back to it.
func (d *doctor) lookPTR(ctx context.Context) {
	if d.SMTP == "" || !d.sendsItself() {
		d.good("ptr", "mails leave by another server: its name is the provider's matter")
		return
	}
	addresses, err := d.publicAddresses(ctx)
	if err != nil || len(addresses) == 0 {
		d.found("ptr", Unknown, "", "from which public address mails leave cannot be told")
		return
	}
	for _, address := range addresses {
		names, err := d.resolver.LookupAddr(ctx, address.String())
		if lost(err) {
			d.found("ptr", Unknown, "", "the name servers do not answer: %v", err)
			return
		}
		if !slices.ContainsFunc(names, func(name string) bool { return d.leadsTo(ctx, name, address) }) {
			d.found("ptr", Wrong, "Set the reverse name (PTR) at the provider of the machine, to a name whose address is this one.",
				"%s has no name that leads back to it: many servers take no mail from it", address)
			return
		}
	}
	d.good("ptr", "the addresses of this machine have names that lead back to them")
}

func (d *doctor) leadsTo(ctx context.Context, name string, address netip.Addr) bool {
	all, err := d.resolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(name, "."))
	return err == nil && slices.ContainsFunc(all, func(a netip.Addr) bool { return a.Unmap() == address })
}

// texts lists the TXT records of a name that begin with a version.
func (d *doctor) texts(ctx context.Context, name, version string) ([]string, error) {
	all, err := d.resolver.LookupTXT(ctx, name)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(text string) bool {
		first, _, _ := strings.Cut(text, ";")
		first, _, _ = strings.Cut(first, " ")
		return !strings.EqualFold(strings.TrimSpace(first), version)
	}), nil
}

// lost tells an answer that did not come from one that says that there is none.
func lost(err error) bool {
	var failed *net.DNSError
	return err != nil && (!errors.As(err, &failed) || !failed.IsNotFound)
}
