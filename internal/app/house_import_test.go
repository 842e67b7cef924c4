package app_test

import (
	"slices"
	"strings"
	"testing"
)

// A room is the first folder below internal; platform is one of them. Each stands on a floor.
const (
	cmdFloor      = "cmd"
	benchFloor    = "bench"
	appFloor      = "app"
	carrierFloor  = "carriers"
	actFloor      = "acts"
	identityFloor = "identity"
	platformFloor = "platform"
)

// floors is the plan of the house, so that a new folder is put on a floor by a decision.
var floors = map[string][]string{
	cmdFloor:      {"cmd"},
	benchFloor:    {"bench"},
	appFloor:      {"app"},
	carrierFloor:  {"front", "federation", "mailing", "moderation", "mirror", "webhook"},
	actFloor:      {"mobilisation", "gathering", "interpellation", "donation", "election", "primary", "video", "live", "chat", "journal", "comment", "writing"},
	identityFloor: {"account", "organisation"},
	platformFloor: {"platform"},
}

// roomOf returns the room of a folder or an import path of the house: "cmd", "app", "mobilisation", "platform".
func roomOf(dir string) string {
	dir = strings.TrimPrefix(dir, modulePath+"/")
	room, _, _ := strings.Cut(strings.TrimPrefix(dir, "internal/"), "/") // or cmd, or bench
	return room
}

func floorOf(room string) string {
	for floor, rooms := range floors {
		if slices.Contains(rooms, room) {
			return floor
		}
	}
	return ""
}

// forbidden tells why one folder may not import another; "" when it may.
func forbidden(from, to string) string {
	a, b := roomOf(from), roomOf(to)
	switch below, above := floorOf(b), floorOf(a); {
	case below == cmdFloor:
		return "a command is a doorbell: nobody imports it"
	case a == b, above == benchFloor:
		return ""
	case below == benchFloor:
		return "what measures the house is no part of it"
	case above == cmdFloor:
		if b == "app" || to == "internal/platform/config" {
			return ""
		}
		return "cmd is a doorbell: flags and signals, then app.Run"
	case above == appFloor:
		return ""
	case below == appFloor:
		return "app builds every room: who imports it imports the whole house"
	case above == platformFloor:
		return "the platform knows no room, or no room could be changed without it"
	case above == actFloor && below == actFloor:
		return "an act never imports another act: they meet through events, slots or an interface that app fills"
	case above == carrierFloor && below == carrierFloor:
		return "a carrier never imports another carrier: they meet through events, slots or an interface that app fills"
	case below == carrierFloor:
		return "carriers listen to everyone and are known to nobody: emit an event"
	case above == identityFloor && below == actFloor:
		return "people and groups are below what they do: the act offers a slot or emits an event"
	case a == "account" && b == "organisation":
		return "a person is known without any group"
	}
	return ""
}

func TestEveryFolderStandsOnAFloor(t *testing.T) {
	for dir := range packages(t) {
		if strings.HasPrefix(dir, "tools") {
			continue
		}
		if !strings.HasPrefix(dir, "cmd/") && !strings.HasPrefix(dir, "bench/") && !strings.HasPrefix(dir, "internal/") {
			t.Errorf("%s: code of the house is in cmd, bench or internal, because nobody else builds on it", dir)
		} else if floorOf(roomOf(dir)) == "" {
			t.Errorf("%s: no floor knows the room %q; put it on one in floors (%s), by a decision", dir, roomOf(dir), "internal/app/house_import_test.go")
		}
	}
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			to, ours := strings.CutPrefix(imported, modulePath+"/")
			if !ours || strings.HasPrefix(s.dir, "tools") {
				continue
			}
			if why := forbidden(s.dir, to); why != "" {
				t.Errorf("%s imports %s: %s", s.path, to, why)
			}
		}
	}
}

func TestOnlyTestsImportWhatHelpsToTest(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, imported := range s.imports {
			last := imported[strings.LastIndex(imported, "/")+1:]
			ours := strings.HasPrefix(imported, modulePath+"/") && strings.HasSuffix(last, "test")
			if ours || last == "testing" || last == "httptest" {
				t.Errorf("%s imports %s: what helps to test stays out of the binary", s.path, imported)
			}
		}
	}
}

// The rules themselves are tried on made-up imports, as a rule that lets everything through would pass over a clean tree.
func TestTheRulesOfImportRefuseWhatTheyAreFor(t *testing.T) {
	for _, c := range []struct {
		from, to string
		fine     bool
	}{
		{"cmd/essaim", "internal/app", true},
		{"cmd/essaim", "internal/platform/config", true},
		{"cmd/essaim", "internal/account", false},
		{"bench/page", "internal/app", true},
		{"bench/page", "bench/stand", true},
		{"internal/app", "bench/stand", false},
		{"internal/app", "internal/front", true},
		{"internal/app/demo", "internal/mobilisation", true},
		{"internal/front", "internal/mobilisation", true},
		{"internal/front", "internal/mailing", false},
		{"internal/front", "internal/app", false},
		{"internal/mobilisation", "internal/organisation", true},
		{"internal/mobilisation", "internal/platform/web", true},
		{"internal/mobilisation", "internal/donation", false},
		{"internal/mobilisation", "internal/front", false},
		{"internal/primary", "internal/primary/majority", true},
		{"internal/organisation", "internal/account", true},
		{"internal/account", "internal/organisation", false},
		{"internal/organisation", "internal/mobilisation", false},
		{"internal/platform/web", "internal/platform/clock", true},
		{"internal/platform/web", "internal/account", false},
	} {
		if why := forbidden(c.from, c.to); (why == "") != c.fine {
			t.Errorf("%s may import %s: %v, because %q", c.from, c.to, why == "", why)
		}
	}
}
