#!/bin/sh
# Looks at the code without running it: format, vet, staticcheck, and whether what tools write is up to date.
set -eu
cd "$(dirname "$0")/.."

unformatted=$(find . -name '*.go' -not -path './build/*' -exec gofmt -l {} +)
if [ -n "$unformatted" ]; then
	printf 'Not formatted; run gofmt -w on:\n%s\n' "$unformatted" >&2
	exit 1
fi
go vet ./...
go -C tools vet ./...
go tool -modfile=tools/go.mod staticcheck ./...
scripts/generate.sh --check
