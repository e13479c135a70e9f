# shellcheck shell=bash
# Builds the programs. Always the whole workspace: one package alone chooses other features and compiles
# everything again.

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
