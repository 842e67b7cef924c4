#!/bin/sh
# usage: scripts/generate.sh [--check]
# Writes what tools write: *_templ.go beside each .templ, style sheets and scripts in internal/platform/view/static.
# --check says so, and fails, when that was due.
set -eu
cd "$(dirname "$0")/.."

# Rooms that hold pages, by their folder below internal (or below internal/platform): templ walks down by itself, and names files
# from there.
rooms() {
	find internal -name '*.templ' | awk -F/ '{ print $2 == "platform" ? $1 "/" $2 "/" $3 : $1 "/" $2 }' | sort -u
}

sums() {
	find internal -name '*_templ.go' -exec sha256sum {} + | sort -k 2
	find internal/platform/view/static -type f -exec sha256sum {} + | sort -k 2
}

before=$(sums)
for room in $(rooms); do
	go tool -modfile=tools/go.mod templ generate -path "$room" -log-level error
done
go generate ./...
after=$(sums)
if [ "${1:-}" = --check ] && [ "$before" != "$after" ]; then
	echo "What tools write was not up to date, and is now. Commit it:" >&2
	printf '%s\n%s\n' "$before" "$after" | sort | uniq -u | awk '{ print "  " $2 }' | sort -u >&2
	exit 1
fi
