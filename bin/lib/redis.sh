# shellcheck shell=bash
# A Redis of our own on the loopback address. It keeps nothing: what must last is in PostgreSQL.

# start_redis STATE: starts it and exports REDIS_URL.
start_redis() {
  local home=$1/redis port password attempt
  mkdir -p "$home"
  password=$(kept_secret "$home/password")
  stop_leftover "$home/pid" "$home"
  port=$(cat "$home/port" 2>/dev/null || printf '%s' $((21002 + $(checkout_number) * 4)))
  for attempt in 1 2 3 4 5; do
    port=$(free_port "$port")
    (umask 077 && redis_settings "$home" "$port" "$password" >"$home/redis.conf")
    : >"$home/log"
    start redis "$home/log" redis-server "$home/redis.conf"
    if redis_is_ready "$port"; then
      printf '%s' "$port" >"$home/port"
      printf '%s\n' "${PROCESS[redis]}" >"$home/pid"
      export REDIS_URL="redis://:$password@127.0.0.1:$port/0"
      return
    fi
    stop redis
    port=$((port + 1))
  done
  cat "$home/log" >&2
  die "Redis did not start (attempt $attempt)"
}

redis_settings() {
  cat <<END
include "$ROOT/deploy/redis.conf"
bind 127.0.0.1
port $2
requirepass $3
dir "$1"
daemonize no
END
}

redis_is_ready() {
  local tenths=100
  while [ "$tenths" -gt 0 ] && alive redis; do
    if ! port_is_free "$1" && alive redis; then return 0; fi
    sleep 0.1
    tenths=$((tenths - 1))
  done
  return 1
}
