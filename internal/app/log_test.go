package app_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"essaim/internal/app"
)

func TestAPanicOutsideTheHandlersIsAnErrorInTheLogWithoutItsAddress(t *testing.T) {
	for _, address := range []string{"192.0.2.77:4321", "[2001:db8::77]:4321"} {
		for _, version := range []string{"http", "http2"} {
			var out bytes.Buffer
			app.QuietLog(slog.New(slog.NewTextHandler(&out, nil))).Printf("%s: panic serving %s: runtime error: a mistake\ngoroutine 7 [running]:\nessaim/internal/x.go:12", version, address)
			line := out.String()
			if !strings.Contains(line, "level=ERROR") || !strings.Contains(line, "runtime error: a mistake") || !strings.Contains(line, "x.go:12") || strings.Contains(line, "77") {
				t.Errorf("%s %s: %q", version, address, line)
			}
		}
	}
}

func TestAConnectionThatFailedLeavesNoAddressInTheLog(t *testing.T) {
	var out bytes.Buffer
	app.QuietLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))).Print("http: TLS handshake error from 192.0.2.77:4321: EOF")
	if line := out.String(); !strings.Contains(line, "a connection failed") || strings.Contains(line, "77") {
		t.Errorf("%q", line)
	}
}
