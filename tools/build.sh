# shellcheck shell=bash

command_build() {
  [[ $# -eq 0 ]] || fail "build takes no arguments."
  build_release
  build_web
  say "Built build/release and what there is of web/dist."
}
