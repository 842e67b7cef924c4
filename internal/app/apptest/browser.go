package apptest

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// BrowserVariable set to "required" makes a missing browser a failure.
const BrowserVariable = "ESSAIM_BROWSER"

// Browser is a real Chromium, without a window.
type Browser struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in it
}

// NewBrowser starts a browser that ends with the test. The test is skipped where there is none.
func NewBrowser(t testing.TB) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv(BrowserVariable) == "required" {
			t.Fatalf("no chromium on this machine, and %s=required", BrowserVariable)
		}
		t.Skip("no chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, ctx: ctx}
}

// View is how a page is looked at.
type View struct {
	Width, Height int64 // of the window, in CSS pixels
	Phone         bool  // a finger instead of a mouse
	Dark          bool
	NoScript      bool
	Language      string // that the browser asks for, such as "en"; empty is French
}

// Phone is a view of 390 by 844.
func Phone() View { return View{Width: 390, Height: 844, Phone: true} }

// Desk is a view of 1280 by 900.
func Desk() View { return View{Width: 1280, Height: 900} }
