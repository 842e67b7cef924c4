package stand

import (
	"context"
	"net/url"
	"time"

	"essaim/internal/platform/id"
	"essaim/internal/platform/storage"
)

// Database makes an empty database on a PostgreSQL server, of which server is the URL of a superuser, and returns its URL. drop
// deletes it, whoever still uses it.
func Database(ctx context.Context, server string) (address string, drop func(), err error) {
	parsed, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	name := "bench_" + id.New(time.Now())
	if err := storage.Admin(ctx, server, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	parsed.Path = "/" + name
	return parsed.String(), func() {
		_ = storage.Admin(context.Background(), server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") // the server may be gone
	}, nil
}
