package app

import (
	"fmt"
	"os"

	"essaim/internal/platform/paper"
)

// paperCommand reads one PDF of strangers, for the site that started it: see paper.Inspector.
type paperCommand struct{}

// Run answers on the standard output.
func (paperCommand) Run(w *world) error { return paper.ServeInspection(w.ctx, os.Stdin, w.out) }

// inspector reads PDFs in a child of this program; in this process where the house was built within another one, such as a test.
func (o Options) inspector() (*paper.Inspector, error) {
	if !o.Program {
		return paper.NewInspector(), nil
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("this program does not know where it is: %w", err)
	}
	return paper.NewInspector(program, inspectWord), nil
}

// inspectWord is the command that a site gives its child.
const inspectWord = "paper-inspect"
