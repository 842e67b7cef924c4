package search

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"essaim/internal/platform/storage"
)

// Hit is a document that was found, and where it stands in the order of the answer.
type Hit struct {
	Subject string
	Km      float64 // from the point, of an answer by nearness
	Place
}

// Place is where something stands in the order of an answer. The zero Place is before everything.
type Place struct {
	tier   int   // of an answer by words: 1 the words are in the title and it is open, … 4
	cell   cell  // of an answer by nearness
	number int64 // the newest first
}

// Number is the number of the document: the higher, the later it was published.
func (p Place) Number() int64 { return p.number }

// Newer orders two places of lists, the newest first.
func Newer(a, b Place) int {
	return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(b.number, a.number))
}

// String writes a place for an address.
func (p Place) String() string {
	if p == (Place{}) {
		return ""
	}
	return strconv.Itoa(p.tier) + "-" + strconv.FormatInt(int64(p.cell), 36) + "-" + strconv.FormatInt(p.number, 36)
}

// ParsePlace reads what String wrote. What it did not write is the beginning.
func ParsePlace(text string) Place {
	parts := strings.Split(text, "-")
	if len(parts) != 3 || len(text) > 40 {
		return Place{}
	}
	tier, err := strconv.Atoi(parts[0])
	at, err2 := strconv.ParseInt(parts[1], 36, 64)
	number, err3 := strconv.ParseInt(parts[2], 36, 64)
	if err != nil || err2 != nil || err3 != nil || tier < 0 || tier > lastTier || at < 0 || at >= cells || number <= 0 {
		return Place{}
	}
	return Place{tier: tier, cell: cell(at), number: number}
}

// numberBefore is what a list goes on below.
func (p Place) numberBefore() int64 {
	if p.number == 0 {
		return int64(^uint64(0) >> 1)
	}
	return p.number
}

// hits reads rows of number and subject.
func hits(rows *storage.Rows, err error, at Place) ([]Hit, error) {
	return storage.All(rows, err, func(r *storage.Rows) (Hit, error) {
		h := Hit{Place: at}
		return h, r.Scan(&h.number, &h.Subject)
	})
}

// Count tells how many documents there are of a kind, at most limit.
func (x *Index) Count(ctx context.Context, kind string, limit int) (n int, err error) {
	err = x.db.QueryRow(ctx, `
		SELECT COUNT(number)
		FROM (
			SELECT number
			FROM search_spot
			WHERE scope = $1 AND cell = 0
			LIMIT $2) AS part`, scopeOf(kind, "", All), limit).Scan(&n)
	return n, err
}
