package picture

import (
	"hash/fnv"
	"image/color"
)

// Inks are the flat colours of a card.
type Inks struct {
	Ground, Text color.RGBA // the poster, and the headline on it
	Hill, Deep   color.RGBA // the two bands at the foot
	OnDeep, Gold color.RGBA // words and number on the lower band
	Dot, Spark   color.RGBA // the swarm, and the one that leads it
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// The printer's sets, after the site's poster motifs. Words have a contrast of 4.5 at least on what is under them.

// Honey is the colour of the action.
func Honey() Inks {
	return Inks{Ground: rgb(0xffc22e), Text: rgb(0x10262b), Hill: rgb(0x0b5563), Deep: rgb(0x083a43),
		OnDeep: rgb(0xffffff), Gold: rgb(0xffc22e), Dot: rgb(0x10262b), Spark: rgb(0xe2492f)}
}

// Petrol is for towns.
func Petrol() Inks {
	return Inks{Ground: rgb(0x0b5563), Text: rgb(0xffffff), Hill: rgb(0x1d6b76), Deep: rgb(0x083a43),
		OnDeep: rgb(0xffffff), Gold: rgb(0xffc22e), Dot: rgb(0xffc22e), Spark: rgb(0xe2492f)}
}

// Night is for what is urgent.
func Night() Inks {
	return Inks{Ground: rgb(0x083a43), Text: rgb(0xffffff), Hill: rgb(0x0b5563), Deep: rgb(0xffc22e),
		OnDeep: rgb(0x10262b), Gold: rgb(0x10262b), Dot: rgb(0xffc22e), Spark: rgb(0xe2492f)}
}

// Meadow is for the country.
func Meadow() Inks {
	return Inks{Ground: rgb(0xcfe6d8), Text: rgb(0x10262b), Hill: rgb(0x8fc39f), Deep: rgb(0x083a43),
		OnDeep: rgb(0xffffff), Gold: rgb(0xffc22e), Dot: rgb(0x2f7d57), Spark: rgb(0xe2492f)}
}

// Sand is for water.
func Sand() Inks {
	return Inks{Ground: rgb(0xfff3cc), Text: rgb(0x10262b), Hill: rgb(0x2f7d57), Deep: rgb(0x0b5563),
		OnDeep: rgb(0xffffff), Gold: rgb(0xffc22e), Dot: rgb(0x0b5563), Spark: rgb(0xe2492f)}
}

// InksFor returns the set that a seed, such as a slug, always gets.
func InksFor(seed string) Inks {
	sets := []func() Inks{Honey, Petrol, Night, Meadow, Sand}
	return sets[seedOf(seed)%uint64(len(sets))]()
}

func seedOf(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}
