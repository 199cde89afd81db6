"""A path -> a GGUF file in the shape of Qwen3-0.6B with random weights, for timing only.

Types are those of llama.cpp's Q4_K_M: Q6_K for the tied embedding, and in half of the blocks for
attention values and the down projection; Q4_K for the other matrices. Blocks are written as random
bytes with small scales, so that no weight has to be quantised. Block layouts: ggml-common.h.
"""
import gguf
import numpy

VOCABULARY, WIDTH, BLOCKS = 151_936, 1024, 28
HEADS, KEY_VALUE_HEADS, HEAD, INNER = 16, 8, 128, 3072
SUPER_BLOCK = 256


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


def add(writer, random, name, rows, columns, wide=False):
    data = (q6_k if wide else q4_k)(random, rows, columns)
    kind = gguf.GGMLQuantizationType.Q6_K if wide else gguf.GGMLQuantizationType.Q4_K
    writer.add_tensor(name, data, raw_dtype=kind)


def add_metadata(writer):
    writer.add_block_count(BLOCKS)
    writer.add_context_length(8192)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_freq_base(1e6)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_M)
    # Byte letters as in GPT-2, then names that no text has.
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(byte) for byte in shown] + [chr(256 + n) for n in range(256 - len(shown))]
    tokens = letters + [f"<t{number}>" for number in range(len(letters), VOCABULARY)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * (VOCABULARY - 1) + [gguf.TokenType.CONTROL])
    writer.add_token_merges([f"{letters[0]} {letters[1]}"])
    writer.add_eos_token_id(VOCABULARY - 1)
    writer.add_add_bos_token(False)


def make(path):
    if path.exists():
        return
    unfinished = path.with_suffix(".part")
    writer = gguf.GGUFWriter(unfinished, "qwen3")
    add_metadata(writer)
    random = numpy.random.default_rng(0)
    ones = lambda count: numpy.ones(count, dtype=numpy.float32)
    add(writer, random, "token_embd.weight", VOCABULARY, WIDTH, wide=True)
    writer.add_tensor("output_norm.weight", ones(WIDTH))
    queries, keys = HEADS * HEAD, KEY_VALUE_HEADS * HEAD
    for block in range(BLOCKS):
        prefix, wide = f"blk.{block}.", block % 2 == 0
        for name, size in (("attn_norm", WIDTH), ("ffn_norm", WIDTH), ("attn_q_norm", HEAD), ("attn_k_norm", HEAD)):
            writer.add_tensor(f"{prefix}{name}.weight", ones(size))
        add(writer, random, f"{prefix}attn_q.weight", queries, WIDTH)
        add(writer, random, f"{prefix}attn_k.weight", keys, WIDTH)
        add(writer, random, f"{prefix}attn_v.weight", keys, WIDTH, wide)
        add(writer, random, f"{prefix}attn_output.weight", WIDTH, queries)
        add(writer, random, f"{prefix}ffn_gate.weight", INNER, WIDTH)
        add(writer, random, f"{prefix}ffn_up.weight", INNER, WIDTH)
        add(writer, random, f"{prefix}ffn_down.weight", WIDTH, INNER, wide)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.rename(path)
