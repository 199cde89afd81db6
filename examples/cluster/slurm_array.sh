#!/bin/bash
# A folder of news on a Slurm cluster: one array task a shard.
#
#   job=$(sbatch --parsable examples/cluster/slurm_array.sh /data/news /data/briefs)
#   sbatch --dependency=afterany:"$job" --wrap "bulletin batch --merge --out /data/briefs"
#
# `afterany`, not `afterok`: a shard with one bad article ends with 1, and its briefs still count.
#
# The merge names the shards that are missing. Run a single one again with its number counted from 0
# and the number of all shards, since an array of one task counts only itself:
#
#   SHARDS=8 sbatch --array=3 examples/cluster/slurm_array.sh /data/news /data/briefs
#
#SBATCH --job-name=bulletin
#SBATCH --array=0-7
#SBATCH --cpus-per-task=8
#SBATCH --mem=12G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=bulletin-%A_%a.log
# SIGTERM two minutes before the time is up: the shard stops between articles, with 143.
#SBATCH --signal=TERM@120

set -euo pipefail
input=${1:?usage: slurm_array.sh INPUT OUTPUT}
output=${2:?usage: slurm_array.sh INPUT OUTPUT}

# Without SHARDS, the shard is read from SLURM_ARRAY_TASK_ID, _MIN and _COUNT.
shard=()
if [ -n "${SHARDS:-}" ]; then
  shard=(--shard "$((SLURM_ARRAY_TASK_ID + 1))/$SHARDS")
fi

# Slurm runs a task once at a time, so a lock left by a node that died may be broken.
srun bulletin batch "$input" --out "$output" "${shard[@]}" \
  --to en,tr,ru --profile workstation --threads "$SLURM_CPUS_PER_TASK" \
  --offline --break-lock --progress json
