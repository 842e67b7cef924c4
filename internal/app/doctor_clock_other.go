//go:build !linux

package app

func clockIsKept() (kept, known bool) { return false, false }
