package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Tally sums numbers over all the functions of one batch and writes the sums once, in the same transaction, just before the
// commit. It is how a counter that everybody moves costs one row per batch instead of one hot row per act.
//
// A room makes one Tally per counter at start-up; Write must only run SQL.
type Tally struct {
	// Name is for errors.
	Name string
	// Write stores the sums. Keys come in order, none with a sum of 0.
	Write func(ctx context.Context, tx *Tx, sums []Sum) error
}

// Sum is what one key gathered in a batch.
type Sum struct {
	Key string
	N   int64
}

type tallies map[*Tally]map[string]int64

// Add counts n under key, if the function succeeds.
func (tx *Tx) Add(tally *Tally, key string, n int64) {
	if tx.mine == nil {
		tx.mine = tallies{}
	}
	if tx.mine[tally] == nil {
		tx.mine[tally] = map[string]int64{}
	}
	tx.mine[tally][key] += n
}

// keep joins what the function under way has counted to the batch's sums.
func (tx *Tx) keep() {
	for tally, sums := range tx.mine {
		if tx.tallies == nil {
			tx.tallies = tallies{}
		}
		if tx.tallies[tally] == nil {
			tx.tallies[tally] = map[string]int64{}
		}
		for key, n := range sums {
			tx.tallies[tally][key] += n
		}
	}
	tx.mine = nil
}

// writeTallies stores every sum of the batch.
func (tx *Tx) writeTallies(ctx context.Context) error {
	for tally, sums := range tx.tallies {
		list := make([]Sum, 0, len(sums))
		for _, key := range slices.Sorted(maps.Keys(sums)) {
			if sums[key] != 0 {
				list = append(list, Sum{Key: key, N: sums[key]})
			}
		}
		if len(list) == 0 {
			continue
		}
		if err := tally.Write(ctx, tx, list); err != nil {
			return fmt.Errorf("tally %s: %w", tally.Name, err)
		}
	}
	return nil
}
