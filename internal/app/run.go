package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kong"

	"essaim/internal/platform/config"
)

// commands are what `essaim` does, one field a command.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Show the site with invented data that are thrown away."`
	Serve   serveCommand   `cmd:"" help:"Run the site."`
	Admin   adminCommand   `cmd:"" help:"Say who runs, moderates and organises."`
	Backup  backupCommand  `cmd:"" help:"Keep the whole site in one file, or list the copies that are kept."`
	Restore restoreCommand `cmd:"" help:"Bring a site back from a backup, into an empty place."`
	Jobs    jobsCommand    `cmd:"" help:"Look at the work in the background, and send back what was given up."`
	Vault   vaultCommand   `cmd:"" help:"Look at the key that seals personal data, or put a new one in front."`
	Doctor  doctorCommand  `cmd:"" help:"Look at all that a site needs, and say what is wrong and what to do."`
	Places  placesCommand  `cmd:"" help:"Look at or update the data on places."`
	Config  configCommand  `cmd:"" help:"Show every setting, its value and what it is for."`
	Routes  routesCommand  `cmd:"" help:"List every route with the right that it needs."`
	Version versionCommand `cmd:"" help:"Say what was built."`

	PaperInspect paperCommand `cmd:"" hidden:"" help:"Read one PDF for the site that asks."`
}

// world is what a command may touch besides its flags.
type world struct {
	ctx  context.Context
	out  io.Writer
	errs io.Writer
}

// Run reads args, runs the command and returns the exit code: 0 done, 1 failed, 2 not understood.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	file, err := config.LoadFile(args)
	if err != nil {
		fmt.Fprintln(errs, "essaim:", err)
		return 2
	}
	var c commands
	code := -1
	parser, err := config.Parser(&c, out, errs, file, kong.Exit(func(n int) { code = n }))
	if err != nil {
		fmt.Fprintln(errs, "essaim:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if code >= 0 { // --help has answered
		return code
	}
	if err != nil {
		parser.FatalIfErrorf(err)
		return 2
	}
	if err := chosen.Run(&world{ctx: ctx, out: out, errs: errs}); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(errs, "essaim:", err)
		return 1
	}
	return 0
}

// logger writes lines for an administrator.
func logger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
