#!/bin/bash
# Installs what the tests need, then runs them all: the same here and where changes are judged.
#
# It needs Go, and on Debian root or sudo for what is missing: PostgreSQL (the second of our two databases), Chromium (pages are
# tried in a real browser), gcc (for the race detector) and axe-core (barriers for people with disabilities). On other systems
# it says what to install. ESSAIM_TEST_POSTGRES names a PostgreSQL of yours instead, ESSAIM_AXE an axe.min.js of yours.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build

began=$SECONDS
step() { printf '\n== %s (%d:%02d)\n' "$1" $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60)); }

# Packages in which much happens at the same time run under the race detector too.
racy=(storage jobs web hub guard mobilisation account)

command -v go >/dev/null || { echo "Go is missing: install the version that go.mod names, or a later one." >&2; exit 1; }
step "what the tests need"
wanted=(chromium gcc libc6-dev)
[ -n "${ESSAIM_TEST_POSTGRES:-}" ] || wanted+=(postgresql)
scripts/need.sh "${wanted[@]}"
command -v chromium >/dev/null || { echo "No chromium: pages could not be tried in a browser." >&2; exit 1; }
ESSAIM_AXE=$(scripts/axe.sh)
export ESSAIM_AXE
[ -f "$ESSAIM_AXE" ] || { echo "No axe-core at $ESSAIM_AXE." >&2; exit 1; }

step "format, vet, staticcheck, generated files"
scripts/check.sh
step "the binary without cgo"
CGO_ENABLED=0 go build -trimpath -o build/essaim ./cmd/essaim

step "tests, on SQLite and on PostgreSQL"
race=() plain=()
for package in $(go list ./...); do
	case " ${racy[*]} " in
	*" ${package##*/} "*) race+=("$package") ;;
	*) plain+=("$package") ;;
	esac
done
go -C tools test ./...
scripts/postgres.sh go test -timeout 20m "${plain[@]}"
step "tests under the race detector"
scripts/postgres.sh go test -race -timeout 20m "${race[@]}"

step "fuzz tests, two seconds each"
scripts/fuzz.sh 2
step "all is well"
