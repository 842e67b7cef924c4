package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// shakeHands asks over a new connection with a whole handshake each time, 64 at once, for d, and returns answers a second.
//
// wrk can do it too, with its header "Connection: close". But a handshake costs wrk more than the server, so that what it
// measures of both servers is mostly itself.
func shakeHands(ctx context.Context, url string, d time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	addr, path, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	request := "GET /" + path + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
	config := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{tls.X25519}, SessionTicketsDisabled: true}
	var answers, failures atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range 64 {
		group.Go(func() {
			for ctx.Err() == nil {
				if err := once(addr, request, config); err != nil {
					failures.Add(1)
					continue
				}
				answers.Add(1)
			}
		})
	}
	group.Wait()
	seconds := time.Since(began).Seconds()
	if failures.Load() > answers.Load()/1000 {
		return 0, errors.New("handshakes failed")
	}
	return float64(answers.Load()) / seconds, nil
}

// once is one visitor.
func once(addr, request string, config *tls.Config) error {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	conn := tls.Client(raw, config)
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, conn)
	if err == nil && n < 1000 {
		err = errors.New("no page")
	}
	return err
}
