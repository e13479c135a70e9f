# shellcheck shell=bash
# The steps of bin/dev around its services: settings, data, processes.

PROGRAMS=(sandbox api worker)

start_private_database() {
  start_postgres "$STATE" -c max_connections=100 -c log_min_messages=warning
  ensure_database cartwright
  export DATABASE_URL="$POSTGRES_URL/cartwright"
}

# Fills in every setting that the environment and .env leave open.
choose_addresses() {
  local port
  port=$(free_port 8080)
  export CARTWRIGHT_PROFILE=${CARTWRIGHT_PROFILE:-development}
  export API_LISTEN=${API_LISTEN:-127.0.0.1:$port}
  export PUBLIC_URL=${PUBLIC_URL:-http://localhost:${API_LISTEN##*:}}
  export WORKER_LISTEN=${WORKER_LISTEN:-127.0.0.1:$(free_port $((port + 1)))}
  export API_METRICS_LISTEN=${API_METRICS_LISTEN:-127.0.0.1:$(free_port 9464)}
  export WORKER_METRICS_LISTEN=${WORKER_METRICS_LISTEN:-127.0.0.1:$(free_port $((${API_METRICS_LISTEN##*:} + 1)))}
  export SANDBOX_LISTEN=${SANDBOX_LISTEN:-127.0.0.1:$(free_port 8090)}
  export SANDBOX_URL=${SANDBOX_URL:-http://$SANDBOX_LISTEN}
  export SANDBOX_LEDGER=${SANDBOX_LEDGER:-$STATE/sandbox.ledger}
  export SANDBOX_SECRET=${SANDBOX_SECRET:-$(kept_secret "$STATE/sandbox.secret")}
  export MAIL_TRANSPORT=${MAIL_TRANSPORT:-mailbox}
  export MAILBOX_DIR=${MAILBOX_DIR:-$STATE/mailbox}
  mkdir -p "$MAILBOX_DIR"
}

# The demo shop loads while the programs start: after the first time nothing changes by it.
prepare_shop() {
  quietly "api migrate" target/debug/api migrate || exit 1
  : >"$STATE/log/seed-demo.log"
  start seed-demo "$STATE/log/seed-demo.log" target/debug/api seed-demo
}

finish_shop() {
  if ! wait "${PROCESS["seed-demo"]}"; then
    cat "$STATE/log/seed-demo.log" >&2
    die "the demo shop could not be loaded"
  fi
  unset 'PROCESS["seed-demo"]'
}

start_shop() {
  local name
  for name in "${PROGRAMS[@]}"; do : >"$STATE/log/$name.log"; done
  start sandbox "$STATE/log/sandbox.log" target/debug/api sandbox
  start api "$STATE/log/api.log" target/debug/api serve
  start worker "$STATE/log/worker.log" target/debug/worker run
  for name in "${PROGRAMS[@]}"; do follow "$name"; done
  finish_shop
  local tenths=300
  until answers "$API_LISTEN" /readyz; do
    all_alive || exit 1
    tenths=$((tenths - 1))
    [ "$tenths" -gt 0 ] || die "the API is not ready after 30 seconds"
    sleep 0.1
  done
}

# Shows a log with its program's name before each line, for as long as the program lives.
follow() {
  # shellcheck disable=SC2016  # expanded by the inner shell
  setsid setpriv --pdeathsig KILL -- bash -c \
    'tail -n +1 -f -s 0.2 --pid="$2" "$3" | sed -u "s/^/$(printf "%-7s" "$1") │ /"' \
    follow "$1" "${PROCESS[$1]}" "$STATE/log/$1.log" </dev/null 8>&- 9>&- &
}

# answers HOST:PORT PATH: whether a GET is answered with 200.
answers() {
  local status
  exec 3<>"/dev/tcp/${1%:*}/${1##*:}" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
  IFS= read -r -t 5 status <&3 || status=
  exec 3<&- 3>&-
  [[ $status == "HTTP/1.1 200"* ]]
} 2>/dev/null

print_addresses() {
  cat >&2 <<END

  GraphiQL   $PUBLIC_URL/graphiql
  API        $PUBLIC_URL/graphql
  Mailbox    $PUBLIC_URL/mailbox
  Metrics    http://$API_METRICS_LISTEN/metrics, http://$WORKER_METRICS_LISTEN/metrics
  Database   $(sed -E 's#//[^@]*@#//…@#' <<<"$DATABASE_URL")

  Ready after $SECONDS s. Ctrl-C stops everything.

END
}

# Says which program died, if one did.
all_alive() {
  local name whole=0
  for name in "${!PROCESS[@]}"; do
    if ! alive "$name"; then
      say "$name died with exit code $(collect "$name"); its log: ${LOG[$name]}"
      unset "PROCESS[$name]"
      whole=1
    fi
  done
  return "$whole"
}

watch_shop() {
  while all_alive; do wait -n || true; done
  sleep 0.5 # lets the followers show the last lines
  exit 1
}
