// Package crowd is people who sign and confirm at their browsers, each with an address and a kept connection of their own.
//
// It is built to cost little beside the site, with which it shares the machine: it writes its requests by hand and reads no more
// of an answer than it must. An answer that does not send the browser on ends the measure with an error.
package crowd

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"essaim/bench/stand"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/guard/guardtest"
)

// Crowd is people who have not met the site before. Its methods are called one after the other.
type Crowd struct {
	Clients int // at once
	addr    string
	codes   []string
	series  string
	next    atomic.Int64 // person
	head    string       // of every request, after its first line
}

// New returns people who sign at the site of this origin ("http://127.0.0.1:8080") and live at these postal codes.
func New(origin string, clients int, codes []string) *Crowd {
	_, addr, _ := strings.Cut(origin, "://")
	return &Crowd{
		addr: addr, Clients: clients, codes: codes, series: strconv.FormatInt(time.Now().UnixMilli(), 36) + "c",
		head: "Host: " + addr + "\r\nOrigin: " + origin + "\r\nReferer: " + origin + "/m/" + stand.Slug + "\r\n" +
			"User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36\r\n" +
			"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
			"Accept-Language: fr-FR,fr;q=0.9,en;q=0.8\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCache-Control: max-age=0\r\n" +
			"Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-User: ?1\r\n" +
			"Upgrade-Insecure-Requests: 1\r\nContent-Type: application/x-www-form-urlencoded\r\n",
	}
}

// Result is how it went.
type Result struct {
	Late []time.Duration // of every answer, from the request's first byte to the answer's last
	Took time.Duration
}

// Rate is answers a second.
func (r Result) Rate() float64 { return float64(len(r.Late)) / r.Took.Seconds() }

// Sign has everybody sign again and again for d, each time as somebody else.
func (c *Crowd) Sign(d time.Duration) (Result, error) {
	return c.act(d, func(buffer []byte) ([]byte, bool) {
		return c.form(buffer, int(c.next.Add(1)), ""), true
	})
}

// Proofs are the solutions of people who have not signed yet, from a first one on.
type Proofs struct {
	first  int
	fields []string // of their forms
}

// Solve finds the proof of work of n people, as their browsers do while they type.
func (c *Crowd) Solve(subject, challenge string, n int) Proofs {
	p := Proofs{first: int(c.next.Add(int64(n))) - n + 1, fields: make([]string, n)}
	var group sync.WaitGroup
	var at atomic.Int64
	for range runtime.NumCPU() {
		group.Go(func() {
			for i := int(at.Add(1)) - 1; i < n; i = int(at.Add(1)) - 1 {
				email := stand.Invent(c.series, p.first+i, c.codes).Email
				p.fields[i] = "&" + guard.FieldChallenge + "=" + challenge + "&" + guard.FieldSolution + "=" +
					guardtest.Solve(challenge, subject, email, guard.DefaultDifficulty)
			}
		})
	}
	group.Wait()
	return p
}

// SignSolved has these people sign, each once.
func (c *Crowd) SignSolved(p Proofs) (Result, error) {
	var at atomic.Int64
	return c.act(time.Minute, func(buffer []byte) ([]byte, bool) {
		i := int(at.Add(1)) - 1
		if i >= len(p.fields) {
			return nil, false
		}
		return c.form(buffer, p.first+i, p.fields[i]), true
	})
}

// Confirm presses the button behind links of mails until there is none left or d is over.
func (c *Crowd) Confirm(d time.Duration, links []string) (Result, error) {
	var at atomic.Int64
	return c.act(d, func(buffer []byte) ([]byte, bool) {
		i := int(at.Add(1)) - 1
		if i >= len(links) {
			return nil, false
		}
		buffer = append(append(append(buffer, "POST /c/"...), links[i]...), " HTTP/1.1\r\n"...)
		return append(append(buffer, c.head...), "Content-Length: 0\r\n\r\n"...), true
	})
}

// form appends one person's request to buffer.
func (c *Crowd) form(buffer []byte, n int, proof string) []byte {
	s := stand.Invent(c.series, n, c.codes)
	body := "given_name=" + url.QueryEscape(s.GivenName) + "&family_name=" + url.QueryEscape(s.FamilyName) +
		"&email=" + url.QueryEscape(s.Email) + "&postal_code=" + s.PostalCode + "&country=FR&message="
	if s.Consents&1 != 0 {
		body += "&public_name=1"
	}
	if s.Consents&2 != 0 {
		body += "&letters=1"
	}
	body += "&" + guard.FieldHoneypot + "=" + proof
	buffer = append(append(buffer, "POST /m/"+stand.Slug+"/sign HTTP/1.1\r\n"...), c.head...)
	buffer = append(strconv.AppendInt(append(buffer, "Content-Length: "...), int64(len(body)), 10), "\r\n\r\n"...)
	return append(buffer, body...)
}

// act sends what write makes, on all connections at once, until it says that there is no more or d is over.
func (c *Crowd) act(d time.Duration, write func(buffer []byte) (request []byte, more bool)) (Result, error) {
	conns := make([]net.Conn, c.Clients)
	for i := range conns {
		// A network of its own for each, as the limits are counted by network.
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(1+i/200), byte(1+i%200), 1)}}
		conn, err := dialer.Dial("tcp", c.addr)
		if err != nil {
			return Result{}, err
		}
		defer conn.Close()
		conns[i] = conn
	}
	began := time.Now()
	until := began.Add(d)
	late, errs := make([][]time.Duration, len(conns)), make([]error, len(conns))
	var group sync.WaitGroup
	for i, conn := range conns {
		group.Go(func() { late[i], errs[i] = person(conn, until, write) })
	}
	group.Wait()
	took := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return Result{}, err // one speaks for all
		}
	}
	return Result{Late: slices.Concat(late...), Took: took}, nil
}

// person acts again and again on one connection.
func person(conn net.Conn, until time.Time, write func([]byte) ([]byte, bool)) (late []time.Duration, err error) {
	answers, buffer := bufio.NewReaderSize(conn, 8<<10), make([]byte, 0, 4<<10)
	for now := time.Now(); now.Before(until); {
		request, more := write(buffer[:0])
		if !more {
			break
		}
		if _, err := conn.Write(request); err != nil {
			return late, err
		}
		if err := redirected(answers); err != nil {
			return late, err
		}
		after := time.Now()
		late = append(late, after.Sub(now))
		now = after
	}
	return late, nil
}

var (
	found  = []byte("HTTP/1.1 303 ")
	length = []byte("Content-Length: ")
)

// redirected reads one answer, which must send the browser on.
func redirected(answers *bufio.Reader) error {
	line, err := answers.ReadSlice('\n')
	if err != nil {
		return err
	}
	fine, size, first := bytes.HasPrefix(line, found), 0, string(line[:min(len(line), 40)])
	for len(bytes.TrimRight(line, "\r\n")) > 0 {
		if line, err = answers.ReadSlice('\n'); err != nil {
			return err
		}
		if rest, ok := bytes.CutPrefix(line, length); ok {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(rest))); err != nil {
				return err
			}
		}
	}
	if !fine {
		rest, _ := io.ReadAll(io.LimitReader(answers, int64(size)))
		return fmt.Errorf("answered %s: %s", strings.TrimSpace(first), rest[:min(len(rest), 600)])
	}
	_, err = answers.Discard(size)
	return err
}
