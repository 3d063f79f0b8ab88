# shellcheck shell=bash

command_bench() {
  build_benchmarks
  start "$ROOT/build/release-bench/bin/omnify-bench" "$@"
}
