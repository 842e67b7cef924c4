package mobilisation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/id"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const (
	purposeDraft  = "mobilisation.draft"
	purposeAuthor = "mobilisation.author"
)

// How long a draft is kept after it was last saved: without an account nobody may come back for it, with one it waits.
const (
	StrayLife = 30 * 24 * time.Hour
	draftLife = 183 * 24 * time.Hour
)

// WorkingDraft is a petition that somebody is writing.
type WorkingDraft struct {
	ID         string
	PersonID   string // empty until its author has signed in
	PetitionID string // once it was proposed
	Lang       string
	Version    int64 // of what is kept; 0 before anything is
	Saved      time.Time
	Answers
}

// Answers are what the steps of the wizard ask, as typed and cleaned.
type Answers struct {
	Title        string   `json:"title"`
	Addressee    string   `json:"addressee"`
	Points       []string `json:"points"` // what happens, what it changes, what is demanded
	Why          string   `json:"why"`    // Markdown
	Letter       string   `json:"letter"` // Markdown
	Sources      string   `json:"sources"`
	Motif        string   `json:"motif"`
	Scope        string   `json:"scope"` // kind of the area
	Place        string   `json:"place"` // commune or postal code, as typed; code of a department or region
	Area         Area     `json:"area"`  // what Scope and Place were understood as
	Theme        string   `json:"theme"`
	Goal         string   `json:"goal"`         // milestones, as typed, one a line
	Ends         string   `json:"ends"`         // date, as a browser writes it: 2027-03-01
	Organisation string   `json:"organisation"` // id; empty for the author's own name
	Author       string   `json:"author"`
	SavedBy      string   `json:"saved_by,omitempty"` // account of who saved last, for the others of a team
	// What is added beside the steps.
	Questions    []Question             `json:"questions,omitempty"`
	Translations map[string]Translation `json:"translations,omitempty"` // by language
}

// Lengths of answers, in characters.
const (
	MaxAuthor = 80
	MaxWhy    = 12_000 // of four bytes at most, in which prose.MaxMarkdown is counted
	MaxPlace  = 100
)

// DraftKey opens a draft to whoever bears it: the browser in which it was begun, and the link in the mail.
func (r *Room) DraftKey(d *WorkingDraft) string { return r.Vault.Token(purposeDraft, d.ID) }

// sourceList reads one source a line: "title https://…", or the address alone. Lines without an address are not taken.
func (a *Answers) sourceList() (list []Source, bad bool) {
	for line := range strings.Lines(a.Sources) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		at := max(strings.Index(line, "https://"), strings.Index(line, "http://"))
		if at < 0 {
			bad = true
			continue
		}
		source := Source{Title: prose.Line(strings.Trim(line[:at], " :-–—,")), URL: line[at:]}
		if source.Title == "" {
			source.Title = source.URL
		}
		if !source.valid() || strings.ContainsAny(source.URL, " <>\"") || len(list) == MaxSources {
			bad = true
			continue
		}
		list = append(list, source)
	}
	return list, bad
}

// MaxSources is how many sources a text may have in one language.
const MaxSources = 20

// OpenDraft returns a draft to its author, to the team once it was proposed, or to who bears its key; for others there is none. The fault is NotFound.
func (r *Room) OpenDraft(ctx context.Context, draftID, key string, actor perm.Actor) (*WorkingDraft, error) {
	d, err := r.readDraft(ctx, draftID)
	if errors.Is(err, storage.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", draftID, err)
	}
	mine, err := r.writes(ctx, d, actor)
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", draftID, err)
	}
	if !mine && (d.PersonID != "" || !r.Vault.CheckToken(purposeDraft, d.ID, key)) {
		return nil, fault.New(fault.NotFound, "mobilisation.draft_unknown")
	}
	return d, nil
}

// writes tells whether a draft is an actor's: they began it, or are in the team of the petition that was made of it.
func (r *Room) writes(ctx context.Context, d *WorkingDraft, actor perm.Actor) (bool, error) {
	if !actor.SignedIn() || d.PersonID == actor.ID || d.PetitionID == "" {
		return actor.SignedIn() && d.PersonID == actor.ID, nil
	}
	p, err := r.PetitionByID(ctx, d.PetitionID)
	if err != nil {
		return false, err
	}
	role, err := r.RoleIn(ctx, p, actor)
	return role != "", err
}

// SaveDraft keeps a draft, new or changed. The fault is Conflict when another tab has saved since the version that this one saw.
func (r *Room) SaveDraft(ctx context.Context, d *WorkingDraft) error {
	now := r.Clock.Now()
	fresh := d.ID == ""
	if fresh {
		d.ID = id.New(now)
	}
	sealed, err := r.sealDraft(d)
	if err != nil {
		return err
	}
	err = r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if fresh {
			return insertDraft(ctx, tx, d, sealed, clock.Micros(now))
		}
		kept, err := updateDraft(ctx, tx, d, sealed, clock.Micros(now))
		if err == nil && !kept {
			err = fault.New(fault.Conflict, "mobilisation.draft_changed")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	d.Version, d.Saved = d.Version+1, now
	return nil
}

// sealDraft seals the answers.
func (r *Room) sealDraft(d *WorkingDraft) ([]byte, error) {
	plain, err := json.Marshal(d.Answers)
	if err != nil {
		return nil, err
	}
	return r.Vault.Seal(purposeDraft, plain, []byte(d.ID)), nil
}

// CheckDemand looks at the first step.
func (a *Answers) CheckDemand() error {
	var f fault.Flaws
	f.When(a.Title == "", "title", "mobilisation.title_missing")
	f.When(prose.Longer(a.Title, MaxTitle), "title", "mobilisation.title_length", "max", MaxTitle)
	f.When(a.Title != "" && strings.ToUpper(a.Title) == a.Title && len(strings.Fields(a.Title)) > 2, "title", "mobilisation.title_capitals")
	f.When(a.Addressee == "", "addressee", "mobilisation.addressee_missing")
	f.When(prose.Longer(a.Addressee, MaxTitle), "addressee", "mobilisation.addressee_length", "max", MaxTitle)
	return f.Err()
}

// PointNames are the fields of the three lines.
func PointNames() []string { return []string{"point_1", "point_2", "point_3"} }

// CheckText looks at the second step.
func (a *Answers) CheckText() error {
	var f fault.Flaws
	for i, name := range PointNames() {
		f.When(a.Point(i) == "", name, "mobilisation.point_missing")
		f.When(prose.Longer(a.Point(i), MaxPoint), name, "mobilisation.point_length", "max", MaxPoint)
	}
	f.When(prose.Longer(a.Why, MaxWhy), "why", "mobilisation.why_length", "max", MaxWhy)
	f.When(prose.Longer(a.Letter, MaxWhy), "letter", "mobilisation.why_length", "max", MaxWhy)
	_, bad := a.sourceList()
	f.When(bad, "sources", "mobilisation.sources_shape", "max", MaxSources)
	return f.Err()
}

// Point is one of the three lines, empty when it was not answered.
func (a *Answers) Point(i int) string {
	if i < len(a.Points) {
		return a.Points[i]
	}
	return ""
}
