package app

import (
	"log"
	"log/slog"
)

// QuietLog is what the server writes its own lines to.
func QuietLog(l *slog.Logger) *log.Logger { return quietLog(l) }
