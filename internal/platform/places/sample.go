package places

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
)

// sampleFiles is a small set in the same format, written by hand for this project: seventy communes over the whole country with
// rounded figures, every department, a few codes abroad.
//
//go:embed sample/*.csv
var sampleFiles embed.FS

// LoadSample loads the sample, which a site uses until its host gives it a set.
func LoadSample(ctx context.Context) (*Places, error) {
	folder, err := fs.Sub(sampleFiles, "sample")
	if err != nil {
		return nil, err
	}
	p, err := load(ctx, folder)
	if err != nil {
		return nil, fmt.Errorf("load the sample: %w", err)
	}
	p.sample = true
	return p, nil
}
