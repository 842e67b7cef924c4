package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// rateLine is the figure that wrk prints, failures what it says of answers that did not come or were none.
var (
	rateLine = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	failures = regexp.MustCompile(`Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)|Non-2xx or 3xx responses: (\d+)`)
)

// wrk asks with two threads and 64 connections for d, and returns answers a second.
func wrk(ctx context.Context, url string, d time.Duration) (float64, error) {
	args := []string{"-t", "2", "-c", "64", "-d", strconv.Itoa(int(d.Seconds())) + "s", "-H", "Accept-Encoding: gzip"}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	found := rateLine.FindSubmatch(out)
	if found == nil || failures.Match(out) {
		return 0, fmt.Errorf("wrk: %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// answer is one answer as it came, still compressed.
type answer struct {
	header http.Header
	body   []byte
}

// get asks once.
func get(url, encodings string) (answer, error) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Accept-Encoding", encodings)
	came, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer came.Body.Close()
	body, err := io.ReadAll(came.Body)
	if err == nil && came.StatusCode != http.StatusOK {
		err = errors.New(url + ": " + came.Status)
	}
	return answer{header: came.Header, body: body}, err
}
