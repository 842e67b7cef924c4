package module

import (
	"context"
	"slices"

	"essaim/internal/platform/view"
)

// Slot is a part that one room offers on another room's page: the mobilisations on an organisation's page, the chat beside
// a live.
type Slot struct {
	// Place is where it stands, named by the room that owns the page: "organisation.page".
	Place string
	// Order sorts the parts of one place, the lowest first.
	Order int
	// Fill makes the part for a subject (the id of what the page is about), or nil when there is nothing to show.
	Fill func(ctx context.Context, subject string) (view.Component, error)
}

// Slots are all the parts that the rooms offer.
type Slots []Slot

// Fill makes every part of a place for a subject, in order.
func (s Slots) Fill(ctx context.Context, place, subject string) ([]view.Component, error) {
	var here []Slot
	for _, slot := range s {
		if slot.Place == place {
			here = append(here, slot)
		}
	}
	slices.SortStableFunc(here, func(a, b Slot) int { return a.Order - b.Order })
	var parts []view.Component
	for _, slot := range here {
		part, err := slot.Fill(ctx, subject)
		if err != nil {
			return nil, err
		}
		if part != nil {
			parts = append(parts, part)
		}
	}
	return parts, nil
}
