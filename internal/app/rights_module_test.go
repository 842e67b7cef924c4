package app_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/module"
)

// TestEveryNameIsTakenOnce looks through all that rooms register: two of one name would silently do each other's work.
func TestEveryNameIsTakenOnce(t *testing.T) {
	e := newEstate(t, engine(t))
	taken := map[string]string{}
	take := func(kind, name, room string) {
		if other, twice := taken[kind+" "+name]; twice {
			t.Errorf("%s %q is of %s and of %s", kind, name, other, room)
		}
		taken[kind+" "+name] = room
	}
	for _, m := range e.Modules {
		take("room", m.Name, m.Name)
		for _, w := range m.Workers {
			take("worker", w.Kind, m.Name)
			belongs(t, m, "worker", w.Kind)
		}
		for _, s := range m.Schedules {
			take("schedule", s.Name, m.Name)
			belongs(t, m, "schedule", s.Name)
		}
		for _, event := range m.Emits {
			take("event", event.EventName(), m.Name)
			belongs(t, m, "event", event.EventName())
		}
		for _, l := range m.Listeners {
			take("listener", l.Event+" → "+l.Name, m.Name)
		}
	}
	for _, route := range e.Web.Routes() {
		take("route", route.Method+" "+route.Path, "the table")
	}
}

func belongs(t *testing.T, m module.Module, kind, name string) {
	t.Helper()
	if !strings.HasPrefix(name, m.Name+".") {
		t.Errorf("%s %q does not begin with its room, %s", kind, name, m.Name)
	}
}

// TestEveryListenerHearsWhatSomebodyEmits compares each listener's idea of an event with the emitter's, field by field: an act
// that listens to another act declares its own struct, and nothing else would notice when the two part.
func TestEveryListenerHearsWhatSomebodyEmits(t *testing.T) {
	e := newEstate(t, engine(t))
	emitted := map[string]map[string]reflect.Kind{}
	for _, m := range e.Modules {
		for _, event := range m.Emits {
			emitted[event.EventName()] = jsonFields(event)
		}
	}
	if len(emitted) == 0 {
		t.Fatal("nobody emits anything: the test looks in the wrong place")
	}
	for _, m := range e.Modules {
		for _, l := range m.Listeners {
			for _, wrong := range misheard(l, emitted) {
				t.Errorf("%s listens to %s: %s", m.Name, l.Event, wrong)
			}
		}
	}
}

// misheard tells what a listener reads and nobody says.
func misheard(l jobs.Listener, emitted map[string]map[string]reflect.Kind) []string {
	said, ok := emitted[l.Event]
	if !ok {
		return []string{"nobody emits it"}
	}
	if l.Reads == nil {
		return []string{"it does not say what it reads; make it with jobs.On"}
	}
	var wrong []string
	for field, kind := range jsonFields(l.Reads) {
		if said[field] != kind {
			wrong = append(wrong, "it reads "+field+" as "+kind.String()+", and the event says "+said[field].String())
		}
	}
	slices.Sort(wrong)
	return wrong
}

// jsonFields lists the fields of a struct by the names that they have in JSON.
func jsonFields(event any) map[string]reflect.Kind {
	fields := map[string]reflect.Kind{}
	kind := reflect.TypeOf(event)
	for i := range kind.NumField() {
		field := kind.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			maps.Copy(fields, jsonFields(reflect.Zero(field.Type).Interface()))
			continue
		case name == "":
			name = field.Name
		}
		fields[name] = field.Type.Kind()
	}
	return fields
}

type closedAsEmitted struct {
	Petition string `json:"petition"`
	Count    int64  `json:"count"`
}

type closedAsHeard struct {
	Petition int64  `json:"petition"`
	By       string `json:"by"`
}

func (closedAsHeard) EventName() string { return "mobilisation.closed" }

func TestTheComparisonOfEventsSeesDifferences(t *testing.T) {
	l := jobs.Listener{Event: "mobilisation.closed", Name: "test", Reads: closedAsHeard{}}
	if wrong := misheard(l, map[string]map[string]reflect.Kind{"mobilisation.closed": jsonFields(closedAsEmitted{})}); len(wrong) != 2 {
		t.Errorf("it sees %q", wrong)
	}
	if wrong := misheard(l, nil); len(wrong) != 1 {
		t.Errorf("it sees %q where nobody emits", wrong)
	}
}
