#!/bin/sh
# Find a browser for the tests, or install one: Debian's package as root, else Playwright's own download.
# Without any the browser tests skip, except in CI, where they fail.
set -u
python=$1

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        echo "The browser tests use $(command -v "$name")."
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium with apt-get."
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; then
        exit 0
    fi
fi
echo "Installing Playwright's Chromium."
"$python" -m playwright install chromium || echo "No browser could be installed: the browser tests will be skipped."
