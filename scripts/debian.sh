#!/bin/bash
# usage: scripts/debian.sh FOLDER
# Tries the packages of a release in FOLDER on a bare Debian, in a folder that is thrown away: install, settings, start, a page, the
# notice to systemd, upgrade with data and settings kept, remove, purge. With qemu-user-static also the one for arm64.
# Needs root and mmdebstrap; ESSAIM_DEBIAN=NAME takes another Debian than stable. ESSAIM_DEBIAN_ROOT=FILE.tar, made by
# 'mmdebstrap --variant=minbase stable FILE.tar' beforehand, needs no network.
set -euo pipefail
release=$(cd "$1" && pwd)
suite=${ESSAIM_DEBIAN:-stable}
[ "$(id -u)" = 0 ] || { echo "Trying the packages needs root: sudo $0 $1" >&2; exit 1; }
[ -n "${ESSAIM_DEBIAN_ROOT:-}" ] || command -v mmdebstrap >/dev/null || { echo "apt install mmdebstrap, or name a root with ESSAIM_DEBIAN_ROOT" >&2; exit 1; }

work=$(mktemp -d)
server=
trap 'stop; rm -rf "$work"' EXIT
say() { echo "$arch: $*"; }
fail() { echo "$arch: $*" >&2; [ ! -f "$work/log" ] || cat "$work/log" >&2; exit 1; }
inside() { chroot "$root" "$@"; }

# run starts the site as the service would, by its user, and waits until systemd would know.
run() {
	: >"$work/log"
	notice=$root/run/essaim-notify
	rm -f "$notice"
	python3 - "$notice" "$work/noticed" <<'PYTHON' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); s.settimeout(120)
with open(sys.argv[2], "w") as out:
    while b"READY=1" not in (m := s.recv(4096)):
        out.write(m.decode() + "\n")
    out.write(m.decode() + "\n")
PYTHON
	listener=$!
	for _ in $(seq 50); do [ -S "$notice" ] && break; sleep 0.1; done
	NOTIFY_SOCKET=/run/essaim-notify chroot --userspec=essaim:essaim "$root" /usr/bin/essaim serve --config /etc/essaim.conf >"$work/log" 2>&1 &
	server=$!
	wait "$listener" || fail "The site does not say that it is ready."
	address=$(sed -n 's/^listening on //p' "$work/log")
	[ "$(curl --silent --show-error --max-time 60 "http://$address/healthz")" = ok ] || fail "It does not answer."
	page=$(curl --silent --max-time 60 "http://$address/about")
	[[ $page == *"</html>"* ]] || fail "It serves no page."
}
stop() {
	[ -n "$server" ] || return 0
	kill -TERM "$server" 2>/dev/null || true
	wait "$server" || { server=; fail "It does not end cleanly."; }
	server=
}
sums() { (cd "$root/var/lib/essaim" && find . -name '*.key' -exec sha256sum {} + && stat -c '%n %a %U' site 2>/dev/null); }

# fresh makes a Debian with what the package asks for, and nothing else.
fresh() {
	mkdir -p "$root"
	if [ -n "${ESSAIM_DEBIAN_ROOT:-}" ] && [ "$arch" = amd64 ]; then
		tar -C "$root" -xf "$ESSAIM_DEBIAN_ROOT"
	else
		mmdebstrap --quiet --variant=minbase --architectures="$arch" --include=adduser,ca-certificates "$suite" "$work/$arch.tar"
		tar -C "$root" -xf "$work/$arch.tar" --exclude='./dev/*'
		rm "$work/$arch.tar"
	fi
	[ -e "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3
	[ -e "$root/dev/urandom" ] || mknod -m 444 "$root/dev/urandom" c 1 9
}

try() {
	arch=$1 root=$work/root-$1
	package=$(echo "$release"/essaim_*_"$arch".deb)
	fresh
	cp "$package" "$root/tmp/essaim.deb"
	# A root without the two packages that ours depends on takes it all the same: what it needs of them is tried here.
	inside dpkg --install --force-depends /tmp/essaim.deb >"$work/dpkg" 2>&1 || { cat "$work/dpkg" >&2; fail "It does not install."; }
	say "installed on Debian $(cat "$root/etc/debian_version"), $(inside /usr/bin/essaim version)"
	[ "$(inside stat -c '%a %U %G' /etc/essaim.conf)" = "640 root essaim" ] || fail "Others read the settings."
	[ "$(inside stat -c '%a %U' /var/lib/essaim)" = "700 essaim" ] || fail "The folder is not the site's alone."
	[ -f "$root/usr/lib/systemd/system/essaim.service" ] || fail "There is no service."
	printf 'listen = 127.0.0.1:0\nname = "Of the valley"\n' >>"$root/etc/essaim.conf"
	run
	stop
	say "serves a page as its user, tells systemd that it is ready, and ends cleanly"
	before=$(sums)
	newer
	inside dpkg --install --force-depends /tmp/newer.deb >"$work/dpkg" 2>&1 </dev/null || { cat "$work/dpkg" >&2; fail "It does not upgrade."; }
	grep -q 'Of the valley' "$root/etc/essaim.conf" || fail "An upgrade takes the settings away."
	[ "$(sums)" = "$before" ] || fail "An upgrade changes key or data."
	run
	[[ $page == *"Of the valley"* ]] || fail "The settings are no longer read."
	stop
	say "upgraded: settings, key and data stayed, and it serves"
	inside dpkg --remove essaim >"$work/dpkg" 2>&1 || { cat "$work/dpkg" >&2; fail "It cannot be removed."; }
	[ ! -e "$root/usr/bin/essaim" ] && [ -f "$root/etc/essaim.conf" ] && [ "$(sums)" = "$before" ] || fail "Removing takes too little, or too much."
	inside dpkg --purge essaim >"$work/dpkg" 2>&1 || { cat "$work/dpkg" >&2; fail "It cannot be purged."; }
	grep -q '/var/lib/essaim' "$work/dpkg" && [ "$(sums)" = "$before" ] || fail "A purge takes the data, or does not say that they stay."
	[ ! -e "$root/etc/essaim.conf" ] || fail "A purge leaves the settings."
	inside dpkg --install --force-depends /tmp/newer.deb >"$work/dpkg" 2>&1 </dev/null || { cat "$work/dpkg" >&2; fail "It does not come back."; }
	[ "$(sums)" = "$before" ] || fail "Coming back changes key or data."
	printf 'delete\n' | script --quiet --return --command "chroot '$root' dpkg --purge essaim" /dev/null >"$work/dpkg" || { cat "$work/dpkg" >&2; fail "It cannot be purged."; }
	[ ! -e "$root/var/lib/essaim" ] || fail "A purge that is told to delete the data leaves them."
	say "removed and purged: the data stay, and dpkg says where; at a terminal it asks, and deletes when told to"
	rm -rf "$root"
}

# newer is the same package under a higher version.
newer() {
	rm -rf "$work/newer"
	dpkg-deb --raw-extract "$package" "$work/newer"
	sed -i 's/^Version: .*/&+next/' "$work/newer/DEBIAN/control"
	dpkg-deb --root-owner-group --build "$work/newer" "$root/tmp/newer.deb" >/dev/null
}

machine=$(dpkg --print-architecture)
for arch in amd64 arm64; do
	if [ "$arch" = "$machine" ] || grep -q enabled "/proc/sys/fs/binfmt_misc/qemu-$([ "$arch" = arm64 ] && echo aarch64 || echo x86_64)" 2>/dev/null; then
		try "$arch"
	else
		say "not tried on this machine: apt install qemu-user-static binfmt-support"
	fi
done
