# shellcheck shell=bash
# Installs what is missing on Debian and Ubuntu. Nothing is asked of the network when all is there.

# The newest PostgreSQL server on this machine; its folder holds initdb and postgres.
postgres_bin() {
  local folder newest=
  for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ]; then newest=$folder; fi
  done
  if [ -z "$newest" ] && have initdb && have postgres; then newest=$(dirname "$(command -v initdb)"); fi
  [ -n "$newest" ] || return 1
  (
    version=$("$newest/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    [ "$version" -ge 15 ]
  ) || die "PostgreSQL 15 or newer is needed; $newest is older"
  printf '%s' "$newest"
}

node_is_usable() {
  have node && have npm && [ "$(node --version | sed -E 's/^v([0-9]+).*/\1/')" -ge 18 ]
}

# Installs the named Debian packages, as root or through sudo.
apt_install() {
  [ "$#" -gt 0 ] || return 0
  have apt-get || die "missing: $*. Install them with your system's package manager, then start again"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || die "missing: $*. Ask an administrator for: apt-get install $*"
    as_root=(sudo)
  fi
  say "installing $* …"
  if [[ " $* " == *" postgresql "* ]]; then refuse_main_cluster "${as_root[@]}"; fi
  quietly "apt-get update" "${as_root[@]}" apt-get update -q ||
    die "the package lists could not be fetched. Missing: $*"
  quietly "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" || die "missing: $*"
}

# Debian starts a system-wide cluster with the server package; we bring our own and want none.
refuse_main_cluster() {
  [ ! -d /etc/postgresql ] || return 0
  "$@" mkdir -p /etc/postgresql-common/createcluster.d
  printf '%s\n' 'create_main_cluster = false' |
    "$@" tee /etc/postgresql-common/createcluster.d/no-main-cluster.conf >/dev/null
}

is_ubuntu() { [ -r /etc/os-release ] && grep -q '^ID=ubuntu$' /etc/os-release; }

# Installs the packages behind the named needs: database, cache, compiler, node, shell-lint, browser, wrong-clocks.
need() {
  local missing=() want
  for want in "$@"; do
    case $want in
      database) [ -n "${DATABASE_URL:-}" ] || postgres_bin >/dev/null || missing+=(postgresql) ;;
      cache) [ -n "${REDIS_URL:-}" ] || have redis-server || missing+=(redis-server) ;;
      compiler)
        have cc || missing+=(gcc libc6-dev)
        have curl || have cargo || missing+=(curl ca-certificates)
        ;;
      node)
        have node || missing+=(nodejs)
        have npm || missing+=(npm)
        ;;
      wrong-clocks) have faketime || missing+=(faketime) ;;
      shell-lint) have shellcheck || missing+=(shellcheck) ;;
      browser)
        # Ubuntu has Chromium under another name.
        have chromium || have chromium-browser || have google-chrome ||
          missing+=("$(is_ubuntu && printf chromium-browser || printf chromium)")
        ;;
      *) die "no package is known for \`$want\`" ;;
    esac
  done
  apt_install "${missing[@]}"
}

# Prints where promtool is. Its package would start a Prometheus, so it is unpacked under .dev instead of
# installed.
promtool_bin() {
  local home=$ROOT/.dev/promtool as_root=()
  if have promtool; then
    command -v promtool
    return
  fi
  if ! [ -x "$home/usr/bin/promtool" ]; then
    have apt-get || die "missing: promtool. Install Prometheus, then start again"
    say "fetching promtool …"
    rm -rf "$home" "$home.new"
    mkdir -p "$home.new"
    if ! (cd "$home.new" && apt-get download -q prometheus >/dev/null 2>&1); then
      [ "$(id -u)" -eq 0 ] || as_root=(sudo)
      quietly "apt-get update" "${as_root[@]}" apt-get update -q || die "the package lists could not be fetched"
      (cd "$home.new" && quietly "apt-get download" apt-get download -q prometheus) || die "missing: promtool"
    fi
    dpkg-deb --extract "$home.new"/prometheus_*.deb "$home.new"
    rm "$home.new"/prometheus_*.deb
    mv "$home.new" "$home"
  fi
  printf '%s' "$home/usr/bin/promtool"
}

# The Rust that Cargo.toml names, by rustup when it is not there.
need_rust() {
  local wanted
  wanted=$(sed -nE 's/^rust-version = "([0-9.]+)"$/\1/p' "$ROOT/Cargo.toml")
  if ! have cargo && [ -x "$HOME/.cargo/bin/cargo" ]; then export PATH="$HOME/.cargo/bin:$PATH"; fi
  if have cargo && rust_is_at_least "$wanted"; then return; fi
  say "installing Rust $wanted …"
  if have rustup; then
    quietly "rustup" rustup toolchain install "$wanted.0" --profile minimal -c clippy -c rustfmt ||
      die "Rust $wanted could not be installed"
    export RUSTUP_TOOLCHAIN="$wanted.0"
  elif have cargo; then
    die "Rust $wanted or newer is needed, this is $(cargo --version)"
  else
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
      quietly "rustup" sh -s -- -y --no-modify-path --profile minimal -c clippy -c rustfmt \
        --default-toolchain "$wanted.0" || die "Rust $wanted could not be installed (see rustup.rs)"
    export PATH="$HOME/.cargo/bin:$PATH"
  fi
}

rust_is_at_least() {
  local have_version
  have_version=$(cargo --version | cut -d' ' -f2)
  [ "$(printf '%s\n%s\n' "$1" "$have_version" | sort -V | head -n1)" = "$1" ]
}
