#!/usr/bin/env bash
# usage: benches/quiet.sh [ARTICLES]
# All tables of docs/performance.md in one go, for a time when nothing else runs on the machine: about 12 minutes, after
# what is built and made beforehand (benches/quiet.sh --prepare does that alone). ARTICLES is a folder of articles for
# the batches; without it those of examples/. Tables go to standard output, the course of things to standard error.
set -euo pipefail
articles=${1:-examples}
[ "$articles" = --prepare ] || articles=$(realpath "$articles")
cd "$(dirname "$0")/.."
larger=qwen3-4b,qwen3-4b-q8,hy-mt2-1.8b-q8
program=target/release/bulletin

cargo build --release --locked
cargo bench --manifest-path tests/kernels/Cargo.toml --locked --bench rates --no-run
if "$program" models path qwen2.5-coder-1.5b-instruct-q4 --offline >/dev/null 2>&1; then larger=$larger,qwen2.5; fi
levels=("")
if "$program" doctor --offline --cpu-level avx2 >/dev/null 2>&1; then levels+=(avx2); fi
for level in "${levels[@]}"; do
    python3 benches/peers/run.py --bulletin "$program" ${level:+--cpu-level "$level"} --prepare \
        --only "gemma3,smollm2,articles,$larger"
done
if [ "$articles" = --prepare ]; then exit; fi

# Parts and how long they may take, in minutes.
for level in "${levels[@]}"; do
    echo "## Kernels by themselves${level:+, $level alone}"
    cargo bench --manifest-path tests/kernels/Cargo.toml --locked --bench rates -- ${level:+"$level"}
    echo "## Beside the peers${level:+, $level alone}"
    python3 benches/peers/run.py --bulletin "$program" ${level:+--cpu-level "$level"} --rounds 5 --minutes 1.5 \
        --only gemma3,smollm2
done
echo "## Larger models"
python3 benches/peers/run.py --bulletin "$program" --rounds 1 --minutes 2 --quick --only "$larger"
echo "## Batches: articles a minute, one and two threads"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for profile in starter drafts small; do
    for threads in 1 2; do
        began=$(date +%s.%N)
        timeout 30 "$program" batch "$articles" --out "$out/$profile.$threads" --profile "$profile" --to en,tr,ru \
            --offline --threads "$threads" >/dev/null || [ $? -le 1 ] || { echo "$profile, $threads threads: not within 30 s"; continue; }
        count=$(find "$out/$profile.$threads" -name '*.json' | wc -l)
        echo "$profile, $threads threads: $count results in $(echo "$(date +%s.%N) - $began" | bc) s"
    done
done
