package app

import (
	"log"
	"log/slog"
)

// quietLog takes what net/http has to say of single connections, which names addresses: only the fact is kept.
func quietLog(l *slog.Logger) *log.Logger { return log.New(connectionLog{l}, "", 0) }

type connectionLog struct{ log *slog.Logger }

func (c connectionLog) Write(p []byte) (int, error) {
	c.log.Debug("a connection failed")
	return len(p), nil
}
