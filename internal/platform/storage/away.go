package storage

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// Unavailable tells whether err means that the engine cannot work just now, rather than that it was asked for something wrong:
// a full disk, a write that fails, a server that is away. Nothing of the call was kept, and another try is worth it.
func Unavailable(err error) bool {
	if lite, ok := errors.AsType[*sqlitedriver.Error](err); ok {
		switch lite.Code() & 0xff { // the rest says more of the same
		case sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_NOMEM:
			return true
		}
		return false
	}
	if answered, ok := errors.AsType[*pgconn.PgError](err); ok {
		return awayCode(answered.Code)
	}
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	_, broken := errors.AsType[*net.OpError](err)
	return refused || broken || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ErrClosed)
}

// awayCode tells it by PostgreSQL's code (its manual, appendix A): connections, resources, the operator, the system, and a server
// that has become read-only.
func awayCode(code string) bool {
	for _, class := range []string{"08", "53", "57P", "58", "25006"} {
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	return false
}
