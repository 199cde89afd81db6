#!/usr/bin/env bash
# usage: tests/kernels/run.sh [aarch64-unknown-linux-gnu]
# The kernels' tests, on this processor or, emulated, on another: each level that the processor has is held
# against sums in double precision. For aarch64 it needs the target's standard library (`rustup target add
# aarch64-unknown-linux-gnu`) and Debian's gcc-aarch64-linux-gnu and qemu-user.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:-}
if [ -z "$target" ]; then
    exec cargo test --locked
fi
sysroot=$(rustc --print sysroot)
if [ ! -d "$sysroot/lib/rustlib/$target/lib" ]; then
    echo "there is no standard library for $target: rustup target add $target" >&2
    exit 2
fi
for program in aarch64-linux-gnu-gcc qemu-aarch64; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is not here: apt-get install gcc-aarch64-linux-gnu qemu-user" >&2
        exit 2
    fi
done
# Emulation is slow: one test at a time, so that a test that does not end can be told.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -cpu max -L /usr/aarch64-linux-gnu"
exec cargo test --locked --release --target "$target" -- --test-threads 1
