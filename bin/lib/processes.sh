# shellcheck shell=bash
# Starts processes that cannot outlive us, and stops them in order.
#
# Each one runs in a session of its own, so a Ctrl-C at the terminal reaches only this shell, which then
# stops them one after the other. The kernel signals each of them when this shell dies, even by `kill -9`.

# The signals that stop politely: PostgreSQL's SIGTERM waits for its clients, SIGINT does not.
stop_signal() { if [ "$1" = postgres ]; then printf INT; else printf TERM; fi; }

declare -A PROCESS=() LOG=()
STARTED=()

# start NAME LOG COMMAND…: runs COMMAND in the background with its output in LOG.
start() {
  local name=$1 log=$2 user=()
  shift 2
  if [ "$name" = postgres ] && [ "$(id -u)" -eq 0 ]; then
    user=(--reuid="$SERVICE_USER" --regid="$(id -g "$SERVICE_USER")" --clear-groups)
  fi
  setsid setpriv "${user[@]}" --pdeathsig "$(stop_signal "$name")" -- "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- &
  PROCESS[$name]=$!
  LOG[$name]=$log
  STARTED+=("$name")
}

alive() { [ -n "${PROCESS[$1]:-}" ] && kill -0 "${PROCESS[$1]}" 2>/dev/null; }

# Forgets a process that is over and prints its exit code.
collect() {
  local status=0
  wait "${PROCESS[$1]}" 2>/dev/null || status=$?
  unset "PROCESS[$1]"
  printf '%s' "$status"
}

# stop NAME [SECONDS]: asks, waits, and kills what does not listen.
stop() {
  local name=$1 pid tenths=$((${2:-10} * 10))
  pid=${PROCESS[$name]:-}
  [ -n "$pid" ] || return 0
  kill -s "$(stop_signal "$name")" "$pid" 2>/dev/null || true
  while [ "$tenths" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  if kill -0 "$pid" 2>/dev/null; then
    say "$name did not stop in time: killed"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  wait "$pid" 2>/dev/null || true
  unset "PROCESS[$name]"
}

# The last one started is the first one stopped.
stop_all() {
  local i
  for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do stop "${STARTED[$i]}" "${1:-10}"; done
  STARTED=()
}

# Ends a process of an earlier run that was killed together with its shell: the pid in file $1, and only
# if it really works in folder $2 (pids are used again).
stop_leftover() {
  local pid tenths=100
  [ -s "$1" ] || return 0
  pid=$(head -n1 "$1")
  while [ "$tenths" -gt 0 ] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$2" ]; do
    kill -s INT "$pid" 2>/dev/null || true
    sleep 0.1
    tenths=$((tenths - 1))
  done
  rm -f "$1"
}
