#!/usr/bin/env bash
# usage: benches/gpu/run.sh [--dry-run] PROGRAM FOLDER
# On a computer with a card: parity, then throughput. PROGRAM is bulletin built with `--features cuda` (docs/gpu.md);
# FOLDER has what cannot be fetched there: tests (the integration tests built with the same features: `it`, `real`),
# models of the profile `drafts` in the cache, and the shapes that `benches/gpu/make_shape.py` makes. What is missing is
# named and left out. --dry-run says what would be run, and runs the throughput part on the CPU with few tokens.
set -uo pipefail
dry=
if [ "${1:-}" = --dry-run ]; then dry=1; shift; fi
if [ $# -ne 2 ]; then sed -n 2,6p "$0" | cut -c3- >&2; exit 2; fi
program=$(realpath "$1") folder=$(realpath "$2")
cd "$(dirname "$0")/../.."
failures=0

step() {
    echo "--- $*" >&2
    local began=$SECONDS
    "$@" || { echo "--- failed with $?: $*" >&2; failures=$((failures + 1)); }
    echo "--- $((SECONDS - began)) s" >&2
}

device=cuda batches=1,16,64 tokens=(--new-tokens 64)
if [ -n "$dry" ]; then device=cpu batches=1 tokens=(--new-tokens 2 --repetitions 1); else step nvidia-smi; fi
step "$program" doctor --offline

# Parity: against the CPU's kernels, llama.cpp and transformers.
for tests in it real; do
    if [ ! -x "$folder/$tests" ]; then echo "parity: $folder/$tests is not there" >&2; continue; fi
    command=("$folder/$tests" candle_operations adapters:: published_models devices_choose)
    if [ -n "$dry" ]; then echo "would run: ${command[*]}"; else step "${command[@]}"; fi
done

# Throughput, short prompts before long ones.
if [ -z "$dry" ]; then
    step "$program" bench --offline --device "$device" --profile drafts --batch "$batches" "${tokens[@]}"
fi
for prompt in 512 1500; do
    if [ -n "$dry" ]; then prompt=16; fi
    for shape in qwen3-0.6b qwen3-4b hy-mt2-1.8b hy-mt2-7b; do
        for model in "$folder/$shape".*.gguf; do
            if [ ! -f "$model" ]; then echo "throughput: no $folder/$shape.*.gguf" >&2; continue; fi
            step "$program" bench --offline --device "$device" --model "$model" --prompt-tokens "$prompt" \
                --batch "$batches" "${tokens[@]}"
        done
    done
    if [ -n "$dry" ]; then break; fi
done
echo "--- $failures step(s) failed" >&2
[ "$failures" -eq 0 ]
