#!/usr/bin/env bash
# Installs Ray into a folder that is thrown away, and runs ray_two_workers.py with it.
#
#   tests/cluster/run_ray.sh target/debug/bulletin
set -euo pipefail
binary=$(realpath "${1:?usage: run_ray.sh PROGRAM}")
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python=python3
if python3 -m venv "$folder/venv" >/dev/null 2>&1; then
    python=$folder/venv/bin/python
    "$python" -m pip install --quiet --disable-pip-version-check 'ray[data]'
else
    # Debian splits venv off; pip alone can fill a folder, too.
    rm -rf "$folder/venv"
    python3 -m pip install --quiet --disable-pip-version-check --target "$folder/packages" 'ray[data]'
    export PYTHONPATH=$folder/packages
fi
RAY_DISABLE_IMPORT_WARNING=1 RAY_USAGE_STATS_ENABLED=0 "$python" "$here/ray_two_workers.py" "$binary"
