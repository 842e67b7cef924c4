#!/bin/sh
# usage: scripts/room.sh NAME [FOLDER]
# Furnishes a new room with the drawers that every room has, in FOLDER (internal of this tree).
set -eu
name=${1:?usage: scripts/room.sh NAME}
internal=${2:-$(dirname "$0")/../internal}
room=$internal/$name
case $name in
*[!a-z]* | '') echo "A room's name is one lower-case noun, singular." >&2; exit 2 ;;
break | case | chan | const | continue | default | defer | else | fallthrough | for | func | go | goto | if | import | interface | map | package | range | return | select | struct | switch | type | var | main | test | internal | vendor | testdata | platform)
	echo "Go keeps the word $name for itself: take another." >&2
	exit 2
	;;
esac
[ ! -e "$room" ] || { echo "$room is there already." >&2; exit 1; }
mkdir -p "$room/migrations" "$room/locales"

cat >"$room/$name.go" <<GO
// Package $name is TODO(you): what people do here, in one sentence.
//
// What it promises:
//   - TODO(you): what stays true whatever happens.
//
// Where things are: store.go is the SQL, web_$name.go the page.
package $name

import (
	"embed"
	"io/fs"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

// Deps is what the room needs of the house.
type Deps struct {
	DB    *storage.DB
	Clock clock.Clock
}

// Room is what an instance has of it.
type Room struct {
	Deps
}

// New builds the room.
func New(d Deps) *Room { return &Room{Deps: d} }

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed locales/*.po
var locales embed.FS

// Schema returns the room's tables.
func Schema() fs.FS { return module.Folder(migrations, "migrations") }

// Locales returns the room's words.
func Locales() fs.FS { return module.Folder(locales, "locales") }

// Module is what the room hands to the assembly.
func (r *Room) Module() module.Module {
	return module.Module{Name: "$name", Routes: r.routes(), Schema: Schema(), Locales: Locales()}
}
GO
cat >"$room/store.go" <<GO
package $name

import "context"

// count tells how many rows the room has.
func (r *Room) count(ctx context.Context) (n int64, err error) {
	err = r.DB.QueryRow(ctx, \`
		SELECT COUNT(*)
		FROM ${name}_item\`).Scan(&n)
	return n, err
}
GO
cat >"$room/web_$name.go" <<GO
package $name

import (
	"fmt"
	"net/http"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

func (r *Room) routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/$name", Right: perm.Anyone, Handle: r.show},
	}
}

// show is the room's page.
func (r *Room) show(w http.ResponseWriter, req *http.Request) error {
	n, err := r.count(req.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, i18n.From(req.Context()).N("$name.items", n))
	return err
}
GO
cat >"$room/${name}_test.go" <<GO
package ${name}_test

import (
	"testing"

	"essaim/internal/$name"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

func TestTheSchemaFitsBothEngines(t *testing.T) {
	schema := []storage.Migrations{{Room: "$name", Files: $name.Schema()}}
	storagetest.Each(t, schema, func(t *testing.T, db *storage.DB) {
		var n int64
		if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM ${name}_item").Scan(&n); err != nil || n != 0 {
			t.Fatalf("%d rows, %v", n, err)
		}
	})
}
GO
cat >"$room/migrations/0001_item.sql" <<SQL
-- TODO(you): what a row is, and how long it is kept.
CREATE TABLE ${name}_item (
	id TEXT PRIMARY KEY,
	created_at BIGINT NOT NULL
);
SQL
po() {
	cat >"$room/locales/$1.po" <<PO
msgid ""
msgstr ""
"Language: $1\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=($2);\\n"

msgid "$name.items"
msgid_plural "$name.items"
msgstr[0] "$3"
msgstr[1] "$4"
PO
}
po fr 'n > 1' '{n} élément' '{n} éléments'
po en 'n != 1' '{n} item' '{n} items'

cat <<NEXT
$room is furnished. Now:
  1. its floor, in internal/app/house_import_test.go, when it is new to the plan;
  2. build it in internal/app/house.go, beside its neighbours;
  3. its words, in internal/app/words.go;
  4. its terms, in docs/glossary.md; its page in docs; a line in CHANGELOG.md.
NEXT
