#!/usr/bin/env bash
# environment.sh VENV PYTHON REQUIREMENTS...: makes the virtual environment and installs what is not yet installed.
# pip takes its options from the environment and its own configuration, as always.
set -euo pipefail

venv=$1 python=$2
shift 2

if [ ! -x "$venv/bin/python" ]; then
    if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "Engross needs Python 3.11 or newer; install it, or name one with PYTHON=/path/to/python." >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version)"
    if ! "$python" -m venv "$venv" >"$venv.log" 2>&1; then
        echo "This Python cannot make virtual environments (on Debian: apt-get install python3-venv); see $venv.log." >&2
        rm -rf "$venv"
        exit 1
    fi
    rm -f "$venv.log"
fi

for requirements in "$@"; do
    stamp="$venv/installed-${requirements//\//-}"
    hash=$("$venv/bin/python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$requirements")
    if [ "$(cat "$stamp" 2>/dev/null || true)" != "$hash" ]; then
        echo "Installing $requirements ($(grep -c '==' "$requirements") packages; the first time takes a few minutes)"
        log="$venv/install.log"
        if ! "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --requirement "$requirements" >"$log" 2>&1; then
            grep -v '^WARNING' "$log" | tail -n 12 >&2
            echo "Installing $requirements failed; all of it is in $log." >&2
            exit 1
        fi
        echo "$hash" >"$stamp"
    fi
done
