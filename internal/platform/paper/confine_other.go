//go:build !linux

package paper

// confine does nothing where limits are set in another way: the time is bounded by who asks.
func confine() error { return nil }
