"""A path, a shape and an encoding -> a GGUF file of Qwen3's kind with random weights, for timing only: what
the weights are does not change what a pass costs.

Types are those of llama.cpp's Q4_K_M: Q6_K for the tied embedding, and in half of the blocks for
attention values and the down projection; Q4_K for the other matrices. Or all are Q8_0. Blocks are written as random
bytes with small scales, so that no weight has to be quantised. Block layouts: ggml-common.h.
"""
import dataclasses

import gguf
import numpy

SUPER_BLOCK, PLAIN_BLOCK = 256, 32
ENCODINGS = {"q4_k_m": gguf.LlamaFileType.MOSTLY_Q4_K_M, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}


@dataclasses.dataclass(frozen=True)
class Shape:
    width: int
    blocks: int
    heads: int
    key_value_heads: int
    head: int
    inner: int
    vocabulary: int


# Of Qwen3, and of Hunyuan, from which Hy-MT2 comes; hold them against the published config.json when it matters.
SHAPES = {
    "qwen3-0.6b": Shape(1024, 28, 16, 8, 128, 3072, 151_936),
    "qwen3-4b": Shape(2560, 36, 32, 8, 128, 9728, 151_936),
    "hy-mt2-1.8b": Shape(2048, 32, 16, 4, 128, 6144, 120_832),
    "hy-mt2-7b": Shape(4096, 32, 32, 8, 128, 14_336, 128_256),
}


def q4_k(random, rows, columns):
    """Two half-precision factors, 12 bytes of scales and minima, 128 bytes of values."""
    blocks = random.integers(0, 256, (rows * columns // SUPER_BLOCK, 144), dtype=numpy.uint8)
    # A weight is d * scale * value - dmin * minimum, with means 31, 7.5 and 31: these have mean 0.
    factors = numpy.array([8e-5, 6e-4], dtype=numpy.float16)
    blocks[:, :4] = numpy.frombuffer(factors.tobytes(), dtype=numpy.uint8)
    return blocks.reshape(rows, -1)


def q6_k(random, rows, columns):
    """192 bytes of values, 16 signed scales, one half-precision factor."""
    blocks = random.integers(0, 256, (rows * columns // SUPER_BLOCK, 210), dtype=numpy.uint8)
    factor = numpy.array([2e-5], dtype=numpy.float16)
    blocks[:, 208:] = numpy.frombuffer(factor.tobytes(), dtype=numpy.uint8)
    return blocks.reshape(rows, -1)


def q8_0(random, rows, columns):
    """One half-precision factor, 32 signed values."""
    blocks = random.integers(0, 256, (rows * columns // PLAIN_BLOCK, 34), dtype=numpy.uint8)
    factor = numpy.array([3e-4], dtype=numpy.float16)
    blocks[:, :2] = numpy.frombuffer(factor.tobytes(), dtype=numpy.uint8)
    return blocks.reshape(rows, -1)


class Matrices:
    """Adds matrices to a file."""

    def __init__(self, writer, encoding):
        self.writer, self.encoding, self.random = writer, encoding, numpy.random.default_rng(0)

    def add(self, name, rows, columns, wide=False):
        types = gguf.GGMLQuantizationType
        make, kind = (q8_0, types.Q8_0) if self.encoding == "q8_0" else (q6_k, types.Q6_K) if wide else (q4_k, types.Q4_K)
        self.writer.add_tensor(name, make(self.random, rows, columns), raw_dtype=kind)


def add_metadata(writer, shape, encoding):
    writer.add_block_count(shape.blocks)
    writer.add_context_length(8192)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_value_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_freq_base(1e6)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_file_type(ENCODINGS[encoding])
    # Byte letters as in GPT-2, then names that no text has.
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(byte) for byte in shown] + [chr(256 + n) for n in range(256 - len(shown))]
    tokens = letters + [f"<t{number}>" for number in range(len(letters), shape.vocabulary)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * (shape.vocabulary - 1) + [gguf.TokenType.CONTROL])
    writer.add_token_merges([f"{letters[0]} {letters[1]}"])
    writer.add_eos_token_id(shape.vocabulary - 1)
    writer.add_add_bos_token(False)


def make(path, shape, encoding="q4_k_m"):
    if path.exists():
        return
    unfinished = path.with_suffix(".part")
    writer = gguf.GGUFWriter(unfinished, "qwen3", use_temp_file=True)
    add_metadata(writer, shape, encoding)
    matrices = Matrices(writer, encoding)
    ones = lambda count: numpy.ones(count, dtype=numpy.float32)
    matrices.add("token_embd.weight", shape.vocabulary, shape.width, wide=True)
    writer.add_tensor("output_norm.weight", ones(shape.width))
    queries, keys = shape.heads * shape.head, shape.key_value_heads * shape.head
    for block in range(shape.blocks):
        prefix, wide = f"blk.{block}.", block % 2 == 0
        norms = {"attn_norm": shape.width, "ffn_norm": shape.width, "attn_q_norm": shape.head, "attn_k_norm": shape.head}
        for name, size in norms.items():
            writer.add_tensor(f"{prefix}{name}.weight", ones(size))
        matrices.add(f"{prefix}attn_q.weight", queries, shape.width)
        matrices.add(f"{prefix}attn_k.weight", keys, shape.width)
        matrices.add(f"{prefix}attn_v.weight", keys, shape.width, wide)
        matrices.add(f"{prefix}attn_output.weight", shape.width, queries)
        matrices.add(f"{prefix}ffn_gate.weight", shape.inner, shape.width)
        matrices.add(f"{prefix}ffn_up.weight", shape.inner, shape.width)
        matrices.add(f"{prefix}ffn_down.weight", shape.width, shape.inner, wide)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.rename(path)
