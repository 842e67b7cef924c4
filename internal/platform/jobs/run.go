package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/storage"
)

// lookEvery is how often a worker looks for jobs that nobody announced to it: due later, or of another node.
const lookEvery = time.Second

// Start runs every worker and schedule until Stop. On SQLite, where no other node can hold them, leases left by a process
// that was killed are ended first.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.prepareSchedules(ctx); err != nil {
		return err
	}
	if q.db.Dialect() == storage.SQLite {
		if err := q.releaseAll(ctx); err != nil {
			return err
		}
	}
	ctx, q.stop = context.WithCancel(context.WithoutCancel(ctx))
	for _, w := range q.workers {
		q.running.Go(func() { q.attend(ctx, w) })
	}
	if len(q.schedules) > 0 {
		q.running.Go(func() { q.keepSchedules(ctx) })
	}
	return nil
}

// Stop asks the workers to stop and waits for the jobs under way, whose ctx ends at once.
func (q *Queue) Stop() {
	if q.stop != nil {
		q.stop()
	}
	q.running.Wait()
}

// releaseAll ends every lease. A job stays leased, as one whose lease is over: another of its key may wait beside it.
func (q *Queue) releaseAll(ctx context.Context) error {
	now := clock.Micros(q.now(ctx))
	return q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := tx.Exec(ctx, `
			UPDATE jobs_job
			SET run_at = $1
			WHERE leased = 1 AND dead = 0`, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE jobs_schedule
			SET lease_until = 0`)
		return err
	})
}

// attend claims and works jobs of one kind until ctx ends.
func (q *Queue) attend(ctx context.Context, w Worker) {
	free := make(chan struct{}, w.Parallel)
	for range w.Parallel {
		free <- struct{}{}
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		took := q.round(ctx, w, free)
		if took {
			continue
		}
		select {
		case <-ctx.Done():
			for range w.Parallel { // wait for the jobs under way
				<-free
			}
			return
		case <-q.wake[w.Kind]:
		case <-look.C:
		}
	}
}

// round claims as many jobs as there are free hands and sets them to work. It tells whether there may be more.
func (q *Queue) round(ctx context.Context, w Worker, free chan struct{}) bool {
	select {
	case <-free:
	case <-ctx.Done():
		return false
	}
	hands := 1
	for more := true; more; {
		select {
		case <-free:
			hands++
		default:
			more = false
		}
	}
	jobs, err := q.claim(ctx, w, hands)
	if err != nil && ctx.Err() == nil {
		q.log.Error("jobs cannot be claimed", "kind", w.Kind, "error", err)
	}
	if err != nil {
		jobs = nil // the claim was not kept: another may take them
	}
	for i := range hands {
		if i >= len(jobs) {
			free <- struct{}{}
			continue
		}
		go func() {
			defer func() { free <- struct{}{} }()
			q.work(ctx, w, jobs[i])
		}()
	}
	return len(jobs) == hands && ctx.Err() == nil
}

// claim takes up to n due jobs under a lease.
func (q *Queue) claim(ctx context.Context, w Worker, n int) (claimed []Job, err error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	now := q.now(ctx)
	due, err := q.anyDue(ctx, w.Kind, now)
	if err != nil || !due {
		return nil, err
	}
	err = q.db.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		rows, err := tx.Query(ctx, `
			UPDATE jobs_job
			SET attempt = attempt + 1, leased = 1, run_at = $1
			WHERE id IN (
				SELECT id
				FROM jobs_job
				WHERE kind = $2 AND dead = 0 AND run_at <= $3
				ORDER BY run_at
				LIMIT $4)
			AND dead = 0 AND run_at <= $3
			RETURNING id, kind, payload, attempt, failing_since`,
			clock.Micros(now.Add(w.Timeout+LeaseMargin)), w.Kind, clock.Micros(now), n)
		claimed, err = storage.All(rows, err, func(r *storage.Rows) (j Job, err error) {
			var failing int64
			err = r.Scan(&j.ID, &j.Kind, &j.Payload, &j.Attempt, &failing)
			j.failing = clock.Time(failing)
			return j, err
		})
		return err
	})
	return claimed, err
}

// anyDue looks without taking the writer's time.
func (q *Queue) anyDue(ctx context.Context, kind string, now time.Time) (bool, error) {
	var one int
	err := q.db.QueryRow(ctx, `
		SELECT 1
		FROM jobs_job
		WHERE kind = $1 AND dead = 0 AND run_at <= $2
		LIMIT 1`, kind, clock.Micros(now)).Scan(&one)
	if errors.Is(err, storage.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// work does one job and writes down how it ended.
func (q *Queue) work(ctx context.Context, w Worker, job Job) {
	working, cancel := context.WithTimeout(ctx, w.Timeout)
	err := protect(working, w, job)
	cancel()
	if err != nil && ctx.Err() != nil {
		err = Later(0) // we stop; the job did nothing wrong
	}
	if err := q.settle(context.WithoutCancel(ctx), w, job, err); err != nil {
		q.log.Error("the end of a job cannot be written; it will run again", "kind", job.Kind, "job", job.ID, "error", err)
	}
}

func protect(ctx context.Context, w Worker, job Job) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return w.Work(ctx, job)
}
