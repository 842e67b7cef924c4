package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/config"
)

type doctorCommand struct {
	config.Settings
	JSON      bool `name:"json" help:"Write what was found as JSON." env:"-"`
	Offline   bool `help:"Ask nobody outside of this machine: no names, no mail server, no https." env:"-"`
	KeyCopied bool `help:"Note that the key file was copied to a safe place, as it is now." env:"-"`
}

// errUnwell ends the command with 1; what is wrong has been told.
var errUnwell = errors.New("something is wrong: see above, what is marked with ✗")

// Run looks, tells, and fails when something is wrong. Warnings alone are no failure.
func (c *doctorCommand) Run(w *world) error {
	d := newDoctor(c.Settings, clock.System(), realOutside())
	d.offline = c.Offline
	if c.KeyCopied {
		if err := d.noteCopied(); err != nil {
			return err
		}
	}
	findings := d.examine(w.ctx)
	if c.JSON {
		return tellJSON(w.out, findings)
	}
	return tell(w.out, findings)
}

// Finding is what a look at one thing found.
type Finding struct {
	Check string `json:"check"`
	State State  `json:"state"`
	Says  string `json:"says"`
	Next  string `json:"next,omitempty"` // what to do; empty when nothing is to be done
}

// State is how bad it is.
type State string

// The states. What could not be looked at is Unknown, and no failure.
const (
	Good    State = "good"
	Unknown State = "unknown"
	Warning State = "warning"
	Wrong   State = "wrong"
)

var stateMarks = map[State]string{Good: "✓", Unknown: "?", Warning: "!", Wrong: "✗"}

// doctor looks at an instance without changing it: neither a key nor a database is made, and no migration is run.
type doctor struct {
	config.Settings
	outside
	clock    clock.Clock
	offline  bool
	findings []Finding
	house    *House // with the database alone; nil when it cannot be opened
}

func newDoctor(s config.Settings, c clock.Clock, o outside) *doctor {
	return &doctor{Settings: s, outside: o, clock: c}
}

// lookTime is how long one look may take: a firewall that swallows packets answers never.
const lookTime = 15 * time.Second

// examine looks at everything, in the order in which things depend on each other.
func (d *doctor) examine(ctx context.Context) []Finding {
	looks := []func(context.Context){
		d.lookSettings, d.lookFolder, d.lookKey, d.lookDatabase, d.lookSchema, d.lookFingerprint, d.lookDead, d.lookBackup, d.lookBlobs, d.lookPlaces, d.lookDisk,
		d.lookDescriptors, d.lookClock, d.lookCertificate,
	}
	if !d.offline {
		looks = append(looks, d.lookSiteName, d.lookMailServer, d.lookPort25, d.lookMX, d.lookSPF, d.lookDMARC, d.lookPTR, d.lookSite)
	}
	for _, look := range looks {
		limited, cancel := context.WithTimeout(ctx, lookTime)
		look(limited)
		cancel()
	}
	if d.house != nil {
		d.house.Close()
	}
	return d.findings
}

func (d *doctor) found(check string, state State, next, says string, args ...any) {
	d.findings = append(d.findings, Finding{Check: check, State: state, Says: fmt.Sprintf(says, args...), Next: next})
}

func (d *doctor) good(check, says string, args ...any) { d.found(check, Good, "", says, args...) }

// lookSettings refuses what no other look could make sense of.
func (d *doctor) lookSettings(context.Context) {
	if err := d.Check(); err != nil {
		d.found("settings", Wrong, "Correct the setting; 'essaim config' shows all of them.", "%v", err)
		return
	}
	if _, err := (&House{Settings: d.Settings, Clock: d.clock}).tls(); err != nil {
		d.found("settings", Wrong, "Correct the setting; see docs/installation.md.", "%v", err)
		return
	}
	d.good("settings", "the settings go together")
}

func unwell(findings []Finding) error {
	for _, f := range findings {
		if f.State == Wrong {
			return errUnwell
		}
	}
	return nil
}

func tell(out io.Writer, findings []Finding) error {
	for _, f := range findings {
		fmt.Fprintf(out, "%s %-12s %s\n", stateMarks[f.State], f.Check, f.Says)
		if f.Next != "" {
			fmt.Fprintf(out, "%15s→ %s\n", "", strings.ReplaceAll(f.Next, "\n", "\n"+strings.Repeat(" ", 17)))
		}
	}
	return unwell(findings)
}

func tellJSON(out io.Writer, findings []Finding) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(findings); err != nil {
		return err
	}
	return unwell(findings)
}
