package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"time"

	"essaim/bench/crowd"
	"essaim/bench/figure"
	"essaim/bench/stand"
	"essaim/internal/mobilisation"
	"essaim/internal/platform/jobs"
)

// fresh measures the first start of all: schema, key and places included.
func (b *bench) fresh(ctx context.Context) error {
	var took []float64
	for range b.rounds {
		data, err := b.empty("fresh")
		if err != nil {
			return err
		}
		i, err := b.start(ctx, data)
		if err != nil {
			return err
		}
		took = append(took, milliseconds(i.ready))
		if err := i.stop(); err != nil {
			return err
		}
	}
	b.table.Most("ready, the first time", figure.Median(took), "ms", 500)
	return nil
}

// killed measures the start after the process was killed in the middle of people signing, on a large table.
func (b *bench) killed(ctx context.Context) error {
	data, err := b.large()
	if err != nil {
		return err
	}
	codes, err := b.prepared(ctx, data, b.planted)
	if err != nil {
		return err
	}
	var took []float64
	for round := range b.rounds {
		i, err := b.start(ctx, data)
		if err != nil {
			return err
		}
		if round > 0 {
			took = append(took, milliseconds(i.ready))
		}
		signing := make(chan error, 1)
		go func() {
			_, err := crowd.New(i.url, 64, codes).Sign(10 * time.Second)
			signing <- err
		}()
		time.Sleep(2*time.Second + time.Duration(round)*137*time.Millisecond)
		i.kill()
		if err := <-signing; err == nil {
			return fmt.Errorf("people went on signing at a site that was killed")
		}
	}
	i, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	took = append(took, milliseconds(i.ready))
	b.table.Most(fmt.Sprintf("ready after kill -9, %d signatures", b.planted), figure.Median(took), "ms", 1000)
	if err := i.visit("/m/" + stand.Slug); err != nil {
		return err
	}
	memory, err := i.memory()
	if err != nil {
		return err
	}
	b.table.Note("  its memory then", memory, "MB")
	return i.stop()
}

// large is the folder of the large table, which is of this schema and these places.
func (b *bench) large() (string, error) {
	sum := sha256.New()
	for _, schema := range []fs.FS{jobs.Migrations(), mobilisation.Schema()} {
		files, err := fs.Glob(schema, "*.sql")
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := fs.ReadFile(schema, file)
			if err != nil {
				return "", err
			}
			sum.Write(text)
		}
	}
	sum.Write([]byte(b.places + strconv.Itoa(b.planted)))
	return filepath.Join(b.folder, "large-"+hex.EncodeToString(sum.Sum(nil)[:4])), nil
}

// idle measures the memory half a minute after the start, with places and one page seen.
func (b *bench) idle(ctx context.Context) error {
	data, err := b.empty("idle")
	if err != nil {
		return err
	}
	if _, err := b.prepared(ctx, data, 1000); err != nil {
		return err
	}
	i, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer i.kill()
	if err := i.visit("/m/" + stand.Slug); err != nil {
		return err
	}
	wait := time.NewTimer(30*time.Second - i.ready)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
	}
	memory, err := i.memory()
	if err != nil {
		return err
	}
	kind := "whole places"
	if b.places == "" {
		kind = "sample of places"
	}
	b.table.Most("memory after half a minute, "+kind, memory, "MB", 60)
	return nil
}
