#!/bin/sh
# usage: scripts/need.sh PACKAGE…
# Installs those of these Debian packages that are missing, and says so. As root, or through sudo.
set -eu

missing=
for package in "$@"; do
	case $package in
	# Where the program came from matters to nobody.
	chromium | wrk | npm | gcc) command -v "$package" >/dev/null && continue ;;
	nginx-light) command -v nginx >/dev/null && continue ;;
	esac
	if ! command -v dpkg-query >/dev/null; then
		echo "This is no Debian: please see yourself that $package is there."
		continue
	fi
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing:$missing. Install them, or come back as root." >&2
		exit 1
	fi
	root=sudo
fi
echo "Installing what the tests need:$missing"
export DEBIAN_FRONTEND=noninteractive
install="$root apt-get install --yes --quiet --no-install-recommends"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the lists are words
$install $missing >"$log" 2>&1 && exit 0
$root apt-get update --quiet >/dev/null
# shellcheck disable=SC2086
$install $missing >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
