#!/bin/sh
# Find HAProxy for the test of several replicas, or install Debian's package as root or with sudo. Without it the test
# skips and says so.
set -u
. "$(dirname "$0")/../debian.sh"

end_if_there "The test of several replicas uses" /usr/sbin/haproxy "$(command -v haproxy || true)"
if may_install; then
    echo "Installing HAProxy with apt-get."
    # The package starts a service of its own where there is an init to do so; without a site behind it, it serves nothing.
    install_package haproxy && exit 0
fi
echo "HAProxy could not be installed: the test of several replicas will be skipped."
