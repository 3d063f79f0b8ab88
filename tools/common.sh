# shellcheck shell=bash
# Sourced by ./dev: paths, messages, and long steps shown with progress.

LOG_DIR="$ROOT/build/logs"
RELEASE_DIR="$ROOT/build/release"
export RELEASE_DIR

# ccache may reuse objects that were compiled with a precompiled header only with this.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}

# Node.js brings its own certificate authorities; a company's own are in the system's bundle.
if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -r /etc/ssl/certs/ca-certificates.crt ]]; then
  export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi

say() { printf '%s\n' "$*"; }

fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

free_megabytes() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

# require_space MEGABYTES: refuses to begin what would fill the disk in the middle.
require_space() {
  local free
  free=$(free_megabytes "$ROOT")
  ((free >= $1)) || fail "the disk that holds $ROOT has $free MB free, and this needs about $1 MB; make room and start again."
}

# show_progress LABEL LOG: copies its input to the log; shows the newest line on a terminal, or one line every 20 seconds.
show_progress() {
  local label=$1 log=$2 line width=100 started=$SECONDS last=$SECONDS terminal=
  if [[ -t 1 ]]; then
    terminal=1
    width=$(tput cols 2>/dev/null || printf 100)
  fi
  say "$label …"
  while IFS= read -r line; do
    printf '%s\n' "$line" >&3
    if [[ -n $terminal ]]; then
      line="  ${line//[$'\r\e\t']/ }"
      printf '\r\e[K%s' "${line:0:width-1}"
    elif ((SECONDS - last >= 20)); then
      last=$SECONDS
      printf '  %s\n' "${line:0:width}"
    fi
  done 3>"$log" || true
  [[ -z $terminal ]] || printf '\r\e[K'
  if ((SECONDS - started >= 2)); then say "  took $((SECONDS - started)) s"; fi
}

# step LABEL LOG PROGRAM ARGUMENTS...: runs a program, with its output in build/logs/LOG.log, and ends the command if it fails.
step() {
  local label=$1 log="$LOG_DIR/$2.log" status
  shift 2
  mkdir -p "$LOG_DIR" || fail "cannot create $LOG_DIR."
  set +o errexit
  "$@" </dev/null 2>&1 | show_progress "$label" "$log"
  status=${PIPESTATUS[0]}
  set -o errexit
  [[ $status -eq 0 ]] || explain_failure "$label" "$log" "$status"
}

explain_failure() {
  local label=$1 log=$2 status=$3 free
  free=$(free_megabytes "$ROOT")
  if ((free < 50)) || grep -qs 'No space left on device' "$log"; then
    fail "$label failed: the disk is full ($free MB free for $ROOT); make room and start again."
  fi
  tail -n 25 "$log" >&2 || true
  fail "$label failed with exit code $status; the whole log is $log"
}

# lock NAME … unlock: one ./dev at a time changes what NAME stands for. A process that dies lets go of its lock.
lock() {
  mkdir -p "$ROOT/build"
  exec {lock_descriptor}>"$ROOT/build/.$1.lock"
  flock --nonblock "$lock_descriptor" && return
  say "Waiting for another ./dev that is at work on $1 …"
  flock "$lock_descriptor"
}

unlock() { exec {lock_descriptor}>&-; }
