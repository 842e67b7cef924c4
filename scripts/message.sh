#!/bin/sh
# usage: scripts/message.sh KEY
# Shows where a message is said, and its words in every language. A part of a key shows all that hold it.
set -eu
cd "$(dirname "$0")/.."
key=${1:?usage: scripts/message.sh KEY, such as mobilisation.sign}

echo "Said in:"
grep -rnF "\"$key" --include='*.go' --include='*.templ' cmd internal | grep -v '_templ\.go:' | sed -E 's/^([^:]+:[0-9]+):[[:space:]]*/  \1  /' | cut -c 1-160 || echo "  nowhere as it stands; code may build it from parts"
echo
for file in $(grep -rlF "msgid \"$key" --include='*.po' internal | sort); do
	echo "$file:"
	awk -v start="msgid \"$key" '
		/^msgid "/ { shown = index($0, start) == 1 }
		/^(#|$)/ { next }
		shown { print "  " $0 }' "$file"
done
