// Command essaim is the mobilisation platform: one binary with everything in it. See `essaim --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"essaim/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
