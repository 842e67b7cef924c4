#!/bin/bash
# usage: scripts/release.sh [--check]
# Makes what is handed to hosts, in build/release: static programs for Linux on amd64 and arm64, Debian packages, the files of
# deploy/, and SHA256SUMS. From the same commit and the same Go, the same bytes, wherever and whenever it is run. It builds the
# commit, not the files around it. --check starts the program for this machine in an empty root and sees it serve, makes all of it a second
# time and compares, and tries the packages on a bare Debian where that can be done (scripts/debian.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/build/release

[ -z "$(git status --porcelain)" ] || echo "What is not committed is not in the release."
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

# A clone has the commit alone, and lets Go write down which one it was.
git clone --quiet --shared . "$work/tree"
source=$work/tree
version=$(git -C "$source" describe --tags --match 'v*' 2>/dev/null || git -C "$source" log -1 --date=format:%Y%m%d%H%M%S --format=v0.0.0~%cd.%h)
version=${version#v}
SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
rm -rf "$out"
mkdir -p "$out"

# Time zones are in the program: an empty root has none.
program() {
	(cd "$source" && CGO_ENABLED=0 GOOS=linux GOARCH=$1 GOFLAGS= GOAMD64=v1 GOARM64=v8.0 \
		go build -trimpath -buildvcs=true -tags timetzdata -ldflags '-s -w -buildid=' -o "$out/essaim-linux-$1" ./cmd/essaim)
}

# put MODE FILE INTO copies a file with a mode that does not depend on who builds.
put() { install -D -m "$1" "$2" "$3"; }

package() {
	local arch=$1 root=$work/deb-$1
	put 755 "$out/essaim-linux-$arch" "$root/usr/bin/essaim"
	put 644 "$source/deploy/essaim.service" "$root/usr/lib/systemd/system/essaim.service"
	put 640 "$source/deploy/essaim.conf" "$root/etc/essaim.conf"
	put 644 "$source/LICENSE" "$root/usr/share/doc/essaim/copyright"
	put 644 "$source/CHANGELOG.md" "$root/usr/share/doc/essaim/CHANGELOG.md"
	for page in installation upgrade backup commands configuration proxy places privacy; do
		put 644 "$source/docs/$page.md" "$root/usr/share/doc/essaim/$page.md"
	done
	for name in postinst prerm postrm; do put 755 "$source/deploy/debian/$name" "$root/DEBIAN/$name"; done
	put 644 "$source/deploy/debian/conffiles" "$root/DEBIAN/conffiles"
	sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$(du -sk --apparent-size "$root" | cut -f1)/" \
		"$source/deploy/debian/control" >"$root/DEBIAN/control"
	find "$root" -type d -exec chmod 755 {} +
	find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
	dpkg-deb --root-owner-group -Zxz --build "$root" "$out/essaim_${version}_$arch.deb" >/dev/null
}

for arch in amd64 arm64; do
	program "$arch"
	if command -v dpkg-deb >/dev/null; then
		package "$arch"
	else
		echo "No dpkg-deb here: no package for $arch."
	fi
done
for name in essaim.service essaim.conf Containerfile; do put 644 "$source/deploy/$name" "$out/$name"; done
(cd "$out" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" . && chmod 644 SHA256SUMS)
(cd "$out" && ls -l | awk 'NR > 1 { printf "%s, %.1f MB\n", $NF, $5 / 1e6 }')
[ "${1:-}" = --check ] || exit 0

# An empty root: no libraries, no time zones, no certificates, no shell.
arch=$(go env GOHOSTARCH)
bare=$work/bare
install -D -m 755 "$out/essaim-linux-$arch" "$bare/essaim"
mkdir -m 1777 "$bare/tmp"
if [ "$(id -u)" = 0 ]; then enter=(chroot "$bare"); else enter=(unshare --user --map-root-user --root="$bare"); fi
"${enter[@]}" /essaim serve --data /site --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
for _ in $(seq 100); do
	grep -q '^ready:' "$work/out" && break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.1
done
address=$(sed -n 's/^listening on //p' "$work/out")
if [ -z "$address" ] || [ "$(curl --silent --show-error --max-time 10 "http://$address/healthz")" != ok ]; then
	echo "The program does not serve in an empty root:" >&2
	cat "$work/out" "$work/log" >&2
	exit 1
fi
page=$(curl --silent --max-time 10 "http://$address/about")
[[ $page == *"</html>"* ]] || { echo "It serves no page." >&2; exit 1; }
kill -TERM "$server"
wait "$server" || { echo "It does not end cleanly." >&2; exit 1; }
server=
echo "In an empty root, $("${enter[@]}" /essaim version) serves, and ends cleanly."
if command -v dpkg-deb >/dev/null; then
	dpkg-deb --extract "$out/essaim_${version}_$arch.deb" "$work/installed"
	cmp "$work/installed/usr/bin/essaim" "$out/essaim-linux-$arch"
	echo "The package holds the same program."
fi

# The same once more, from a clone of its own and without what Go remembers of this one: the same bytes.
git clone --quiet --no-local "$source" "$work/again"
(cd "$work/again" && GOCACHE="$work/gocache" scripts/release.sh >/dev/null)
cmp "$out/SHA256SUMS" "$work/again/build/release/SHA256SUMS" || { echo "Two builds differ." >&2; exit 1; }
echo "Built again, elsewhere: the same bytes."
if [ "$(id -u)" = 0 ] && { [ -n "${ESSAIM_DEBIAN_ROOT:-}" ] || command -v mmdebstrap >/dev/null; }; then
	scripts/debian.sh "$out"
else
	echo "The packages were not tried on a Debian: that needs root and mmdebstrap (scripts/debian.sh)."
fi
