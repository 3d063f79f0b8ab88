# shellcheck shell=bash

command_bench() {
  build_benchmarks
  exec "$ROOT/build/release-bench/bin/omnify-bench" "$@"
}
