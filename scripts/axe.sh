#!/bin/sh
# Brings axe-core, which looks for barriers in pages, into build/, and prints the path of its script.
# ESSAIM_AXE names another copy. Only tests use it: nothing of it is in the binary or in a page.
set -eu
cd "$(dirname "$0")/.."
version=4.14.1
sum=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745

if [ -n "${ESSAIM_AXE:-}" ]; then
	echo "$ESSAIM_AXE"
	exit 0
fi
folder=$PWD/build/axe-core-$version
if [ ! -f "$folder/axe.min.js" ]; then
	scripts/need.sh npm >&2
	mkdir -p "$folder"
	npm pack --silent --pack-destination "$folder" "axe-core@$version" >/dev/null
	echo "$sum  $folder/axe-core-$version.tgz" | sha256sum --check --quiet >&2
	tar -xzf "$folder/axe-core-$version.tgz" -C "$folder" --strip-components=1 package/axe.min.js package/LICENSE
	rm "$folder/axe-core-$version.tgz"
fi
echo "$folder/axe.min.js"
