# shellcheck shell=bash
# Builds the programs. Always the whole workspace: one package alone chooses other features and compiles
# everything again.

# Without optimisation the futures of a whole purchase take more than the 2 MiB that a thread has otherwise.
export RUST_MIN_STACK=8388608

# The build runs behind `wait`, because only then a signal is heard before it is over.
build() {
  local profile=(--quiet)
  [ -x target/debug/api ] && [ -x target/debug/worker ] || profile=()
  cargo build --workspace --bins --locked "${profile[@]}" 8>&- 9>&- &
  PROCESS["build"]=$!
  STARTED+=(build)
  wait "${PROCESS["build"]}" || die "the build failed"
  unset 'PROCESS["build"]'
}
