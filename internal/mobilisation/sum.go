package mobilisation

// Signatures returns the verified signatures of all petitions, at most two seconds old.
func (r *Room) Signatures() (n int64) {
	r.counter.mu.RLock()
	defer r.counter.mu.RUnlock()
	for _, total := range r.counter.totals {
		n += total
	}
	return n
}
