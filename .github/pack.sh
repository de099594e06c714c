#!/bin/sh
# pack.sh TARGET PROGRAM FOLDER: packs a compiled program with LICENSE and README.md as
# FOLDER/rowferry-TARGET.tar.gz, or .zip for Windows.
set -eu
target=$1 program=$2 folder=$3
root=$(dirname "$0")/..
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/LICENSE" "$root/README.md" "$work"
case "$target" in
  *windows*)
    cp "$program" "$work/rowferry.exe"
    (cd "$work" && zip -q -X "$folder/rowferry-$target.zip" rowferry.exe LICENSE README.md)
    ;;
  *)
    cp "$program" "$work/rowferry"
    chmod 755 "$work/rowferry"
    tar -czf "$folder/rowferry-$target.tar.gz" -C "$work" rowferry LICENSE README.md
    ;;
esac
