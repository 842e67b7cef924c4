package app

import (
	"log"
	"log/slog"
	"strings"
)

// quietLog takes what net/http has to say of single connections, which names addresses: only the fact is kept. A panic keeps
// its cause and its stack.
func quietLog(l *slog.Logger) *log.Logger { return log.New(connectionLog{l}, "", 0) }

type connectionLog struct{ log *slog.Logger }

func (c connectionLog) Write(p []byte) (int, error) {
	if cause, ok := panicIn(string(p)); ok {
		c.log.Error("an answer ended in a panic", "error", cause)
		return len(p), nil
	}
	c.log.Debug("a connection failed")
	return len(p), nil
}

// panicIn takes "http: panic serving 192.0.2.1:4321: cause\n\nstack" apart, which net/http writes for both versions of HTTP.
func panicIn(line string) (cause string, ok bool) {
	_, rest, ok := strings.Cut(line, ": panic serving ")
	if !ok {
		return "", false
	}
	_, cause, ok = strings.Cut(rest, ": ") // an address holds colons, but none before a space
	return cause, ok
}
