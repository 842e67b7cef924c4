package fault

import "slices"

// Flaws gathers the answers of a form that are to be corrected. They are looked at in the order of the form, because the page
// names them in that order. The zero value is a form without a flaw.
type Flaws []Field

// When notes that an answer is wrong: the key and its arguments say how. The first word about a field stands.
func (f *Flaws) When(wrong bool, name, key string, args ...any) {
	if wrong && !slices.ContainsFunc(*f, func(one Field) bool { return one.Name == name }) {
		*f = append(*f, Field{Name: name, Key: key, Args: args})
	}
}

// Err returns the fault of the form, nil when nothing is wrong.
func (f *Flaws) Err() error {
	if len(*f) == 0 {
		return nil
	}
	return InvalidForm(*f...)
}
