package mobilisation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/places"
	"essaim/internal/platform/prose"
)

// Batch is signatures on paper that a team counted. They are shown apart, and never added to the verified number: nobody has
// confirmed them by mail. Two people stand for a batch: one enters it, another of the team confirms it. Where a team is one person,
// that is said wherever the batch is.
type Batch struct {
	ID, PetitionID string
	Area           Area      // where they were gathered: a commune or a department
	Day            time.Time // on which the last was gathered: midnight in UTC, whatever the site's time zone
	Counters       []string  // the names of who counted, who agreed that they are shown
	Sheets         []string  // the numbers of the sheets
	N              int64     // what counts now: 0 before the first confirmation and after a withdrawal
	Confirmed      time.Time // when it first counted; zero while it waits
	Entries        []Entry   // the count and its corrections, the earliest first
}

// Entry is what somebody of the team said of a batch: how many there are, or that there are fewer or more than was said before.
type Entry struct {
	ID, BatchID string
	N           int64
	Reason      string // of a correction; empty for the count
	By          string // the account that entered it
	At          time.Time
	Confirmed   time.Time // zero while it waits for another of the team
	Alone       bool      // nobody else was there to confirm it
}

// Waits tells whether another of the team has to confirm an entry.
func (e Entry) Waits() bool { return e.Confirmed.IsZero() }

// Waiting is the entry of a batch that has to be confirmed, nil where there is none.
func (b Batch) Waiting() *Entry {
	for i := range b.Entries {
		if b.Entries[i].Waits() {
			return &b.Entries[i]
		}
	}
	return nil
}

// Alone tells whether one person alone stands for what counts of a batch.
func (b Batch) Alone() bool {
	return slices.ContainsFunc(b.Entries, func(e Entry) bool { return e.Alone })
}

// Limits of a batch.
const (
	MaxBatch    = 100_000 // signatures
	maxCounters = 6
	maxSheets   = 200
	maxSheet    = 24 // characters of the number of a sheet
)

// sheetShape is the number that a sheet of ours bears.
var sheetShape = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$`)

// SheetsOf reads numbers of sheets as people type them: between spaces, commas, semicolons or lines.
func SheetsOf(typed string) []string {
	apart := func(r rune) bool { return strings.ContainsRune(" ,;\n\t", r) }
	var all []string
	for _, one := range strings.FieldsFunc(strings.ToUpper(typed), apart) {
		if one = prose.Line(one); one != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// PlaceOf finds where a batch was gathered. scope is "commune" or "department", place what somebody typed. Where several communes fit
// they are returned, and none is taken. The fault is Invalid with the fields scope and place.
func PlaceOf(atlas *places.Places, scope, place string) (Area, []Area, error) {
	if scope != "commune" && scope != "department" {
		return "", nil, fault.InvalidForm(fault.Field{Name: "scope", Key: "mobilisation.scope_missing"})
	}
	return areaOf(atlas, scope, place)
}

// check says what of a batch is to be corrected. published is when its petition was; alone tells that its team is one person.
func (b Batch) check(published, now time.Time, alone bool) error {
	var f fault.Flaws
	f.When(b.N < 1 || b.N > MaxBatch, "n", "mobilisation.batch_n_wrong", "max", MaxBatch)
	f.When(b.Day.IsZero() || b.Day.After(now.AddDate(0, 0, 1)) || b.Day.Before(published.AddDate(0, 0, -1)), "day", "mobilisation.batch_day_wrong")
	least := 2
	if alone {
		least = 1
	}
	f.When(len(b.Counters) < least && !alone, "counters", "mobilisation.batch_counters_two")
	f.When(len(b.Counters) < least, "counters", "mobilisation.batch_counters_missing")
	f.When(len(b.Counters) > maxCounters, "counters", "mobilisation.batch_counters_many", "max", maxCounters)
	for _, name := range b.Counters {
		f.When(prose.SuspectName(name) || !hasLetter(name) || prose.Longer(name, MaxName), "counters", "mobilisation.name_suspect")
	}
	f.When(len(b.Sheets) == 0, "sheets", "mobilisation.batch_sheets_missing")
	f.When(len(b.Sheets) > maxSheets, "sheets", "mobilisation.batch_sheets_many", "max", maxSheets)
	for _, sheet := range b.Sheets {
		f.When(prose.Longer(sheet, maxSheet), "sheets", "mobilisation.batch_sheet_long", "max", maxSheet)
	}
	lines, ours := b.lines()
	f.When(ours && b.N > lines, "n", "mobilisation.batch_too_many", "max", lines)
	return f.Err()
}

// lines is how many can sign on the sheets of a batch; ours tells that all of them are ours, so that this is known.
func (b Batch) lines() (n int64, ours bool) {
	foreign := func(sheet string) bool { return !sheetShape.MatchString(sheet) }
	return int64(len(b.Sheets) * paper.Rows), !slices.ContainsFunc(b.Sheets, foreign)
}

// CountersOf reads names of who counted, one a line or between commas.
func CountersOf(typed string) []string {
	var all []string
	for _, name := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		if name = prose.Line(name); name != "" && !slices.ContainsFunc(all, func(other string) bool { return prose.Fold(other) == prose.Fold(name) }) {
			all = append(all, name)
		}
	}
	return all
}
