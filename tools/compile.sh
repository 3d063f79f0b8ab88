# shellcheck shell=bash
# Configures and builds the C++ trees and the web app; quick when nothing changed.

# configure FOLDER OPTION...: runs CMake when the folder is new or was configured with other options.
configure() {
  local folder=$1 stamp="$1/.omnify-options"
  shift
  local options=(-G Ninja -DCMAKE_CXX_COMPILER=clang++-19 "$@")
  if [[ -f $folder/build.ninja && -r $stamp && $(<"$stamp") == "${options[*]}" ]]; then return; fi
  require_space 3000
  step "Configuring ${folder#"$ROOT"/}" "configure-$(basename "$folder")" cmake -S "$ROOT" -B "$folder" "${options[@]}"
  printf '%s' "${options[*]}" >"$stamp"
}

# The compiler refuses a precompiled header once a file that it was made of has another date, which an upgrade of
# packages gives it; Ninja does not notice, because that date may still lie before the last build. When it was put there
# (ctime) does not lie.
forget_outdated_headers() {
  local header changed
  [[ -d $1 ]] || return 0
  while IFS= read -r header; do
    # shellcheck disable=SC2185 # the paths are on standard input
    changed=$(ninja -C "$1" -t deps "${header#"$1"/}" 2>/dev/null | sed -n 's/^    //p' | tr '\n' '\0' |
      find -files0-from - -maxdepth 0 -newerct "@$(stat -c %Y "$header")" -print -quit 2>/dev/null || true)
    [[ -z $changed ]] || rm -f "$header"
  done < <(find "$1" -name 'cmake_pch.hxx.pch')
}

# compile FOLDER TARGET...
compile() {
  local folder=$1
  shift
  forget_outdated_headers "$folder"
  step "Building ${folder#"$ROOT"/}" "build-$(basename "$folder")" ninja -C "$folder" "$@"
}

build_release() {
  install_packages build
  lock release
  configure "$RELEASE_DIR" -DCMAKE_BUILD_TYPE=Release -DOMNIFY_TESTS=OFF -DOMNIFY_BENCHMARKS=OFF
  compile "$RELEASE_DIR" all
  unlock
}

# Everything with AddressSanitizer and UndefinedBehaviorSanitizer. -O1: see docs/development.md for why.
build_asan() {
  install_packages build test
  lock asan
  configure "$ROOT/build/asan" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DOMNIFY_SANITIZE=ON -DOMNIFY_TESTS=ON
  compile "$ROOT/build/asan" all
  unlock
}

build_benchmarks() {
  install_packages build bench
  lock release-bench
  configure "$ROOT/build/release-bench" -DCMAKE_BUILD_TYPE=Release -DOMNIFY_TESTS=OFF -DOMNIFY_BENCHMARKS=ON
  compile "$ROOT/build/release-bench" all
  unlock
}

# One hash of everything that the web app's build reads.
web_sources_hash() {
  find "$ROOT/web" \( -name node_modules -o -name dist -o -name test-results -o -name playwright-report \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

build_web() {
  [[ -f $ROOT/web/package.json ]] || return 0
  local stamp="$ROOT/build/.web-sources" wanted
  lock web
  install_modules "$ROOT/web"
  wanted=$(web_sources_hash)
  if [[ ! -f $ROOT/web/dist/index.html || ! -r $stamp || $(<"$stamp") != "$wanted" ]]; then
    ensure_node
    step "Building the web app" web npm run build --prefix "$ROOT/web"
    printf '%s' "$wanted" >"$stamp"
  fi
  unlock
}

# start PROGRAM ARGUMENTS...: becomes that program.
start() {
  [[ -x $1 ]] || fail "there is no program ${1#"$ROOT"/} in this version of the sources."
  exec "$@"
}
