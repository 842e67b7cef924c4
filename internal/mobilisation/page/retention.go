package page

import (
	"context"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/i18n"
)

// retentionLine says on the board when signatories are forgotten, or that they were.
func (r *Pages) retentionLine(ctx context.Context, p *mobilisation.Petition) (string, error) {
	kept, err := r.Retention(ctx, p)
	l := i18n.From(ctx)
	switch {
	case err != nil:
		return "", err
	case !kept.Done.IsZero():
		return l.N("mobilisation.retention_done", kept.N, "date", l.Date(kept.Done)), nil
	case !kept.Began.IsZero():
		return l.T("mobilisation.retention_running"), nil
	case kept.On.IsZero():
		return l.N("mobilisation.retention_open", int64(kept.After/(24*time.Hour))), nil
	}
	return l.T("mobilisation.retention_on", "date", l.Date(kept.On)), nil
}
