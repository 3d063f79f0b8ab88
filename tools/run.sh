# shellcheck shell=bash

command_run() {
  build_release
  build_web
  start "$RELEASE_DIR/bin/omnify" serve "$@"
}
