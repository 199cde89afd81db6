"""Writes tests/fixtures/families/<family>.gguf and .json: tiny models with random weights and what
llama.cpp and transformers make of them.

usage: family_fixtures.py OUT_FOLDER

Each family gets an odd shape (heads that are no power of two, heads that do not fill the width) and
several encodings. K-quants, for which the gguf package has no encoder, are random valid blocks. The
weights are scaled so that attention is sharp and the output far from flat. The .json has for each
prompt the ids, llama.cpp's logits after the last one and its greedy continuation with the likeliest
tokens at each step, and the logits of the same weights as F32 in transformers.
Needs llama-cpp-python, gguf, torch, transformers, peft, numpy.
"""
import json
import math
import sys

import gguf
import numpy as np
import torch
import transformers
from decoder_fixtures import Llama, likeliest, log_softmax
from gguf import GGMLQuantizationType as Q
from peft import LoraConfig, get_peft_model

VOCABULARY = 300
CONTEXT = 512
PROMPT_LENGTHS = [3, 15, 40, 130]
GREEDY_TOKENS = 12
LLAMA3_ROPE = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)

FAMILIES = {
    "llama": dict(hidden=256, heads=6, kv=2, dim=32, ffn=128, layers=2, base=500_000.0, tied=False, kinds=dict(
        token_embd=Q.Q6_K, output=Q.Q8_0, attn_q=Q.Q4_K, attn_k=Q.Q6_K, attn_v=Q.Q5_0, attn_output=Q.Q8_0,
        ffn_gate=Q.Q4_K, ffn_up=Q.Q6_K, ffn_down=Q.Q4_1)),
    "qwen2": dict(hidden=192, heads=3, kv=1, dim=64, ffn=128, layers=2, base=1_000_000.0, tied=True, kinds=dict(
        token_embd=Q.Q8_0, attn_q=Q.F16, attn_k=Q.Q5_0, attn_v=Q.Q8_0, attn_output=Q.Q4_1,
        ffn_gate=Q.Q5_0, ffn_up=Q.Q8_0, ffn_down=Q.F16)),
    "qwen3": dict(hidden=256, heads=3, kv=1, dim=64, ffn=96, layers=2, base=1_000_000.0, tied=False, kinds=dict(
        token_embd=Q.Q4_K, output=Q.Q6_K, attn_q=Q.Q4_K, attn_k=Q.Q4_1, attn_v=Q.Q6_K, attn_output=Q.Q5_0,
        ffn_gate=Q.Q4_K, ffn_up=Q.F16, ffn_down=Q.Q8_0)),
    "gemma3": dict(hidden=128, heads=3, kv=1, dim=48, ffn=64, layers=7, base=1_000_000.0, tied=True, window=16, kinds=dict(
        token_embd=Q.Q8_0, attn_q=Q.Q5_0, attn_k=Q.Q8_0, attn_v=Q.Q4_1, attn_output=Q.F16,
        ffn_gate=Q.Q4_1, ffn_up=Q.Q5_0, ffn_down=Q.Q8_0)),
    "hunyuan-dense": dict(hidden=256, heads=6, kv=2, dim=32, ffn=128, layers=2, base=10_000.0, alpha=1000.0, tied=True, kinds=dict(
        token_embd=Q.Q6_K, attn_q=Q.Q6_K, attn_k=Q.Q4_K, attn_v=Q.Q8_0, attn_output=Q.Q4_1,
        ffn_gate=Q.Q6_K, ffn_up=Q.Q4_K, ffn_down=Q.Q5_0)),
}


def halves(values):
    return np.asarray(values, np.float16).view(np.uint8).reshape(-1, 2)


def random_q4_k(random, blocks, deviation):
    """144 bytes a block: d, dmin, eight 6-bit scales and minima, 256 quants of 4 bits. The minima
    are the scales, and dmin 7.5 d, so that values lie around zero."""
    d = deviation / (4.6 * 42)
    scale = random.integers(22, 63, (blocks, 8))
    packed = np.zeros((blocks, 12), np.uint8)
    packed[:, 0:4] = (scale[:, 0:4] & 63) | ((scale[:, 4:8] >> 4) << 6)
    packed[:, 4:8] = packed[:, 0:4]
    packed[:, 8:12] = (scale[:, 4:8] & 15) | ((scale[:, 4:8] & 15) << 4)
    quants = random.integers(0, 256, (blocks, 128), np.uint8)
    return np.hstack([halves(np.full(blocks, d)), halves(np.full(blocks, 7.5 * d)), packed, quants])


def random_q6_k(random, blocks, deviation):
    """210 bytes a block: 256 quants of 4 + 2 bits, sixteen 8-bit scales, d."""
    low = random.integers(0, 256, (blocks, 128), np.uint8)
    high = random.integers(0, 256, (blocks, 64), np.uint8)
    scale = (random.integers(40, 110, (blocks, 16)) * random.choice([-1, 1], (blocks, 16))).astype(np.int8)
    d = np.full(blocks, deviation / (18.5 * 77))
    return np.hstack([low, high, scale.view(np.uint8), halves(d)])


def random_matrix(random, kind, rows, columns, deviation):
    """The encoded matrix and its values."""
    if kind in (Q.Q4_K, Q.Q6_K):
        make = random_q4_k if kind == Q.Q4_K else random_q6_k
        data = make(random, rows * columns // 256, deviation).reshape(rows, -1)
    else:
        values = random.normal(0, deviation, (rows, columns)).astype(np.float32)
        data = gguf.quants.quantize(values, kind)
    return data, gguf.quants.dequantize(data, kind).astype(np.float32)


def tensors_of(family, shape, random):
    """Name → (data, encoding, values), under GGUF names."""
    hidden, dim, kinds = shape["hidden"], shape["dim"], shape["kinds"]
    found = {}

    def matrix(name, rows, columns, gain=1.0):
        kind = kinds[name.split(".")[-1]]
        data, values = random_matrix(random, kind, rows, columns, gain / math.sqrt(columns))
        found[name + ".weight"] = (data, kind, values)

    def vector(name, length, mean, deviation):
        values = random.normal(mean, deviation, length).astype(np.float32)
        found[name] = (values, Q.F32, values)

    width = {"gemma3": 0.1}.get(family, 1.0)
    matrix("token_embd", VOCABULARY, hidden, width * math.sqrt(hidden))
    if not shape["tied"]:
        matrix("output", VOCABULARY, hidden, 3.0)
    # A tied head meets the embeddings' own scale, and favours the token that was read.
    vector("output_norm.weight", hidden, 1.4 / (width * math.sqrt(hidden)) if shape["tied"] else 1.0, 0.03)
    for layer in range(shape["layers"]):
        name = f"blk.{layer}."
        normed = family in ("qwen3", "gemma3", "hunyuan-dense")
        matrix(name + "attn_q", shape["heads"] * dim, hidden, 1.0 if normed else 1.5)
        matrix(name + "attn_k", shape["kv"] * dim, hidden, 1.0 if normed else 1.5)
        matrix(name + "attn_v", shape["kv"] * dim, hidden)
        matrix(name + "attn_output", hidden, shape["heads"] * dim, 2.5)
        matrix(name + "ffn_gate", shape["ffn"], hidden, 1.5)
        matrix(name + "ffn_up", shape["ffn"], hidden)
        matrix(name + "ffn_down", hidden, shape["ffn"], 2.0)
        norms = ["attn_norm", "ffn_norm"]
        norms += ["post_attention_norm", "post_ffw_norm"] if family == "gemma3" else []
        for norm in norms:
            # Seven layers that each turned the state round would make noise of any rounding.
            vector(name + norm + ".weight", hidden, 0.6 if norm.startswith("post") else 1.0, 0.1)
        if normed:
            vector(name + "attn_q_norm.weight", dim, 1.2 if family == "gemma3" else 1.5, 0.2)
            vector(name + "attn_k_norm.weight", dim, 1.2 if family == "gemma3" else 1.5, 0.2)
        if family == "qwen2":
            for part, heads in (("q", shape["heads"]), ("k", shape["kv"]), ("v", shape["kv"])):
                vector(f"{name}attn_{part}.bias", heads * dim, 0.0, 0.5)
    if family == "llama":
        factors = llama3_factors(shape)
        found["rope_freqs.weight"] = (factors, Q.F32, factors)
    return found


def llama3_factors(shape):
    """What llama.cpp's converter writes for `rope_type` llama3: 1 for fast pairs, the factor for slow
    ones, smooth in between."""
    exponents = np.arange(0, shape["dim"], 2) / shape["dim"]
    wavelengths = 2 * math.pi * shape["base"] ** exponents
    low, high, whole = (LLAMA3_ROPE[key] for key in ("low_freq_factor", "high_freq_factor", "original_max_position_embeddings"))
    smooth = np.clip((whole / wavelengths - low) / (high - low), 0, 1)
    return (1 / ((1 - smooth) / LLAMA3_ROPE["factor"] + smooth)).astype(np.float32)


def add_tokenizer(writer, family):
    pairs = ["th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it",
             "al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri"]
    if family in ("llama", "gemma3"):
        special = ["<unk>", "<s>", "</s>"] if family == "llama" else ["<pad>", "<eos>", "<bos>"]
        pieces = special + [f"<0x{byte:02X}>" for byte in range(256)] + ["▁"]
        pieces += (pairs + ["▁t", "▁a", "▁th", "▁the", "the"])[: VOCABULARY - len(pieces)]
        pieces += [f"filler{index}" for index in range(VOCABULARY - len(pieces))]
        writer.add_tokenizer_model("llama")
        writer.add_token_scores([0.0] * 259 + [-float(index) for index in range(VOCABULARY - 259)])
        writer.add_token_types([3] * 3 + [6] * 256 + [1] * (VOCABULARY - 259))
        writer.add_add_space_prefix(family == "llama")
        writer.add_bos_token_id(1 if family == "llama" else 2)
        writer.add_eos_token_id(2 if family == "llama" else 1)
        writer.add_add_bos_token(True)
    else:
        kept = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
        moved = [byte for byte in range(256) if byte not in kept]
        pieces = [chr(byte) if byte in kept else chr(256 + moved.index(byte)) for byte in range(256)] + pairs
        pieces += [f"filler{index}" for index in range(VOCABULARY - 2 - len(pieces))] + ["<|im_end|>", "<|endoftext|>"]
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("qwen2" if family != "hunyuan-dense" else "hunyuan-dense")
        writer.add_token_merges([" ".join(pair) for pair in pairs])
        writer.add_token_types([1] * (VOCABULARY - 2) + [3] * 2)
        writer.add_eos_token_id(VOCABULARY - 1)
        writer.add_add_bos_token(False)
    assert len(pieces) == VOCABULARY == len(set(pieces))
    writer.add_token_list(pieces)


def write_gguf(path, family, shape, tensors):
    writer = gguf.GGUFWriter(path, family)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape["hidden"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["ffn"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["kv"])
    writer.add_key_length(shape["dim"])
    writer.add_value_length(shape["dim"])
    writer.add_rope_dimension_count(shape["dim"])
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(stretched_base(shape))
    if family == "gemma3":
        writer.add_sliding_window(shape["window"])
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(8.0)
    if family == "hunyuan-dense":
        writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)
        writer.add_rope_scaling_factor(1.0)
    add_tokenizer(writer, family)
    for name, (data, kind, _) in tensors.items():
        if kind in (Q.F32, Q.F16):
            data = data.view(np.float16) if kind == Q.F16 and data.dtype == np.uint8 else data
            writer.add_tensor(name, data)
        else:
            writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def stretched_base(shape):
    """llama.cpp's converter writes Hunyuan's base · alpha^(d/(d-2)) as rope.freq_base."""
    return shape["base"] * shape.get("alpha", 1.0) ** (shape["dim"] / (shape["dim"] - 2))


PARTS = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
         "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q_norm": "self_attn.q_norm",
         "attn_k_norm": "self_attn.k_norm"}
GEMMA_PARTS = PARTS | {"ffn_norm": "pre_feedforward_layernorm", "post_attention_norm": "post_attention_layernorm",
                       "post_ffw_norm": "post_feedforward_layernorm"}
HUNYUAN_PARTS = PARTS | {"attn_q_norm": "self_attn.query_layernorm", "attn_k_norm": "self_attn.key_layernorm"}


def exact_config(family, shape):
    """The transformers configuration of a shape. Some classes refuse heads that do not divide the
    width, which the models themselves can run, so the number of heads is put in afterwards."""
    config = config_of_even_heads(family, shape)
    config.num_attention_heads = shape["heads"]
    return config


def config_of_even_heads(family, shape):
    common = dict(
        hidden_size=shape["hidden"], num_hidden_layers=shape["layers"], num_attention_heads=shape["kv"] * 2,
        num_key_value_heads=shape["kv"], head_dim=shape["dim"], intermediate_size=shape["ffn"],
        max_position_embeddings=CONTEXT, rms_norm_eps=1e-6, vocab_size=VOCABULARY,
        tie_word_embeddings=shape["tied"], attn_implementation="eager", pad_token_id=None)
    plain = {"rope_type": "default", "rope_theta": shape["base"]}
    if family == "llama":
        return transformers.LlamaConfig(rope_parameters={"rope_type": "llama3", "rope_theta": shape["base"]} | LLAMA3_ROPE, **common)
    if family == "qwen2":
        return transformers.Qwen2Config(rope_parameters=plain, **common)
    if family == "qwen3":
        return transformers.Qwen3Config(rope_parameters=plain, **common)
    if family == "gemma3":
        return transformers.Gemma3TextConfig(
            sliding_window=shape["window"], query_pre_attn_scalar=shape["dim"], hidden_activation="gelu_pytorch_tanh",
            rope_parameters={"full_attention": {"rope_type": "linear", "rope_theta": shape["base"], "factor": 8.0},
                             "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}, **common)
    return transformers.HunYuanDenseV1Config(
        rope_parameters={"rope_type": "dynamic", "rope_theta": shape["base"], "alpha": shape["alpha"], "factor": 1.0}, **common)


def exact_model(family, shape, tensors):
    """The same weights, as F32, in transformers."""
    model = transformers.AutoModelForCausalLM.from_config(exact_config(family, shape), attn_implementation="eager")
    parts = {"gemma3": GEMMA_PARTS, "hunyuan-dense": HUNYUAN_PARTS}.get(family, PARTS)
    state = {}
    for name, (_, _, values) in tensors.items():
        tensor = torch.tensor(values)
        if family == "gemma3" and tensor.ndim == 1:
            tensor = tensor - 1.0  # GGUF norm weights have the 1 added
        if name == "rope_freqs.weight":
            continue
        if family == "llama" and ("attn_q." in name or "attn_k." in name):
            tensor = tensor.reshape(-1, shape["dim"] // 2, 2, shape["hidden"]).transpose(1, 2).reshape(-1, shape["hidden"])
        if name.startswith("blk."):
            _, layer, part, what = name.split(".")
            state[f"model.layers.{layer}.{parts[part]}.{what}"] = tensor
        else:
            state[{"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
                   "output.weight": "lm_head.weight"}[name]] = tensor
    if shape["tied"]:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and not [name for name in missing if "inv_freq" not in name], (missing, unexpected)
    return model.eval()


def adapted(model, folder, prompts):
    """Saves a random LoRA adapter and gives the log-probabilities of base and adapter together."""
    torch.manual_seed(7)
    modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    model = get_peft_model(model, LoraConfig(r=2, lora_alpha=3, target_modules=modules, init_lora_weights=False)).eval()
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, 0.0, 0.12)
    model.save_pretrained(folder)
    with torch.no_grad():
        rows = [log_softmax(model(torch.tensor([ids])).logits[0, -1].numpy()) for ids in prompts]
    return [[round(float(value), 4) for value in row] for row in rows]


def main():
    out = sys.argv[1]
    torch.set_num_threads(2)
    versions = {"llama_cpp_python": __import__("llama_cpp").__version__, "torch": torch.__version__,
                "transformers": transformers.__version__}
    for number, (family, shape) in enumerate(FAMILIES.items()):
        random = np.random.default_rng(20261122 + number)
        tensors = tensors_of(family, shape, random)
        path = f"{out}/{family}.gguf"
        write_gguf(path, family, shape, tensors)
        llama, exact = Llama(path), exact_model(family, shape, tensors)
        prompts = []
        for length in PROMPT_LENGTHS:
            ids = [int(token) for token in random.integers(3, VOCABULARY - 2, length)]
            last, steps = llama.run(ids, GREEDY_TOKENS)
            continued = ids + [step[0][0] for step in steps[:-1]]
            with torch.no_grad():
                rows = exact(torch.tensor([continued])).logits[0].numpy()[len(ids) - 1:]
            exact_rows = [log_softmax(row) for row in rows]
            divergence = float((np.exp(exact_rows[0]) * (exact_rows[0] - last)).sum())
            entropy = float(-(np.exp(last) * last).sum())
            print(f"{family} {length}: KL(F32 || llama.cpp) = {divergence:.6f}, entropy {entropy:.2f} of {math.log(VOCABULARY):.2f} nats")
            rounded = lambda values: [round(float(value), 4) for value in values]
            prompts.append({"ids": ids, "llama_cpp": rounded(last), "transformers_f32": rounded(exact_rows[0]),
                            "greedy": [step[:4] for step in steps],
                            "greedy_f32": [likeliest(row, 4) for row in exact_rows]})
        reference = {"family": family, "versions": versions, "prompts": prompts}
        if family == "llama":
            reference["adapted"] = adapted(exact, f"{out}/llama-adapter", [prompt["ids"] for prompt in prompts])
        with open(f"{out}/{family}.json", "w") as file:
            json.dump(reference, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
