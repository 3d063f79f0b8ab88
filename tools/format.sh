# shellcheck shell=bash

# shellcheck source=tools/lint.sh
. "$TOOLS/lint.sh"

command_format() {
  [[ $# -eq 0 ]] || fail "format takes no arguments."
  install_packages test
  cpp_files | xargs -0 clang-format-19 -i
  [[ -f $ROOT/web/package.json ]] || return 0
  install_modules "$ROOT/web"
  ensure_node
  npm run format --prefix "$ROOT/web"
}
