"""Writes tests/fixtures/dequantize.json: random blocks of every tensor type and their values.

The values are those of the `gguf` package (pip install gguf), as the bits of single-precision numbers.
Run from the repository's root: python tests/reference/dequantize_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

# Where a block's half-precision numbers are: random bits there could be infinities.
HALVES = {
    "F16": [0], "BF16": [], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}  # fmt: skip


def blocks_of(name: str, random: np.random.Generator) -> np.ndarray:
    """One block of 256 values, or two of 32, or four single values."""
    length, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    count = {1: 4, 32: 2, 256: 1}[length]
    if name == "BF16":
        values = random.normal(size=count).astype(np.float32)
        return (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
    blocks = random.integers(0, 256, size=(count, size), dtype=np.uint8)
    for block in blocks:
        for at in HALVES[name]:
            block[at : at + 2] = random.normal(size=1).astype(np.float16).view(np.uint8)
    return blocks.reshape(-1)


def main() -> None:
    random = np.random.default_rng(2026)
    fixtures = []
    for name in HALVES:
        data = blocks_of(name, random)
        values = dequantize(data, GGMLQuantizationType[name]).astype(np.float32).reshape(-1)
        fixtures.append(
            {"type": name, "bytes": data.tobytes().hex(), "values": values.view(np.uint32).tolist()}
        )
    lines = ",\n".join(json.dumps(fixture) for fixture in fixtures)
    Path("tests/fixtures/dequantize.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
