package storage

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Admin runs one statement on a PostgreSQL server outside any transaction, such as CREATE DATABASE. It is for tests and for
// installation; the statement must be a constant of the program.
func Admin(ctx context.Context, serverURL, statement string) error {
	conn, err := pgx.Connect(ctx, serverURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statement)
	return err
}
