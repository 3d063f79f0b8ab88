# shellcheck shell=bash
# The system's packages that OmniFy needs, and how they are installed.

# Sets boost, postgresql (versions) and browser for the distribution that we are on.
read_distribution() {
  local identity
  identity=$(. /etc/os-release 2>/dev/null && printf '%s-%s' "${ID:-unknown}" "${VERSION_ID:-}")
  browser=(chromium)
  case $identity in
    debian-12) boost=1.81 postgresql=15 ;;
    debian-13) boost=1.83 postgresql=17 ;;
    # Ubuntu's chromium is a snap, which cannot be installed everywhere.
    ubuntu-24.04) boost=1.83 postgresql=16 browser=() ;;
    *)
      fail "packages are known for Debian 12, Debian 13 and Ubuntu 24.04, and this is $identity: install what" \
        "tools/packages.sh lists and set OMNIFY_SKIP_PACKAGES=1."
      ;;
  esac
}

# packages_of GROUP: build | test | bench | npm
packages_of() {
  local boost postgresql browser
  read_distribution
  case $1 in
    build)
      printf '%s\n' clang-19 mold ccache cmake ninja-build pkg-config git ca-certificates tzdata \
        "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev" \
        "postgresql-$postgresql" libpq-dev libcurl4-openssl-dev libssl-dev libargon2-dev libsimdjson-dev \
        libspdlog-dev libfmt-dev libcli11-dev libeigen3-dev libhowardhinnant-date-dev prometheus-cpp-dev \
        libbrotli-dev libdeflate-dev libpugixml-dev
      ;;
    test)
      # llvm-19 turns the addresses of a sanitizer's report into file and line.
      printf '%s\n' clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 libgtest-dev libgmock-dev \
        openssl python3 shellcheck fonts-liberation "${browser[@]}"
      ;;
    bench) printf '%s\n' libbenchmark-dev ;;
    npm) printf '%s\n' nodejs npm ;;
    *) fail "there is no package group $1." ;;
  esac
}

missing_packages() {
  local wanted
  wanted=$(for group in "$@"; do packages_of "$group"; done)
  # shellcheck disable=SC2086 # one word each
  { dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' $wanted 2>/dev/null || true; } |
    sed -n 's/^.i //p' | sort -u | comm -13 - <(sort -u <<<"$wanted")
}

# Prints the words that run a program as root: none for root itself.
as_root() {
  [[ $EUID -ne 0 ]] || return 0
  command -v sudo >/dev/null || fail "these packages are missing and there is no sudo; as root run: apt-get install $*"
  if ! sudo -n true 2>/dev/null; then
    [[ -t 0 ]] || fail "these packages are missing and sudo asks for a password; run: sudo apt-get install $*"
    sudo -v || fail "sudo refused; as root run: apt-get install $*"
  fi
  printf 'sudo\n'
}

# install_packages GROUP...: installs what is missing of the groups; costs milliseconds when nothing is.
install_packages() {
  local missing prefix
  [[ -z ${OMNIFY_SKIP_PACKAGES:-} ]] || return 0
  missing=$(missing_packages "$@")
  [[ -n $missing ]] || return 0
  mapfile -t missing <<<"$missing"
  prefix=$(as_root "${missing[@]}")
  require_space 3000
  step "Installing ${#missing[@]} system packages and what they need" "packages-${1}" \
    ${prefix:+"$prefix"} "$TOOLS/install-packages" "${missing[@]}"
}
