#!/bin/sh
# Installs rowferry: downloads the archive for this machine, checks its SHA-256 sum, and puts the
# program into a folder of yours.
#
#   curl -fsSL https://github.com/rowferry/rowferry/releases/latest/download/install.sh | sh
#
# INSTALL_VERSION   the release, e.g. v0.1.0 (the latest)
# INSTALL_DIR       the folder (~/.local/bin)
# INSTALL_BASE_URL  where the archives and SHA256SUMS lie: a URL or a local folder
set -eu

releases=https://github.com/rowferry/rowferry/releases

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

# Prints the target triple of this machine.
target() {
  case "$(uname -s)" in
    Linux)
      # musl's ldd names itself on stderr; the program needs glibc.
      if ldd --version 2>&1 | grep -qi musl; then fail "this Linux uses musl; rowferry needs glibc"; fi
      os=unknown-linux-gnu
      ;;
    Darwin) os=apple-darwin ;;
    *) fail "no archive for $(uname -s); on Windows take the .zip from $releases" ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) echo "x86_64-$os" ;;
    aarch64 | arm64) echo "aarch64-$os" ;;
    *) fail "no archive for $(uname -m) processors" ;;
  esac
}

# fetch SOURCE FILE: copies a URL or a local file.
fetch() {
  case "$1" in
    http://* | https://*)
      if command -v curl >/dev/null; then
        curl -fsSL --proto-redir =https --retry 3 -o "$2" "$1"
      elif command -v wget >/dev/null; then
        wget -q -O "$2" "$1"
      else
        fail "neither curl nor wget is installed"
      fi
      ;;
    *) cp "${1#file://}" "$2" ;;
  esac || fail "cannot fetch $1"
}

# Prints the SHA-256 sum of standard input.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum
  elif command -v shasum >/dev/null; then
    shasum -a 256
  else
    fail "neither sha256sum nor shasum is installed, so the archive can't be checked"
  fi | cut -d ' ' -f 1
}

# verify ARCHIVE SUMS: fails unless SUMS lists the archive's name with the sum that it has.
verify() {
  name=${1##*/}
  expected=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$2")
  [ -n "$expected" ] || fail "SHA256SUMS does not list $name"
  actual=$(sha256 <"$1")
  [ "$actual" = "$expected" ] || fail "the SHA-256 sum of $name is $actual, and not $expected"
}

main() {
  archive=rowferry-$(target).tar.gz
  if [ -n "${INSTALL_BASE_URL:-}" ]; then
    base=$INSTALL_BASE_URL
  elif [ -n "${INSTALL_VERSION:-}" ]; then
    base=$releases/download/$INSTALL_VERSION
  else
    base=$releases/latest/download
  fi
  folder=${INSTALL_DIR:-$HOME/.local/bin}

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  fetch "$base/SHA256SUMS" "$work/SHA256SUMS"
  fetch "$base/$archive" "$work/$archive"
  verify "$work/$archive" "$work/SHA256SUMS"
  tar -xzf "$work/$archive" -C "$work" rowferry || fail "$archive can't be unpacked"

  mkdir -p "$folder"
  # Renaming within the folder replaces a program that is running without touching its bytes.
  cp "$work/rowferry" "$folder/.rowferry.new"
  chmod 755 "$folder/.rowferry.new"
  mv -f "$folder/.rowferry.new" "$folder/rowferry"
  "$folder/rowferry" --version || fail "$folder/rowferry is installed but does not run here"
  echo "installed $folder/rowferry"
  case ":$PATH:" in
    *":$folder:"*) ;;
    *) echo "$folder is not on your PATH yet" ;;
  esac
}

# On the last line, so that a download cut short does nothing.
main
