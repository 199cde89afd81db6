#!/usr/bin/env bash
# Corpus → adapter, in one command that can be stopped and started again. Settings by environment:
# CORPUS (folder with the parallel text), BASE (the GGUF file; fetched by bulletin where it is not given),
# ADAPTER (an adapter to begin with), TOKENS (how many are seen in all), STATE (where the state is kept), OUT, PYTHON.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
state=${STATE:-$here/state.pt}
if [ -z "${BASE:-}" ]; then
    BASE=$(cargo run --release --manifest-path "$here/../Cargo.toml" -- models fetch gemma3-270m | awk -F'\t' '/\.gguf$/ {print $2}')
fi
"$python" "$here/train.py" --corpus "${CORPUS:?the folder with the parallel text}" --base "$BASE" \
    ${ADAPTER:+--adapter "$ADAPTER"} --state "$state" --log "${state%.pt}.jsonl" --tokens "${TOKENS:-1500000}" --decay "${DECAY:-300000}"
"$python" "$here/export.py" --state "$state" --out "${OUT:-$here/../adapters/starter-translation}"
