package config

// nearest returns the one of names that takes the fewest letters to change into name, "" when there are none.
func nearest(name string, names []string) (best string) {
	least := -1
	for _, other := range names {
		if d := distance(name, other); least < 0 || d < least {
			best, least = other, d
		}
	}
	return best
}

// distance counts the letters to add, drop or replace between two words (Levenshtein), and two that changed places as one step.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			swap := 1
			if a[i] == b[j] {
				swap = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+swap)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
