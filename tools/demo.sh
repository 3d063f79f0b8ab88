# shellcheck shell=bash

command_demo() {
  local port=8080 data="$ROOT/data/demo" options=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --port) port=${2:?"dev: --port needs a number"} && shift 2 ;;
      --data) data=$(realpath -m -- "${2:?"dev: --data needs a folder"}") && shift 2 ;;
      --no-browser) options+=("$1") && shift ;;
      *) fail "demo does not know \"$1\"; it takes --port N, --data DIR and --no-browser." ;;
    esac
  done
  if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)); then fail "\"$port\" is not a port: give 1 to 65535."; fi
  refuse_busy_port "$port"
  build_release
  build_web
  start "$RELEASE_DIR/bin/omnify" demo --port "$port" --data "$data" "${options[@]}"
}

# Before the first build, so that nobody waits minutes to be told. Later the program itself tells a stranger on the port
# from what a killed demonstration left behind.
refuse_busy_port() {
  [[ ! -x $RELEASE_DIR/bin/omnify ]] || return 0
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    fail "port $1 is in use by another program; choose another: ./dev demo --port N"
  fi
}
