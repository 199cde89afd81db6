#!/bin/bash
# A folder of news on a few machines with GNU parallel and ssh: one job a shard.
#
#   examples/cluster/gnu_parallel_shards.sh /data/news /data/briefs node1,node2,node3 6
#
# All machines see both folders under the same path. Run the same line again after a failure:
# shards that ended well are left alone, the others go on where they were.

set -euo pipefail
usage='usage: gnu_parallel_shards.sh INPUT OUTPUT HOSTS SHARDS'
input=${1:?$usage}
output=${2:?$usage}
hosts=${3:?$usage}
shards=${4:?$usage}

mkdir -p "$output"
seq "$shards" | parallel --sshlogin "$hosts" --jobs 1 \
  --joblog "$output/parallel.log" --resume-failed --line-buffer --tag \
  bulletin batch "$input" --out "$output" --shard "{}/$shards" \
  --to en,tr,ru --profile laptop --offline --break-lock || true

bulletin batch --merge --out "$output"
