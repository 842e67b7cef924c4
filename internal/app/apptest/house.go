package apptest

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"essaim/internal/app"
	"essaim/internal/mobilisation"
	"essaim/internal/organisation"
	"essaim/internal/platform/config"
	"essaim/internal/platform/storage"
)

// Settings are those of an instance of its own, on the engine of o, whose address is the origin site.
func Settings(t testing.TB, o storage.Options, site string) config.Settings {
	t.Helper()
	return config.Settings{
		Data: filepath.Join(t.TempDir(), "data"), Database: o.URL, URL: site, Name: "Essaim", Languages: []string{"fr", "en"},
		Timezone: "Europe/Paris", From: "essaim@example.org", Workers: true,
	}
}

// Args are the flags of `essaim serve` for these settings.
func Args(s config.Settings, listen string, more ...string) []string {
	args := []string{"serve", "--data", s.Data, "--listen", listen, "--url", s.URL, "--from", s.From}
	if s.Database != "" {
		args = append(args, "--database", s.Database)
	}
	if s.SMTP != "" {
		args = append(args, "--smtp", s.SMTP)
	}
	if s.GuardOff {
		args = append(args, "--guard-off")
	}
	if s.Verbose {
		args = append(args, "--verbose")
	}
	return append(args, more...)
}

// Build builds a house in this process and starts it. It is closed when the test ends, or before by Close.
func Build(t testing.TB, s config.Settings, o app.Options) *app.House {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	o.Loopback = true
	h, err := app.Build(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// Carrier makes the organisation that carries what Publish makes, and returns it.
func Carrier(t testing.TB, h *app.House) organisation.Profile {
	t.Helper()
	made, err := h.Organised.Create(t.Context(), organisation.Plan{
		Name: "Rail du Val", Slug: "rail-du-val",
		Texts: []organisation.Text{{Lang: "fr", Line: "Association, Montfaye", Lede: "Nous voulons des trains.", About: "Depuis **1998**."}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Plan is a mobilisation in French and English. Its title ends in its slug.
func Plan(slug, carrier string) mobilisation.Plan {
	return mobilisation.Plan{
		Slug: slug, OrganisationID: carrier, Lang: "fr", Area: "country:FR",
		Texts: []mobilisation.Text{
			{Lang: "fr", Title: "Rouvrons la ligne " + slug, Points: []string{"42 km de rails.", "Plus un train."}, Addressee: "Conseil régional", Why: "Jusqu’en **2019**, six trains."},
			{Lang: "en", Title: "Reopen the line " + slug, Points: []string{"42 km of rails.", "Not one train."}, Addressee: "Regional council", Why: "Until **2019**, six trains."},
		},
		Milestones: []mobilisation.Milestone{{Goal: 50, Words: map[string]string{"fr": "Courrier remis.", "en": "Letter handed over."}}},
	}
}

// Draft makes a mobilisation that nobody may see yet.
func Draft(t testing.TB, h *app.House, slug, carrier string) *mobilisation.Petition {
	t.Helper()
	made, err := h.Petitions.Create(t.Context(), Plan(slug, carrier))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Publish makes a mobilisation that takes signatures.
func Publish(t testing.TB, h *app.House, slug, carrier string) *mobilisation.Petition {
	t.Helper()
	made := Draft(t, h, slug, carrier)
	if err := h.Petitions.Publish(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	made, err := h.Petitions.Petition(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Slug is that of the mobilisation which Plant makes.
const Slug = "val"

// Plant opens the instance of the settings in this process, publishes one mobilisation, and closes it again. It returns the
// mobilisation's id.
func Plant(t testing.TB, s config.Settings) string {
	t.Helper()
	s.Workers = false
	h := Build(t, s, app.Options{})
	defer h.Close()
	return Publish(t, h, Slug, Carrier(t, h).ID).ID
}
