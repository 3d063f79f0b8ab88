# shellcheck shell=bash
# Node.js 22 and npm: those on PATH when new enough, or else both from npm packages in .tools/node.

NODE_MAJOR=22
NPM_MAJOR=11
NODE_DIR="$ROOT/.tools/node"

major_of() { "$1" --version 2>/dev/null | sed -E 's/^v?([0-9]+).*/\1/'; }

# ensure_node: puts a fitting node and npm first on PATH.
ensure_node() {
  if [[ ! -x $NODE_DIR/bin/node ]]; then
    if [[ $(major_of node) -ge $NODE_MAJOR && $(major_of npm) -ge 10 ]]; then return; fi
    install_node
  fi
  export PATH="$NODE_DIR/bin:$PATH"
}

# The package node-linux-<cpu> is the plain Node.js program of its version, without an installation script.
install_node() {
  local cpu
  case $(uname -m) in
    x86_64) cpu=x64 ;;
    aarch64) cpu=arm64 ;;
    *) fail "there is no Node.js $NODE_MAJOR package for $(uname -m); put node $NODE_MAJOR and npm $NPM_MAJOR on PATH." ;;
  esac
  # Any npm can fetch them: the distribution's is only the first rung.
  command -v npm >/dev/null || install_packages npm
  rm -rf "$NODE_DIR"
  mkdir -p "$NODE_DIR/bin"
  step "Fetching Node.js $NODE_MAJOR and npm $NPM_MAJOR" node \
    npm install --prefix "$NODE_DIR" --no-save --no-package-lock --no-audit --no-fund \
    "node-linux-$cpu@$NODE_MAJOR" "npm@$NPM_MAJOR"
  ln -s ../node_modules/npm/bin/npm-cli.js "$NODE_DIR/bin/npm"
  ln -s ../node_modules/npm/bin/npx-cli.js "$NODE_DIR/bin/npx"
  # Last, because its presence says that all is there.
  ln -s "../node_modules/node-linux-$cpu/bin/node" "$NODE_DIR/bin/node"
}

# install_modules FOLDER: npm ci, only when the lock file is not the one that was installed last.
install_modules() {
  local folder=$1 stamp="$1/node_modules/.omnify-lock" wanted
  wanted=$(sha256sum <"$folder/package-lock.json")
  [[ ! -r $stamp || $(<"$stamp") != "$wanted" ]] || return 0
  ensure_node
  require_space 1000
  step "Installing the npm packages of ${folder#"$ROOT"/}" "npm-$(basename "$folder")" \
    npm ci --prefix "$folder" --no-audit --no-fund
  printf '%s' "$wanted" >"$stamp"
}
