# shellcheck shell=bash
# What every command shares: where we are, how we speak, and how we find a free port.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
export ROOT

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a noisy command quietly: its output is shown only when it fails.
quietly() {
  local what=$1 log status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    say "error: $what failed (exit code $status)"
  fi
  rm -f "$log"
  return "$status"
}

random_hex() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Prints a secret kept in file $1, which is made on first use and readable by its owner only.
kept_secret() {
  [ -s "$1" ] || (umask 077 && random_hex >"$1")
  cat "$1"
}

# A number between 0 and 999 that is the same for every start in this checkout.
checkout_number() { printf '%s' "$(($(printf '%s' "$ROOT" | cksum | cut -d' ' -f1) % 1000))"; }

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the first port at or above $1 on which nothing listens.
free_port() {
  local port=$1 last=$(($1 + 400))
  while [ "$port" -lt "$last" ]; do
    if port_is_free "$port"; then
      printf '%s' "$port"
      return
    fi
    port=$((port + 1))
  done
  die "no free port between $1 and $last"
}

# Exports the assignments of file $1 whose names are not in the environment yet.
load_env_file() {
  [ -f "$1" ] || return 0
  local line name value
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^([A-Z_][A-Z0-9_]*)=(.*)$ ]] || continue
    name=${BASH_REMATCH[1]}
    value=${BASH_REMATCH[2]}
    if [[ $value =~ ^\"(.*)\"$ ]] || [[ $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
    if [ -n "$value" ] && [ -z "${!name+set}" ]; then export "$name=$value"; fi
  done <"$1"
}
