# shellcheck shell=bash
# ./dev fresh: the README's two commands on a bare Debian 12, made for it and thrown away, as root and as a user with sudo.

# shellcheck source=tools/fresh-root.sh
. "$TOOLS/fresh-root.sh"

command_fresh() {
  local only="demo test" users="root sudo" user
  while [[ $# -gt 0 ]]; do
    case $1 in
      --only) only=${2:?"dev: --only needs demo or test"} && shift 2 ;;
      --user) users=${2:?"dev: --user needs root or sudo"} && shift 2 ;;
      *) fail "fresh does not know \"$1\"; it takes --only demo|test and --user root|sudo." ;;
    esac
  done
  [[ $only =~ ^(demo|test|demo\ test)$ ]] || fail "--only takes demo or test."
  [[ $users =~ ^(root|sudo|root\ sudo)$ ]] || fail "--user takes root or sudo."
  [[ $EUID -eq 0 ]] || fail "fresh changes the root folder of processes and so must be started as root: sudo ./dev fresh"
  prepare_fresh_host
  trap remove_root EXIT
  trap 'exit 130' INT TERM
  for user in $users; do
    make_root "$user"
    [[ $only == test ]] || check_demo "$user"
    [[ $only == demo ]] || check_tests "$user"
    remove_root
  done
  say "fresh: $only as $users: all passed"
}

# check_demo USER: the demonstration starts, shows spend, starts again quickly and leaves nothing running.
check_demo() {
  local user=$1 port started
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  say "==== fresh: ./dev demo as $user"
  start_demo "$user" "$port" 2400
  check_overview "$FRESH_HOME/omnify/data/demo/demo.json"
  stop_demo
  started=$(date +%s%N)
  start_demo "$user" "$port" 60
  started=$((($(date +%s%N) - started) / 1000000))
  say "fresh: the second start took $started ms to a usable page"
  stop_demo
  ((started <= 5000)) || fail "the second start took $started ms; 5,000 are allowed."
}

# start_demo USER PORT SECONDS: in a process group of its own, as a terminal would, so that it can be sent a Ctrl-C.
start_demo() {
  local user=$1 port=$2 deadline=$((SECONDS + $3)) pause=0.1
  # Only a quick start is measured; beside a build, asking often would slow it down.
  (($3 <= 60)) || pause=2
  set -o monitor
  run_in_root "$user" ./dev demo --no-browser --port "$port" </dev/null &
  demo_pid=$!
  set +o monitor
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/api/v1/health/ready" ||
    curl --silent --fail --output /dev/null "http://127.0.0.1:$port/api/health/ready"; do
    kill -0 "$demo_pid" 2>/dev/null || fail "./dev demo ended before its page could be used."
    ((SECONDS < deadline)) || fail "./dev demo showed no usable page within $3 s."
    sleep "$pause"
  done
  until [[ -s $FRESH_HOME/omnify/data/demo/demo.json ]]; do
    kill -0 "$demo_pid" 2>/dev/null || fail "./dev demo ended before it wrote demo.json."
    ((SECONDS < deadline)) || fail "./dev demo wrote no demo.json within $3 s."
    sleep "$pause"
  done
  curl --silent --fail --output /dev/null "http://127.0.0.1:$port/" || fail "the web page is not served."
}

stop_demo() {
  local deadline=$((SECONDS + 30)) left
  kill -INT -- "-$demo_pid"
  while kill -0 "$demo_pid" 2>/dev/null; do
    ((SECONDS < deadline)) || fail "./dev demo did not stop within 30 s of Ctrl-C."
    sleep 0.1
  done
  left=$(processes_in_root)
  [[ -z $left ]] || fail "./dev demo left processes behind: $(xargs ps -o pid=,args= -p <<<"$left")"
  say "fresh: Ctrl-C stopped everything"
}

# check_overview DEMO_JSON: logs in as the printed user, and asks for what the dashboard shows.
check_overview() {
  local url credentials jar="$FRESH/cookies" answer
  url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"].rstrip("/"))' "$1")
  credentials=$(python3 -c '
import json, sys
demo = json.load(open(sys.argv[1]))
print(json.dumps({"email": demo["email"], "password": demo["password"]}))' "$1")
  curl --silent --show-error --fail-with-body --cookie-jar "$jar" -H 'Content-Type: application/json' -H "Origin: $url" \
    --data "$credentials" --output /dev/null "$url/api/v1/session"
  answer=$(curl --silent --show-error --fail-with-body --cookie "$jar" \
    "$url/api/v1/overview?start=$(date -u -d '90 days ago' +%F)&end=$(date -u +%F)")
  python3 -c '
import json, sys
spend = json.loads(sys.argv[1])["totals"]["spend"]
print("fresh: spend of 90 days:", spend)
sys.exit(0 if float(spend) > 0 else "fresh: the dashboard shows no spend.")' "$answer"
}

check_tests() {
  say "==== fresh: ./dev test as $1"
  run_in_root "$1" ./dev test </dev/null
}
