package app

import (
	"context"
	"errors"
	"fmt"

	"essaim/internal/account"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/backup"
)

// ledger writes erasures down beside the key.
func (h *House) ledger() func(kind string, index []byte) error {
	ledger := backup.NewLedger(h.erasedFile())
	return func(kind string, index []byte) error {
		return ledger.Record(backup.Erasure{At: h.Clock.Now(), Kind: kind, Index: index})
	}
}

// replayErasures does again what the ledger beside the key says, and what stands in another one, whose lines join the first. It
// returns how many erasures found somebody.
func (h *House) replayErasures(ctx context.Context, more string) (n int, err error) {
	own, err := backup.ReadLedger(h.erasedFile())
	if err != nil {
		return 0, err
	}
	var others []backup.Erasure
	if more != "" {
		if !exists(more) {
			return 0, fmt.Errorf("there is no ledger %s", more)
		}
		if others, err = backup.ReadLedger(more); err != nil {
			return 0, err
		}
	}
	ledger := backup.NewLedger(h.erasedFile())
	for _, e := range backup.Missing(own, others) {
		if err := ledger.Record(e); err != nil {
			return 0, err
		}
		own = append(own, e)
	}
	for _, e := range own {
		touched, err := h.eraseAgain(ctx, e)
		if err != nil {
			return n, err
		}
		if touched > 0 {
			n++
		}
	}
	return n, nil
}

func (h *House) eraseAgain(ctx context.Context, e backup.Erasure) (int, error) {
	switch e.Kind {
	case mobilisation.ErasedPerson, mobilisation.ErasedSignature, mobilisation.ErasedSignatories:
		return h.Petitions.EraseAgain(ctx, e.Kind, e.Index, e.At)
	case account.ErasedPerson:
		return h.Account.EraseAgain(ctx, e.Index, e.At)
	}
	return 0, errors.New("the ledger of erasures has a line of the kind " + e.Kind + ", which this version does not know: install a newer one")
}
