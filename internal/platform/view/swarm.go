package view

import (
	"context"
	_ "embed" // two drawings
	"io"
	"strings"
)

//go:embed swarm.svg
var swarmFull string

//go:embed swarm_small.svg
var swarmSmall string

// Swarm draws the dots of the hero: people who gather, and the one who leads on. It takes the colour of its text.
func Swarm() Component { return drawing(swarmFull) }

// smallSwarm draws fewer and larger dots, for a place a few centimetres wide.
func smallSwarm() Component { return drawing(swarmSmall) }

func drawing(svg string) Component {
	svg = strings.ReplaceAll(strings.TrimSpace(svg), "\n", "")
	return component(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, svg)
		return err
	})
}
