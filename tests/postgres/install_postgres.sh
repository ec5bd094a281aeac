#!/bin/sh
# Find PostgreSQL for the tests, or install Debian's package as root or with sudo. The tests start a server of their
# own; the one that the package would set up is not wanted. Without PostgreSQL its tests skip and say so.
set -u

for program in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)"; do
    if [ -x "$program" ]; then
        echo "The tests of labels in PostgreSQL use $program."
        exit 0
    fi
done

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    as_root="none"
fi
if [ "$as_root" != none ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL with apt-get."
    no_server=/etc/postgresql-common/createcluster.d/reelign-tests.conf
    $as_root mkdir -p "${no_server%/*}"
    echo "create_main_cluster = false" | $as_root tee "$no_server" >/dev/null
    $as_root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    installed=$?
    $as_root rm -f "$no_server"
    [ "$installed" = 0 ] && exit 0
fi
echo "PostgreSQL could not be installed: the tests of labels in PostgreSQL will be skipped."
