# shellcheck shell=bash
# A bare Debian 12 in a temporary folder: made with debootstrap, given this machine's way to the network, removed again.

FRESH_SUITE=bookworm
FRESH_BASE="$ROOT/.tools/fresh/$FRESH_SUITE.tar"

prepare_fresh_host() {
  mkdir -p "$LOG_DIR"
  local program missing=()
  for program in debootstrap git curl python3; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [[ ${#missing[@]} -eq 0 ]] || step "Installing ${missing[*]}" packages-fresh "$TOOLS/install-packages" "${missing[@]}"
  if [[ -n $(git -C "$ROOT" status --porcelain) ]]; then
    say "fresh: changes that are not committed are not part of what is tried."
  fi
  [[ -f $FRESH_BASE ]] || make_base
}

# apt's own list of where this machine gets Debian from, as lines of a sources.list.
debian_sources() {
  # shellcheck disable=SC2016 # apt's variables
  apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $1" | sort -u
}

make_base() {
  local folder mirror
  [[ -n $(debian_sources "$FRESH_SUITE") ]] || apt-get update
  mirror=$(debian_sources "$FRESH_SUITE" | awk 'NR == 1 { print $2 }')
  [[ -n $mirror ]] || fail "apt on this machine has no source of Debian $FRESH_SUITE."
  folder=$(mktemp -d "${TMPDIR:-/tmp}/omnify-base.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$folder'" EXIT
  step "Making a bare Debian 12" debootstrap debootstrap --variant=minbase "$FRESH_SUITE" "$folder" "$mirror"
  mkdir -p "$(dirname "$FRESH_BASE")"
  tar -C "$folder" -cf "$FRESH_BASE.part" .
  mv "$FRESH_BASE.part" "$FRESH_BASE"
  rm -rf "$folder"
  trap - EXIT
}

# make_root USER: sets FRESH (the folder) and FRESH_HOME (the user's home in it), with a clone of the working commit there.
make_root() {
  local user=$1 commit
  FRESH=$(mktemp -d "${TMPDIR:-/tmp}/omnify-fresh.XXXXXX")
  tar -C "$FRESH" -xf "$FRESH_BASE"
  chmod 755 "$FRESH" # the tar's own "." is the private folder that it was made in
  give_network
  mount_system_folders
  if [[ $user == root ]]; then
    FRESH_HOME="$FRESH/root"
  else
    FRESH_HOME="$FRESH/home/developer"
    add_sudo_user
  fi
  give_npm_settings
  commit=$(git -C "$ROOT" rev-parse HEAD)
  git clone --quiet --no-hardlinks "$ROOT" "$FRESH_HOME/omnify"
  git -C "$FRESH_HOME/omnify" checkout --quiet --detach "$commit"
  [[ $user == root ]] || chroot "$FRESH" chown -R developer:developer /home/developer
}

# Name resolution, package sources with apt's way to them, and certificate authorities that are not Debian's.
give_network() {
  local codename
  cp --dereference /etc/resolv.conf /etc/hosts "$FRESH/etc/"
  for codename in "$FRESH_SUITE" "$FRESH_SUITE-updates" "$FRESH_SUITE-security"; do
    debian_sources "$codename"
  done >"$FRESH/etc/apt/sources.list"
  apt-config dump Acquire >"$FRESH/etc/apt/apt.conf.d/99host"
  mkdir -p "$FRESH/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$FRESH/usr/local/share/ca-certificates" {} +
}

give_npm_settings() {
  local scope file
  command -v npm >/dev/null || return 0
  for scope in globalconfig userconfig; do
    file=$(npm config get "$scope" 2>/dev/null)
    [[ ! -r $file ]] || cat "$file" >>"$FRESH_HOME/.npmrc"
  done
}

add_sudo_user() {
  chroot "$FRESH" sh -c 'apt-get update && apt-get install -y --no-install-recommends sudo' >"$LOG_DIR/fresh-sudo.log" 2>&1 ||
    fail "sudo could not be installed in the bare Debian; see $LOG_DIR/fresh-sudo.log"
  chroot "$FRESH" useradd --create-home --shell /bin/bash developer
  printf 'developer ALL=(ALL) NOPASSWD: ALL\n' >"$FRESH/etc/sudoers.d/developer"
  chmod 440 "$FRESH/etc/sudoers.d/developer"
}

mount_system_folders() {
  mount -t proc proc "$FRESH/proc"
  mount --bind /sys "$FRESH/sys"
  mount -t tmpfs -o mode=755 tmpfs "$FRESH/dev"
  local device
  for device in null zero full random urandom tty; do
    touch "$FRESH/dev/$device"
    mount --bind "/dev/$device" "$FRESH/dev/$device"
  done
  mkdir "$FRESH/dev/shm" "$FRESH/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$FRESH/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$FRESH/dev/pts"
  ln -s pts/ptmx "$FRESH/dev/ptmx"
  ln -s /proc/self/fd "$FRESH/dev/fd"
}

# run_in_root USER PROGRAM...: in the clone, with a new login's environment and this machine's network settings.
run_in_root() {
  local user=$1 name=root variable environment
  shift
  [[ $user == root ]] || name=developer
  environment=("HOME=${FRESH_HOME#"$FRESH"}" "USER=$name" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NODE_EXTRA_CA_CERTS CI; do
    [[ -z ${!variable:-} ]] || environment+=("$variable=${!variable}")
  done
  # shellcheck disable=SC2016 # expanded inside
  exec_in_root "$name" "${environment[@]}" bash -c 'cd ~/omnify && exec "$@"' bash "$@"
}

exec_in_root() {
  local name=$1
  shift
  chroot --userspec="$name:$name" "$FRESH" env -i "$@"
}

processes_in_root() {
  local link
  for link in /proc/[0-9]*/root; do
    [[ $(readlink "$link" 2>/dev/null) != "$FRESH" ]] || basename "$(dirname "$link")"
  done
}

# Ends what still runs in the folder, unmounts all that was mounted in it, and only then deletes it.
remove_root() {
  local mounted process
  [[ -n ${FRESH:-} && -d $FRESH ]] || return 0
  for process in $(processes_in_root); do kill -KILL "$process" 2>/dev/null || true; done
  awk -v root="$FRESH/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do
    umount --lazy "$mounted"
  done
  if grep -qF " $FRESH/" /proc/mounts; then fail "$FRESH still has mounted folders; it was not deleted."; fi
  rm -rf --one-file-system "$FRESH"
  FRESH=
}
