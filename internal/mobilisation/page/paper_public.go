package page

import (
	"context"

	"essaim/internal/mobilisation"
)

// paperFacts are the signatures on paper as everybody sees them: nothing where there never were any.
type paperFacts struct {
	Slug, Total string
	Batches     []batchView
}

// paperFacts reads what was confirmed.
func (r *Pages) paperFacts(ctx context.Context, p *mobilisation.Petition) (paperFacts, error) {
	batches, err := r.Batches(ctx, p.ID, true)
	if err != nil || len(batches) == 0 {
		return paperFacts{}, err
	}
	facts := paperFacts{Slug: p.Slug}
	total, err := r.OnPaper(ctx, p.ID)
	if err != nil {
		return facts, err
	}
	facts.Total = tn(ctx, "mobilisation.paper_total", total)
	for _, b := range batches {
		facts.Batches = append(facts.Batches, r.batchView(ctx, b, leastShown))
	}
	return facts, nil
}

// paperLine says on the petition's own page how many there are on paper, beside the verified number and not in it; empty for none.
func (r *Pages) paperLine(ctx context.Context, p *mobilisation.Petition) (string, error) {
	n, err := r.OnPaper(ctx, p.ID)
	if err != nil || n == 0 {
		return "", err
	}
	return tn(ctx, "mobilisation.paper_beside", n), nil
}
