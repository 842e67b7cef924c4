#!/bin/sh
# usage: scripts/postgres.sh [--durable] COMMAND…
# Runs COMMAND beside a throw-away PostgreSQL on a free port of this machine, and stops it whatever happens.
#
# COMMAND finds the server's address in ESSAIM_TEST_POSTGRES, and a superuser of it. When that is set already, the server that
# it names is used. The throw-away server sorts as French does, because a host's may: a query that counts on the order of bytes
# fails here first. It forgets in a power cut what it had promised, unless --durable says otherwise: benchmarks need that.
set -eu

durable="-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
if [ "${1:-}" = --durable ]; then
	durable=
	shift
fi
if [ $# = 0 ]; then
	sed -n 's/^# //; 2,3p' "$0" >&2
	exit 2
fi
if [ -n "${ESSAIM_TEST_POSTGRES:-}" ]; then
	exec "$@"
fi

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
	initdb=$(command -v initdb) || { echo "No PostgreSQL: install the package postgresql, or set ESSAIM_TEST_POSTGRES." >&2; exit 1; }
	bin=$(dirname "$initdb")
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/essaim-postgres.XXXXXX")
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# PostgreSQL refuses to run as root: as its own user then.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

stop() {
	as_owner "$bin/pg_ctl" stop --pgdata="$folder/data" --mode=immediate --silent >/dev/null 2>&1 || true
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

printf '%s\n' "$password" >"$folder/password"
[ "$(id -u)" != 0 ] || chown -R postgres "$folder"
sorting=--locale=C.UTF-8
if "$bin/initdb" --help | grep -q -- --icu-locale; then # since PostgreSQL 15
	sorting="$sorting --locale-provider=icu --icu-locale=fr-FR"
fi
# shellcheck disable=SC2086 # the options are words
as_owner "$bin/initdb" --pgdata="$folder/data" --username=essaim --pwfile="$folder/password" --auth=scram-sha-256 \
	--encoding=UTF8 $sorting --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }

# A port that is free now may be taken in a moment: try another then.
tries=0
while :; do
	port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
	if as_owner "$bin/pg_ctl" start --pgdata="$folder/data" --wait --silent --log="$folder/data/server.log" \
		--options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 $durable" >/dev/null 2>&1; then
		break
	fi
	tries=$((tries + 1))
	if [ $tries = 10 ]; then
		tail -n 20 "$folder/data/server.log" >&2
		exit 1
	fi
done

export ESSAIM_TEST_POSTGRES="postgres://essaim:$password@127.0.0.1:$port/postgres?sslmode=disable"
code=0
"$@" || code=$?
exit $code
