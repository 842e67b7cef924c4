package module

import (
	"context"
	"time"

	"essaim/internal/platform/perm"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/view"
)

// Review is one kind of thing that moderators decide about: what waits to be shown, what was reported. The room that keeps the
// things offers it; moderation shows all kinds in one queue, and writes every decision into its log.
type Review struct {
	// Kind names it in addresses and in the log: "mobilisation.petition".
	Kind string
	// Label is the key of its name on the page.
	Label string
	// Order sorts the kinds, the lowest first.
	Order int
	// Verdicts are what may be decided, the usual one first.
	Verdicts []Verdict
	// Waiting returns what waits, the oldest first, at most limit; nil, as Count, for a kind that is decided elsewhere and stands here
	// for its log and its appeals.
	Waiting func(ctx context.Context, limit int) ([]ReviewItem, error)
	// Count tells how much waits.
	Count func(ctx context.Context) (int64, error)
	// Decide carries a decision out in the caller's transaction, which also writes the log. The fault is Conflict when somebody
	// has decided meanwhile.
	Decide func(ctx context.Context, tx *storage.Tx, d Decision) error
	// Appeal is how what was decided can be contested; nil for not at all.
	Appeal *Appeal
}

// Appeal is how decisions of one kind can be contested by whom they concern.
type Appeal struct {
	// Verdicts are the names of those that can be contested.
	Verdicts []string
	// Concerned finds whom the decision about a thing concerns. The fault is NotFound when there is nobody to write to any more.
	Concerned func(ctx context.Context, id string) (Concerned, error)
	// Reverse takes the decision about d.ID back, in the caller's transaction. d.Verdict is the one that was contested, d.By, d.At and
	// d.Entry are those of the answer to the appeal. The fault is Conflict when the thing is no more what was decided about.
	Reverse func(ctx context.Context, tx *storage.Tx, d Decision) error
}

// Concerned is somebody whom a decision concerns.
type Concerned struct {
	Email, Name, Lang string
	// Title is the thing that was decided about, in words, and Path its page without language prefix; both may be empty.
	Title, Path string
}

// Verdict is one thing that may be decided.
type Verdict struct {
	Name string // "publish"; the message moderation.verdict_publish is its button
	Icon string
	Look string // class of the button beside "btn sm": "", "alt", "danger"
	// Reason tells that the person concerned is owed words.
	Reason bool
	// Article tells that the decision names the article of the charter that was broken. Words may be added.
	Article bool
	// Two tells that the host may want two moderators for it.
	Two bool
	// Tell has moderation write to whom the decision concerns: for rooms that do not write themselves. Its words are the messages
	// moderation.told_NAME and moderation.told_NAME_text.
	Tell bool
}

// ReviewItem is one thing that waits.
type ReviewItem struct {
	ID    string
	Since time.Time
	Title string
	Lang  string         // of title and body, when it is not the page's
	By    string         // who made it, as the page would show them
	Body  view.Component // what there is to read
	Path  string         // of a page that shows the whole, without language prefix; empty for none
	// Said is what its maker wrote, as typed: moderation says what of it stands in its lists of words.
	Said []Said
	// Barred says, in words, why who reads the queue may not decide about it; empty when they may.
	Barred string
}

// Said is a text that somebody wrote.
type Said struct{ Lang, Text string }

// Decision is what a moderator decided.
type Decision struct {
	ID      string // of the thing
	Verdict string
	Article string // of the charter: "3"; empty for none
	Charter int64  // version of the charter that has the article
	Entry   string // id of the line in the log
	Reason  string // words for the person concerned
	By      perm.Actor
	Alone   bool // nobody else could have decided it
	At      time.Time
}

// Reviews are all the kinds that the rooms offer.
type Reviews []Review
