#!/bin/sh
# usage: scripts/fuzz.sh SECONDS
# Runs each fuzz test for so many seconds. What it finds is written to the package's testdata/fuzz: commit it with the repair.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: scripts/fuzz.sh SECONDS}
mkdir -p build

grep -rlE '^func Fuzz' --include='*_test.go' internal | sort | while read -r file; do
	package=./$(dirname "$file")
	for name in $(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$file"); do
		echo "fuzz $package $name"
		go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" "$package" >build/fuzz.log 2>&1 </dev/null || { cat build/fuzz.log; exit 1; }
	done
done
