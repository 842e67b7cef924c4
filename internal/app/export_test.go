package app

import (
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// QuietLog is what the server writes its own lines to.
func QuietLog(l *slog.Logger) *log.Logger { return quietLog(l) }

// Door returns the ConnState of a door with these limits: connections in all, of one block, of them silent.
func Door(all, block, silent int, proxies []netip.Prefix, c clock.Clock, l *slog.Logger, streams func() int) func(net.Conn, http.ConnState) {
	return newDoor(doorLimits{all: all, block: block, silent: silent}, proxies, c, l, streams).note
}

// DoorLimits are what the door of a process with so many descriptors allows.
func DoorLimits(descriptors int) (all, block, silent int) {
	l := limitsOf(descriptors)
	return l.all, l.block, l.silent
}

// Schemas are the migrations of all rooms.
func (h *House) Schemas() []storage.Migrations { return h.schemas() }
