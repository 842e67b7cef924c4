package config

import (
	"os"
	"strconv"
	"time"
)

// Supervisor is what systemd tells a service of Type=notify in its environment (sd_notify(3), sd_watchdog_enabled(3)).
type Supervisor struct {
	Socket   string        // where to say what becomes of the service; empty for nobody who listens
	Watchdog time.Duration // how often a sign of life is wanted at least; 0 for never
}

// Supervised reads the environment.
func Supervised() Supervisor {
	s := Supervisor{Socket: os.Getenv("NOTIFY_SOCKET")}
	if process := os.Getenv("WATCHDOG_PID"); process != "" && process != strconv.Itoa(os.Getpid()) {
		return s
	}
	micros, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err == nil && micros > 0 {
		s.Watchdog = time.Duration(micros) * time.Microsecond
	}
	return s
}
