#!/bin/sh
# usage: scripts/fuzz.sh SECONDS
# Runs each fuzz test for so many seconds. What it finds is written to the package's testdata/fuzz: commit it with the repair.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: scripts/fuzz.sh SECONDS}
mkdir -p build

# On a busy machine the time can be over while Go still runs the inputs that it kept from earlier; it then says that the
# deadline was exceeded. That is no finding: a finding names the input that failed.
busy() { grep -q 'context deadline exceeded' build/fuzz.log && ! grep -qE 'Failing input written|panic:|Failing seed|_test\.go:[0-9]+:' build/fuzz.log; }

grep -rlE '^func Fuzz' --include='*_test.go' internal | sort | while read -r file; do
	package=./$(dirname "$file")
	for name in $(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$file"); do
		echo "fuzz $package $name"
		go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" -fuzzminimizetime 10x "$package" >build/fuzz.log 2>&1 </dev/null && continue
		busy && { echo "  the time was over before it began"; continue; }
		cat build/fuzz.log
		exit 1
	done
done
