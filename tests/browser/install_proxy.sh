#!/bin/sh
# Find HAProxy for the test of several replicas, or install Debian's package as root or with sudo. Without it the test
# skips and says so.
set -u

for program in /usr/sbin/haproxy "$(command -v haproxy || true)"; do
    if [ -x "$program" ]; then
        echo "The test of several replicas uses $program."
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
    echo "Installing HAProxy with apt-get."
    # The package starts a service of its own where there is an init to do so; without a site behind it, it serves nothing.
    $as_root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends haproxy >/dev/null &&
        exit 0
fi
echo "HAProxy could not be installed: the test of several replicas will be skipped."
