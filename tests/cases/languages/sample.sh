#!/usr/bin/env bash
set -euo pipefail
source ./lib.sh

readonly VERSION="1.2"
export TARGET=build

# Prints a message in green.
say() {
  local text="$1"
  printf '%s\n' "$text"
}

function install_all {
  for tool in "$@"; do
    say "installing $tool"
    fetch_tool "$tool"
  done
}

alias ll='ls -l'

install_all "$@"
