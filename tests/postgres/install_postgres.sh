#!/bin/sh
# Find PostgreSQL for the tests, or install Debian's package as root or with sudo. The tests start a server of their
# own; the one that the package would set up is not wanted. Without PostgreSQL its tests skip and say so.
set -u
. "$(dirname "$0")/../debian.sh"

end_if_there "The tests of labels in PostgreSQL use" /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)"
if may_install; then
    echo "Installing PostgreSQL with apt-get."
    no_server=/etc/postgresql-common/createcluster.d/reelign-tests.conf
    $as_root mkdir -p "${no_server%/*}"
    echo "create_main_cluster = false" | $as_root tee "$no_server" >/dev/null
    install_package postgresql
    installed=$?
    $as_root rm -f "$no_server"
    [ "$installed" = 0 ] && exit 0
fi
echo "PostgreSQL could not be installed: the tests of labels in PostgreSQL will be skipped."
