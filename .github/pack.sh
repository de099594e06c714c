#!/bin/sh
# pack.sh TARGET PROGRAM FOLDER: packs a compiled program, with what README.md speaks of, as
# FOLDER/rowferry-TARGET.tar.gz, or .zip for Windows.
set -eu
target=$1 program=$2 folder=$3
root=$(dirname "$0")/..
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
set -- LICENSE README.md CHANGELOG.md .env_sample docs examples
for text in "$@"; do cp -R "$root/$text" "$work"; done
cp "$(dirname "$program")/THIRD_PARTY_NOTICES.txt" "$work"
set -- "$@" THIRD_PARTY_NOTICES.txt
case "$target" in
  *windows*)
    cp "$program" "$work/rowferry.exe"
    (cd "$work" && zip -q -X -r "$folder/rowferry-$target.zip" rowferry.exe "$@")
    ;;
  *)
    cp "$program" "$work/rowferry"
    chmod 755 "$work/rowferry"
    tar -czf "$folder/rowferry-$target.tar.gz" -C "$work" rowferry "$@"
    ;;
esac
