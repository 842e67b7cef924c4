package mobilisation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
)

// The numbers that move. A confirmation adds to a tally; the writer stores one delta per batch, petition, place and hour;
// fold.go joins deltas to the kept counts. What pages and streams show is read from memory, which is folded + deltas, read
// anew at most twice a second and only when something happened.

const (
	freshen  = 500 * time.Millisecond // after an act on this node
	lookOver = time.Second            // for acts on other nodes, and at the latest after one on this node
	share    = 20                     // of our time, one part goes into reading when many deltas wait
	foldKind = "mobilisation.fold"
	foldWait = 2 * time.Second
)

// writeDeltas stores what a batch counted. The caller is the writer, just before its commit.
func (r *Room) writeDeltas(ctx context.Context, tx *storage.Tx, sums []storage.Sum) error {
	now := r.Clock.Now()
	for _, sum := range sums {
		petition, country, commune, hour, err := readTallyKey(sum.Key)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO mobilisation_delta (id, petition_id, country, commune, hour, n)
			VALUES ($1, $2, $3, $4, $5, $6)`, id.New(now), petition, country, commune, hour, sum.N); err != nil {
			return err
		}
	}
	return nil
}

// askFold has waiting deltas folded. It is asked here and not in the batches: they would all meet at the one job's row.
func (r *Room) askFold(ctx context.Context) error {
	var one int
	err := r.db.QueryRow(ctx, `SELECT 1 FROM mobilisation_delta LIMIT 1`).Scan(&one)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: foldKind, Unique: "fold", RunAt: r.Clock.Now().Add(foldWait)})
	})
}

func readTallyKey(key string) (petition, country, commune string, hour int64, err error) {
	parts := strings.Split(key, "|")
	if len(parts) != 4 {
		return "", "", "", 0, fmt.Errorf("tally key of %d parts", len(parts))
	}
	hour, err = strconv.ParseInt(parts[3], 10, 64)
	return parts[0], parts[1], parts[2], hour, err
}

// counter is the totals in memory.
type counter struct {
	room   *Room
	mu     sync.RWMutex
	totals map[string]int64
	wake   chan struct{}
}

func newCounter(r *Room) *counter {
	return &counter{room: r, totals: map[string]int64{}, wake: make(chan struct{}, 1)}
}

// Count returns the verified signatures of a petition, at most two seconds old.
func (r *Room) Count(petitionID string) int64 {
	r.counter.mu.RLock()
	defer r.counter.mu.RUnlock()
	return r.counter.totals[petitionID]
}

// touch notes that something was counted. The writer calls it: it must not wait.
func (c *counter) touch() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// keepFresh reads the numbers whenever they may have moved, until ctx ends.
func (c *counter) keepFresh(ctx context.Context) {
	every := lookOver
	if c.room.db.Dialect() == storage.SQLite {
		every = time.Minute // no other node writes to this file
	}
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-look.C:
		}
		began := c.room.Clock.Now()
		if err := c.refresh(ctx); err != nil && ctx.Err() == nil {
			c.room.Log.Error("the counters cannot be read", "error", err)
		}
		pause := time.NewTimer(min(max(freshen, share*c.room.Clock.Now().Sub(began)), lookOver))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// refresh reads every total, and tells open pages and the page cache which ones moved.
func (c *counter) refresh(ctx context.Context) error {
	totals, err := c.room.readTotals(ctx)
	if err != nil {
		return fmt.Errorf("read totals: %w", err)
	}
	c.mu.Lock()
	before := c.totals
	c.totals = totals
	c.mu.Unlock()
	for petition, n := range totals {
		if before[petition] != n {
			c.tell(ctx, petition, n)
		}
	}
	for petition := range maps.Keys(before) {
		if _, there := totals[petition]; !there {
			c.tell(ctx, petition, 0)
		}
	}
	return c.room.askFold(ctx)
}

func (c *counter) tell(ctx context.Context, petition string, n int64) {
	p, err := c.room.shelf.byID(ctx, petition)
	if err != nil {
		return // a petition that is gone has no open pages
	}
	c.room.Hub.Publish(Topic(petition), CountJSON(n, p.NextGoal(n)))
	c.room.Purge("petition:"+petition, "petitions")
}

// Topic is where hub tells the new numbers of a petition.
func Topic(petitionID string) string { return "count:" + petitionID }

// CountJSON is the number and the next goal as pages and programs read them: {"count":12,"goal":100}.
func CountJSON(n, goal int64) []byte {
	out := append([]byte(`{"count":`), strconv.FormatInt(n, 10)...)
	out = append(out, `,"goal":`...)
	out = strconv.AppendInt(out, goal, 10)
	return append(out, '}')
}

// readTotals reads folded and unfolded counts in one look, so that nothing is seen twice or not at all.
func (r *Room) readTotals(ctx context.Context) (map[string]int64, error) {
	rows, err := r.db.Query(ctx, `
		SELECT petition_id, SUM(n)
		FROM (
			SELECT petition_id, n FROM mobilisation_total
			UNION ALL
			SELECT petition_id, n FROM mobilisation_delta) AS all_counts
		GROUP BY petition_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	totals := map[string]int64{}
	for rows.Next() {
		var petition string
		var n int64
		if err := rows.Scan(&petition, &n); err != nil {
			return nil, err
		}
		totals[petition] = n
	}
	return totals, rows.Err()
}
