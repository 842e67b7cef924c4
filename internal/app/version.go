package app

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints what was built: the version, the commit where it is known, and the Go that built it.
func (versionCommand) Run(w *world) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this binary does not say how it was built")
	}
	commit := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = " " + s.Value
		}
	}
	fmt.Fprintf(w.out, "essaim %s%s, %s\n", info.Main.Version, commit, info.GoVersion)
	return nil
}

// version is what was built, in one word.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
