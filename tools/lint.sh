# shellcheck shell=bash
# Every check that reads the sources without running them. Each counts as one in ./dev test.

LINT_CHECKS=(format layers layers_self_test headers tidy shell web)

cpp_files() { find "$ROOT"/{src,sandbox,tests,bench} -name node_modules -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0; }

lint_format() { cpp_files | xargs -0 clang-format-19 --dry-run --Werror; }

lint_layers() { "$TOOLS/check-layers"; }

# The check must find exactly what is wrong in a tree made to be wrong.
lint_layers_self_test() {
  local fixture="$TOOLS/fixtures/layers" found
  found=$("$TOOLS/check-layers" "$fixture") && return 1
  diff "$fixture/expected.txt" - <<<"$found"
}

lint_headers() { "$TOOLS/check-cpp" headers "$ROOT/build/lint"; }

lint_tidy() { "$TOOLS/check-cpp" tidy "$ROOT/build/lint"; }

lint_shell() { (cd "$ROOT" && shellcheck --external-sources dev .ci/run tools/*.sh tools/install-packages); }

lint_web() {
  install_modules "$ROOT/web"
  ensure_node
  npm run --silent lint --prefix "$ROOT/web"
}

# The compile commands, and the precompiled header that clang-tidy reads like the compiler does.
prepare_lint() {
  install_packages build test
  lock lint
  configure "$ROOT/build/lint" -DCMAKE_BUILD_TYPE=Debug -DOMNIFY_TESTS=ON -DOMNIFY_BENCHMARKS=ON
  compile "$ROOT/build/lint" src/CMakeFiles/omnify_precompiled.dir/cmake_pch.hxx.pch
  unlock
}

# run_lint: runs every check, and sets lint_passed and lint_failed.
run_lint() {
  local check
  lint_passed=0 lint_failed=0
  for check in "${LINT_CHECKS[@]}"; do
    say "== lint: ${check//_/ }"
    if "lint_$check"; then
      lint_passed=$((lint_passed + 1))
    else
      lint_failed=$((lint_failed + 1))
      say "lint: ${check//_/ } FAILED"
    fi
  done
}

command_lint() {
  [[ $# -eq 0 ]] || fail "lint takes no arguments."
  prepare_lint
  run_lint
  say "$lint_passed passed, $lint_failed failed"
  [[ $lint_failed -eq 0 ]]
}
