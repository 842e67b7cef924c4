package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"essaim/internal/platform/jobs"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/vault"
)

const (
	resealKind  = "app.reseal"
	resealBatch = 500           // rows read at once
	resealTime  = 6 * time.Hour // a million rows take some minutes
	resealWait  = time.Minute   // for a process with the new key
)

// resealTask asks for everything to be brought under a key.
type resealTask struct {
	Key byte `json:"key"`
}

// sealedTables are those of all rooms.
func (h *House) sealedTables() []vault.Table {
	return slices.Concat(h.Account.Sealed(), h.Petitions.Sealed(), h.Moderated.Sealed(), h.Front.Sealed())
}

// resealer works while the site serves: what is sealed under an older key opens meanwhile.
func (h *House) resealer() jobs.Worker {
	return jobs.Worker{Kind: resealKind, Timeout: resealTime, Work: func(ctx context.Context, job jobs.Job) error {
		var task resealTask
		if err := job.Decode(&task); err != nil {
			return err
		}
		if newest, _ := h.Vault.Newest(); newest != task.Key {
			h.Log.Warn("a key was added that this process does not have: start it again with the new key file", "key", task.Key)
			return jobs.Later(resealWait)
		}
		changed, foreign, err := h.reseal(ctx)
		if err != nil {
			return err
		}
		if foreign > 0 {
			h.Log.Error("some values open under none of the keys, and stay as they are", "values", foreign)
		}
		h.Log.Info("all is sealed under the newest key; older keys are for older backups", "rows", changed)
		return nil
	}}
}

// reseal brings every table under the newest key, a few rows at a time.
func (h *House) reseal(ctx context.Context) (changed, foreign int, err error) {
	for _, table := range h.sealedTables() {
		after := ""
		for {
			p, err := h.Vault.Reseal(ctx, h.DB, table, after, resealBatch)
			if err != nil {
				return changed, foreign, err
			}
			changed, foreign, after = changed+p.Changed, foreign+p.Foreign, p.Last
			if after == "" {
				break
			}
		}
	}
	return changed, foreign, nil
}

// askReseal asks for it in the background.
func (h *House) askReseal(ctx context.Context, key byte) error {
	err := h.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		return h.Queue.Enqueue(ctx, tx, jobs.Task{Kind: resealKind, Payload: resealTask{Key: key}, Unique: fmt.Sprint(key)})
	})
	if err != nil {
		return fmt.Errorf("ask for everything to be sealed anew: %w", err)
	}
	return nil
}
