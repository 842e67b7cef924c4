package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"essaim/bench/stand"
)

// nginx is the reference: it serves one file that was compressed before, with the headers of our own answer.
type nginx struct {
	url     string
	command *exec.Cmd
}

const nginxFile = `
worker_processes auto;
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log warn;
events { worker_connections 4096; multi_accept on; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	tcp_nodelay on;
	server_tokens off;
	keepalive_requests 1000000000;
	keepalive_timeout 90s;
	open_file_cache max=100 inactive=10m;
	client_body_temp_path %[1]s;
	proxy_temp_path %[1]s;
	fastcgi_temp_path %[1]s;
	uwsgi_temp_path %[1]s;
	scgi_temp_path %[1]s;
	types { }
	default_type "%[3]s";
	etag on;
	server {
		listen %[2]s;
		root %[1]s/www;
		gzip_static always;
%[4]s	}
}
`

const nginxTLS = `		ssl_certificate %[1]s/certificate.pem;
		ssl_certificate_key %[1]s/key.pem;
		ssl_protocols TLSv1.3;
		ssl_ecdh_curve X25519;
		ssl_session_cache off;
		ssl_session_tickets off;
`

// startNginx serves the body of answer under the page's path.
func startNginx(ctx context.Context, folder string, secure bool, answer answer) (*nginx, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free
	if err != nil {
		return nil, err
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "www", page+".gz")
	if err := errors.Join(os.Chmod(folder, 0o755), os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, answer.body, 0o644)); err != nil {
		return nil, err
	}
	more, scheme, listen := headers(answer.header), "http://", addr
	if secure {
		certificate, key, err := stand.CertificatePEM()
		if err != nil {
			return nil, err
		}
		if err := errors.Join(os.WriteFile(folder+"/certificate.pem", certificate, 0o600), os.WriteFile(folder+"/key.pem", key, 0o600)); err != nil {
			return nil, err
		}
		more, scheme, listen = more+fmt.Sprintf(nginxTLS, folder), "https://", addr+" ssl"
	}
	config := filepath.Join(folder, "nginx.conf")
	text := fmt.Sprintf(nginxFile, folder, listen, answer.header.Get("Content-Type"), more)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	n := &nginx{url: scheme + addr, command: exec.CommandContext(ctx, "nginx", "-p", folder, "-c", config, "-e", folder+"/nginx.log")}
	n.command.Stderr = os.Stderr
	if err := n.command.Start(); err != nil {
		return nil, fmt.Errorf("nginx: %w", err)
	}
	return n, n.wait(addr)
}

// headers has nginx say what we say, so that as many bytes are sent.
func headers(ours http.Header) string {
	var out strings.Builder
	for name, values := range ours {
		switch name {
		case "Content-Length", "Content-Type", "Content-Encoding", "Date", "Etag":
			continue // it says these by itself
		}
		for _, value := range values {
			fmt.Fprintf(&out, "\t\tadd_header %s %q;\n", name, value)
		}
	}
	return out.String()
}

func (n *nginx) wait(addr string) error {
	for range 100 {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return conn.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	n.stop()
	return errors.New("nginx does not answer")
}

func (n *nginx) stop() {
	_ = n.command.Process.Signal(syscall.SIGTERM) // its workers end with it
	_ = n.command.Wait()
}

// same makes sure that both serve the same bytes.
func same(url string, ours answer) error {
	theirs, err := get(url, "gzip")
	if err != nil {
		return err
	}
	if !bytes.Equal(theirs.body, ours.body) || theirs.header.Get("Content-Encoding") != "gzip" {
		return fmt.Errorf("%s serves something else", url)
	}
	for name := range ours.header {
		if theirs.header.Get(name) == "" {
			return fmt.Errorf("%s does not say %s", url, name)
		}
	}
	return nil
}
