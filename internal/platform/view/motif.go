package view

import (
	"hash/fnv"
	"maps"
	"slices"
	"strings"
)

// Motifs lists the names of the poster motifs, sorted. Asset("motif/" + name + ".svg") is the address of one.
func Motifs() []string { return slices.Sorted(maps.Keys(motifs())) }

// Motif returns the address of the poster for a mobilisation without a photo. A word of its slug chooses the motif
// ("rouvrons-la-ligne-du-val" has rails); failing that, one of those that fit any cause, always the same for a slug.
func Motif(slug string) string {
	return Asset("motif/" + motifName(slug) + ".svg")
}

func motifName(slug string) string {
	words := strings.FieldsFunc(strings.ToLower(slug), func(r rune) bool { return r == '-' || r == '_' })
	all := motifs()
	for _, word := range words {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if slices.Contains(all[name], strings.TrimSuffix(word, "s")) {
				return name
			}
		}
	}
	plain := slices.DeleteFunc(Motifs(), func(name string) bool { return len(all[name]) > 0 })
	h := fnv.New32a()
	h.Write([]byte(slug))
	return plain[h.Sum32()%uint32(len(plain))]
}

// motifs gives each motif the words that call for it, singular, in French and English. Without words it fits any cause.
func motifs() map[string][]string {
	return map[string][]string{
		"cantine":   {"cantine", "repa", "bio", "canteen", "meal", "food", "alimentation", "agriculture"},
		"cortege":   nil,
		"direct":    nil,
		"envol":     nil,
		"haies":     {"haie", "bocage", "arbre", "foret", "hedge", "tree", "forest", "parc", "jardin"},
		"loyers":    {"loyer", "logement", "immeuble", "quartier", "rent", "housing", "home"},
		"maternite": {"maternite", "hopital", "naissance", "sante", "maternity", "hospital", "birth", "health"},
		"place":     nil,
		"rail":      {"rail", "train", "gare", "ligne", "railway", "station", "line", "ter"},
		"riviere":   {"riviere", "eau", "fleuve", "barrage", "river", "water", "lac", "lake"},
		"ruche":     nil,
	}
}
