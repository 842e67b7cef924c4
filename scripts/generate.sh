#!/bin/sh
# usage: scripts/generate.sh [--check]
# Writes what tools write: *_templ.go beside each .templ, style sheets and scripts in internal/platform/view/static.
# --check says so, and fails, when that was due.
set -eu
cd "$(dirname "$0")/.."

# Folders of rooms that hold pages, without those inside another one: templ walks down by itself.
rooms() {
	find internal -name '*.templ' -exec dirname {} \; | sort -u | awk 'last == "" || index($0, last "/") != 1 { print; last = $0 }'
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
