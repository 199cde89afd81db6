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
  < "$input" > "$output.part" || echo "a worker ended with an error" >&2
# A worker that answered all its lines, one of them with `error`, ends with 1, and all is well; one
# that was killed leaves lines without an answer.
wanted=$(grep -c '[^[:space:]]' "$input")
written=$(wc -l < "$output.part")
if [ "$written" -ne "$wanted" ]; then
  echo "$written of $wanted lines have an answer; they are in $output.part" >&2
  exit 2
fi
mv "$output.part" "$output"
