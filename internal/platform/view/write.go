package view

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
)

// Write answers a request with a page. Nothing is written when the page fails, so that the error can still be answered.
func Write(ctx context.Context, w http.ResponseWriter, status int, c Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := c.Render(ctx, buffer); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buffer.WriteTo(w) // the visitor has gone: nothing to do
	return nil
}
