// Package page shows mobilisations: their pages, their part of others' pages, the forms that act on them, and the same as JSON for
// programs. It reads requests, calls one method of the room, and draws; it holds no rule and no SQL.
//
// What it promises:
//   - a page that is kept is the same for everybody: nothing in it comes from who asked;
//   - a form that comes back holds what was typed, and says at the field what is to be corrected;
//   - every act works without a script.
//
// Where things are: routes.go is the table; one page or act per file, its templ beside it; create*.go is the wizard, confirm.go what
// a mail's link opens, team.go the board of who organises; find.go, slots.go and review.go are what other rooms show.
package page

import (
	"context"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/module"
	"essaim/internal/platform/picture"
)

// Pages are the pages of a room.
type Pages struct {
	*mobilisation.Room
	drafts   *guard.Limiter // how many are begun from where
	darkroom *picture.Darkroom
}

// New makes the pages of a room.
func New(r *mobilisation.Room) *Pages {
	return &Pages{Room: r, drafts: guard.NewLimiter(r.Clock, 10_000), darkroom: picture.NewDarkroom()}
}

// Module is what the room hands to the assembly, with its pages.
func (r *Pages) Module() module.Module {
	m := r.Room.Module()
	m.Routes, m.Slots, m.Finders, m.Reviews = r.routes(), r.slots(), r.finders(), append(r.reviews(), r.changeReviews()...)
	return m
}

func t(ctx context.Context, key string, args ...any) string { return i18n.From(ctx).T(key, args...) }

func tn(ctx context.Context, key string, n int64, args ...any) string {
	return i18n.From(ctx).N(key, n, args...)
}

func number(ctx context.Context, n int64) string { return i18n.From(ctx).Number(n) }
