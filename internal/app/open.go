package app

import (
	"errors"

	"essaim/internal/platform/config"
	"essaim/internal/platform/fault"
)

// withHouse runs a command on the instance of the settings, without working on its jobs.
func withHouse(w *world, s config.Settings, fn func(*House) error) error {
	s.Workers = false
	h, err := Build(w.ctx, s, Options{Log: logger(w.errs, s.Verbose)})
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Start(w.ctx); err != nil {
		return err
	}
	return fn(h)
}

// inWords tells a fault on the terminal, in the host's language.
func inWords(h *House, err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return err
	}
	l := h.Words.Default()
	for _, field := range f.Fields {
		return errors.New(l.T(field.Key, field.Args...))
	}
	return errors.New(l.T(f.Key, f.Args...))
}
