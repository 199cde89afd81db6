#!/bin/bash
# A file of JSON lines through several workers on one machine, in the order of the lines.
#
#   examples/cluster/gnu_parallel_lines.sh articles.jsonl briefs.jsonl 4
#
# Each line is an object with `id`, `title` and `text`; each line that comes out is a bulletin/1
# document with the same `id`, or has `error` with `code` and `retryable`.

set -euo pipefail
usage='usage: gnu_parallel_lines.sh INPUT OUTPUT WORKERS'
input=${1:?$usage}
output=${2:?$usage}
workers=${3:?$usage}

# Blocks large enough that loading the model is a small part of a job.
parallel --pipe --keep-order --block 4M --jobs "$workers" \
  bulletin worker --to en,tr,ru --profile laptop --threads "$(($(nproc) / workers))" --offline \
  < "$input" > "$output.part"
mv "$output.part" "$output"
