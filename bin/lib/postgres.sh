# shellcheck shell=bash
# A PostgreSQL of our own: its own data, password and port, on the loopback address only.

# Who runs it: PostgreSQL refuses root, so root lends it to whom the checkout belongs, so that `sudo bin/dev`
# takes nothing away from them, otherwise to an account without rights.
SERVICE_USER=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
  SERVICE_USER=$(stat -c %U "$ROOT")
  if [ "$SERVICE_USER" = root ] || ! id "$SERVICE_USER" >/dev/null 2>&1; then
    if id postgres >/dev/null 2>&1; then SERVICE_USER=postgres; else SERVICE_USER=nobody; fi
  fi
fi

as_service_user() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid="$SERVICE_USER" --regid="$(id -g "$SERVICE_USER")" --clear-groups -- "$@"
  else
    "$@"
  fi
}

# Prints where the data of state folder $1 lives: inside it, or, when the service user cannot reach it (a
# checkout under /root), in a folder named after the checkout.
postgres_home() {
  local home=$1/postgres
  mkdir -p "$home"
  [ "$(id -u)" -eq 0 ] || [ -O "$home" ] ||
    die "$home belongs to $(stat -c %U "$home"): start this as root, as it was before, or remove the folder"
  chmod 700 "$home"
  if [ "$(id -u)" -eq 0 ]; then
    chown "$SERVICE_USER" "$home"
    if ! as_service_user test -x "$home"; then
      home=/var/lib/cartwright/$(printf '%s' "$home" | sha256sum | cut -c1-16)
      install -d -m 755 /var/lib/cartwright
      install -d -m 700 -o "$SERVICE_USER" "$home"
    fi
  fi
  printf '%s' "$home"
}

# start_postgres STATE SETTINGS…: starts it and sets POSTGRES_URL, the address without a database name.
start_postgres() {
  local state=$1 bin home port log attempt
  shift
  bin=$(postgres_bin)
  home=$(postgres_home "$state")
  log=$home/log
  stop_leftover "$home/data/postmaster.pid" "$home/data"
  [ -s "$home/data/PG_VERSION" ] || create_cluster "$bin" "$home"
  [ "$("$bin/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')" = "$(cat "$home/data/PG_VERSION")" ] ||
    die "$home/data was made by PostgreSQL $(cat "$home/data/PG_VERSION"); install that version or remove the folder"
  port=$(cat "$home/port" 2>/dev/null || printf '%s' $((21000 + $(checkout_number) * 4)))
  for attempt in 1 2 3 4 5; do
    port=$(free_port "$port")
    : >"$log"
    start postgres "$log" "$bin/postgres" -D "$home/data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@"
    if postgres_is_ready "$home"; then
      printf '%s' "$port" >"$home/port"
      POSTGRES_URL="postgres://cartwright:$(cat "$home/password")@127.0.0.1:$port"
      return
    fi
    stop postgres
    # Somebody was faster on this port, or a killed server's last children still hold its memory.
    if grep -q 'could not bind' "$log"; then port=$((port + 1)); else sleep 0.5; fi
  done
  cat "$log" >&2
  die "PostgreSQL did not start (attempt $attempt)"
}

create_cluster() {
  local bin=$1 home=$2
  rm -rf "$home/data"
  kept_secret "$home/password" >/dev/null
  if [ "$(id -u)" -eq 0 ]; then chown "$SERVICE_USER" "$home/password"; fi
  # The folder is made under another name and moved when whole: an interrupted initdb leaves nothing half.
  rm -rf "$home/new"
  quietly "initdb" as_service_user "$bin/initdb" -D "$home/new" -U cartwright --pwfile="$home/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --lc-ctype=C.UTF-8 --no-sync || die "no database cluster could be made"
  mv "$home/new" "$home/data"
}

# Ready is what the server itself writes into its pid file; no client is needed to ask.
postgres_is_ready() {
  local tenths=300
  while [ "$tenths" -gt 0 ] && alive postgres; do
    if [ "$(sed -n 8p "$1/data/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ]; then return 0; fi
    sleep 0.1
    tenths=$((tenths - 1))
  done
  return 1
}

# ensure_database NAME: makes it when it is not there.
ensure_database() {
  local psql
  psql=$(postgres_bin)/psql
  if [ -z "$("$psql" -X "$POSTGRES_URL/postgres" -Atc "select 1 from pg_database where datname = '$1'")" ]; then
    "$psql" -X -q "$POSTGRES_URL/postgres" -c "create database \"$1\""
  fi
}
