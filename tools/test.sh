# shellcheck shell=bash
# ./dev test: runs the parts one after the other, whatever fails, and adds up their counts.

# shellcheck source=tools/lint.sh
. "$TOOLS/lint.sh"

TEST_PARTS=(cpp web e2e sdk lint)
RESULTS="$ROOT/build/test-results"

# Each part runs in a shell of its own and leaves "passed failed" in its file of counts.
record() { printf '%s %s\n' "$2" "$3" >"$RESULTS/$1.counts"; }

set_sanitizer_options() {
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:halt_on_error=1:strict_string_checks=1:detect_stack_use_after_return=1}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
  ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-19 || true)
  export ASAN_SYMBOLIZER_PATH
}

# Adds up the GoogleTest reports, without the tests that were skipped; a program that CTest saw fail without a failed test in its report died on the way.
count_cpp() {
  local folder=$1 ctest_log=$2 passed failed skipped programs_failed
  read -r passed failed < <(
    find "$folder" -name '*.xml' -exec grep -h -m1 '<testsuites ' {} + |
      sed -E 's/.* tests="([0-9]+)" failures="([0-9]+)" disabled="([0-9]+)" errors="([0-9]+)".*/\1 \2 \3 \4/' |
      awk '{ passed += $1 - $2 - $3 - $4; failed += $2 + $4 } END { print passed + 0, failed + 0 }'
  )
  programs_failed=$(sed -nE 's/.*, ([0-9]+) tests? failed out of [0-9]+.*/\1/p' "$ctest_log")
  if ((${programs_failed:-0} > failed)); then failed=$programs_failed; fi
  skipped=$(find "$folder" -name '*.xml' -exec grep -ho '<skipped' {} + | wc -l)
  record cpp "$((passed - skipped))" "$failed"
}

part_cpp() {
  local reports="$RESULTS/cpp" status=0
  build_asan
  set_sanitizer_options
  rm -rf "$reports"
  mkdir -p "$reports"
  GTEST_OUTPUT="xml:$reports/" GTEST_BRIEF=1 ctest --test-dir "$ROOT/build/asan" -j2 --output-on-failure --no-tests=error |
    tee "$reports/ctest.log" || status=$?
  count_cpp "$reports" "$reports/ctest.log"
  return "$status"
}

part_lint() {
  prepare_lint
  run_lint
  record lint "$lint_passed" "$lint_failed"
  [[ $lint_failed -eq 0 ]]
}

# Adds up the closing lines of Vitest ("Tests  1 failed | 9 passed"), Playwright ("9 passed (4s)") and Node.js ("# pass 9").
count_javascript() {
  local part=$1 log=$2 passed failed
  read -r passed failed < <(sed -E 's/\x1b\[[0-9;]*m//g' "$log" | awk '
    /^ *Tests +[0-9]/ {
      for (i = 2; i < NF; i++) { if ($(i + 1) == "passed") passed += $i; if ($(i + 1) == "failed") failed += $i }
      next
    }
    /^ +[0-9]+ passed( |$)/ { passed += $1 }
    /^ +[0-9]+ (failed|did not run|interrupted)( |$)/ { failed += $1 }
    /^[#ℹ] pass [0-9]+$/ { passed += $3 }
    /^[#ℹ] fail [0-9]+$/ { failed += $3 }
    END { print passed + 0, failed + 0 }')
  record "$part" "$passed" "$failed"
}

# run_npm_tests PART FOLDER SCRIPT
run_npm_tests() {
  local part=$1 folder=$2 script=$3 log="$RESULTS/$1.log" status=0
  NO_COLOR=1 npm run "$script" --prefix "$folder" 2>&1 | tee "$log" || status=$?
  count_javascript "$part" "$log"
  return "$status"
}

part_web() {
  install_modules "$ROOT/web"
  ensure_node
  run_npm_tests web "$ROOT/web" test
}

part_e2e() {
  install_packages build test
  build_release
  build_web
  ensure_node
  run_npm_tests e2e "$ROOT/web" e2e
}

SDK_PLATFORMS=(meta tiktok google shopify)

part_sdk() {
  local log="$RESULTS/sdk.log" platform status=0
  build_release
  for platform in "${SDK_PLATFORMS[@]}"; do install_modules "$ROOT/tests/sdk/$platform"; done
  ensure_node
  : >"$log"
  for platform in "${SDK_PLATFORMS[@]}"; do
    NO_COLOR=1 npm run test --prefix "$ROOT/tests/sdk/$platform" 2>&1 | tee -a "$log" || status=$?
  done
  count_javascript sdk "$log"
  return "$status"
}

# run_part PART: in a shell of its own, so that a failing step ends only this part.
run_part() {
  local part=$1 status passed=0 failed=0 started=$SECONDS
  rm -f "$RESULTS/$part.counts"
  say "==== $part"
  set +o errexit
  (
    set -o errexit
    "part_$part"
  )
  status=$?
  set -o errexit
  if [[ -r $RESULTS/$part.counts ]]; then read -r passed failed <"$RESULTS/$part.counts"; fi
  # A part that could not count counts as one.
  if [[ $status -ne 0 && $failed -eq 0 ]]; then failed=1; fi
  if [[ $status -eq 0 && $passed -eq 0 && $failed -eq 0 ]]; then passed=1; fi
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
  summary+=("$(printf '%-6s %8d %8d %8d s' "$part" "$passed" "$failed" $((SECONDS - started)))")
}

command_test() {
  local parts=("$@") part summary=() total_passed=0 total_failed=0
  [[ ${#parts[@]} -gt 0 ]] || parts=("${TEST_PARTS[@]}")
  for part in "${parts[@]}"; do
    [[ " ${TEST_PARTS[*]} " == *" $part "* ]] || fail "test has no part \"$part\"; the parts are: ${TEST_PARTS[*]}"
  done
  mkdir -p "$RESULTS"
  for part in "${parts[@]}"; do run_part "$part"; done
  printf '\n%-6s %8s %8s %10s\n' part passed failed time
  printf '%s\n' "${summary[@]}"
  say ""
  say "$total_passed passed, $total_failed failed"
  [[ $total_failed -eq 0 ]]
}
