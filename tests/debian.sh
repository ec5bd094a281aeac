# For the tests' set-up, to be sourced: programs that Debian's packages bring.

# After a sentence's beginning ("The tests use"), paths: name the first that is a program and end the script.
end_if_there() {
    said=$1
    shift
    for program in "$@"; do
        if [ -x "$program" ]; then
            echo "$said $program."
            exit 0
        fi
    done
}

# Set as_root to what gives a command the rights to install, empty for root itself; fail where nothing does.
may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        return 1
    fi
}

# Install a package and only what it needs.
install_package() {
    $as_root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}
