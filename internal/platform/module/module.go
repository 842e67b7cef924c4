// Package module is what a room hands to the assembly: data, not registration by side effect.
//
// A room returns one Module; app collects them in one visible list, checks them with one test, and hands each room what
// others offer to it (slots) once all are built.
package module

import (
	"context"
	"io/fs"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/web"
)

// Module is one room.
type Module struct {
	// Name is the folder's name, and the prefix of its tables, messages and events.
	Name      string
	Routes    []web.Route
	Schema    fs.FS // NNNN_name.sql at the root; nil for a room without tables
	Locales   fs.FS // fr.po, en.po at the root; nil for a room without words
	Workers   []jobs.Worker
	Listeners []jobs.Listener
	Schedules []jobs.Schedule
	Slots     []Slot
	Finders   []Finder
	Reviews   []Review
	Personal  []Personal
	// Emits lists one zero value of every event that the room emits, so that a test can check listeners against it.
	Emits []jobs.Event
	// Start begins what runs beside requests, and returns; Stop ends it and waits. Either may be nil.
	Start func(ctx context.Context) error
	Stop  func()
}

// Migrations is the room's schema as storage wants it.
func (m Module) Migrations() []storage.Migrations {
	if m.Schema == nil {
		return nil
	}
	return []storage.Migrations{{Room: m.Name, Files: m.Schema}}
}
