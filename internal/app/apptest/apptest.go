// Package apptest gives tests the whole house: built in this process, or as the real program in a process of its own that
// can be killed.
//
// What it promises: everything that it starts ends with the test; every instance has its own data folder, and its own
// database where the engine is PostgreSQL; nothing leaves this machine.
//
// Where things are: binary.go builds the program once, process.go runs it, house.go builds a house in this process and
// plants what a test needs, person.go is somebody with a browser without scripts, inbox.go reads the mails of a mailtest
// server, document.go reads the answers.
package apptest

import (
	"testing"
	"time"
)

// Within waits until done says so, and fails the test after limit.
func Within(t testing.TB, limit time.Duration, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", limit, what)
		}
	}
}
