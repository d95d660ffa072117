#!/usr/bin/env bash
# system.sh install|name: the programs Engross uses when the machine has them.
#   install  gets what is missing from Debian's packages; does nothing when nothing is missing
#   name     tells in one line what is missing; with CI=true that is a failure
set -euo pipefail

missing=() packages=()

need() { # need PACKAGE WHAT-FOR COMMAND...: any one of the commands will do
    local package=$1 what=$2 command
    shift 2
    for command in "$@"; do
        command -v "$command" >/dev/null 2>&1 && return
    done
    packages+=("$package")
    missing+=("$package ($what)")
}

need tesseract-ocr "reading scans" tesseract
need libreoffice-writer-nogui "the look of Word files" soffice libreoffice
need chromium "the browser tests" chromium
if command -v tesseract >/dev/null 2>&1 && ! tesseract --list-langs 2>/dev/null | grep -qx eng; then
    packages+=(tesseract-ocr-eng)
    missing+=("tesseract-ocr-eng (reading English scans)")
fi
if ! compgen -G "/usr/share/fonts/truetype/liberation*" >/dev/null; then
    packages+=(fonts-liberation)
    missing+=("fonts-liberation (the look of Word files)")
fi

[ ${#missing[@]} -eq 0 ] && exit 0
list=$(printf ', %s' "${missing[@]}")
list=${list:2}

if [ "${1:-}" = name ]; then
    echo "Not on this machine: $list. Everything else works; 'make system' installs them on Debian."
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your system's own tools: $list." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "Only root may install: $list." >&2; exit 1; }
    as_root=(sudo)
fi
echo "Installing $list"
log=$(mktemp)
quietly() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }; }
quietly apt-get update -q
quietly apt-get install -q -y --no-install-recommends "${packages[@]}"
rm -f "$log"
