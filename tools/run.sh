# shellcheck shell=bash

command_run() {
  build_release
  build_web
  exec "$RELEASE_DIR/bin/omnify" serve "$@"
}
