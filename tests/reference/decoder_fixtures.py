"""Writes tests/fixtures/decoder/<model>.json: what llama.cpp and transformers make of a model file.

usage: decoder_fixtures.py NAME MODEL.gguf TEXTS_FOLDER OUT.json

TEXTS_FOLDER holds en.txt, tr.txt and ru.txt; prompts are their first tokens. For every prompt the
file has the token ids, llama.cpp's most likely successors of the last position with their natural
log-probabilities, the Kullback-Leibler divergence of llama.cpp from the same weights dequantised to
F32 in transformers, those F32 log-probabilities, and llama.cpp's greedy continuation with the
likeliest successors at each step, by llama.cpp (`greedy`) and by the F32 weights (`greedy_f32`). Needs llama-cpp-python, gguf, torch, transformers, numpy.
"""
import ctypes
import json
import sys

import gguf
import llama_cpp
import numpy as np
import torch

LIKELIEST_LAST = 400
LIKELIEST_STEP = 16
GREEDY_TOKENS = 64
PROMPTS = [("en", 40), ("tr", 200), ("ru", 200), ("en", 600), ("en", 1500)]


@llama_cpp.llama_log_callback
def quiet(level, text, data):
    pass


def log_softmax(logits):
    shifted = logits.astype(np.float64) - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def likeliest(logprobs, count):
    order = np.argsort(-logprobs, kind="stable")[:count]
    return [[int(i), round(float(logprobs[i]), 5)] for i in order]


class Llama:
    """llama.cpp with its default half-precision cache, one sequence at a time."""

    def __init__(self, path):
        llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        params = llama_cpp.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = 2048, 2048, 512
        params.n_threads = params.n_threads_batch = 2
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        self.vocab = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocab)

    def tokenize(self, text):
        data = text.encode()
        ids = (llama_cpp.llama_token * (len(data) + 8))()
        count = llama_cpp.llama_tokenize(self.vocab, data, len(data), ids, len(ids), True, False)
        return list(ids[:count])

    def decode(self, ids, start):
        batch = llama_cpp.llama_batch_init(len(ids), 0, 1)
        for i, token in enumerate(ids):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, start + i, 1
            batch.seq_id[i][0], batch.logits[i] = 0, int(i == len(ids) - 1)
        batch.n_tokens = len(ids)
        assert llama_cpp.llama_decode(self.context, batch) == 0
        row = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, -1), shape=(self.size,)).copy()
        llama_cpp.llama_batch_free(batch)
        return log_softmax(row)

    def run(self, ids, count=GREEDY_TOKENS):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        last = self.decode(ids, 0)
        logprobs, steps = last, []
        for step in range(count):
            steps.append(likeliest(logprobs, LIKELIEST_STEP))
            logprobs = self.decode([steps[-1][0][0]], len(ids) + step)
        return last, steps


def f32_model(path):
    """The file's weights as F32 in the transformers model of its family."""
    reader = gguf.GGUFReader(path)
    field = lambda key: reader.fields[key].contents()
    arch = field("general.architecture")
    get = lambda key, default=None: field(f"{arch}.{key}") if f"{arch}.{key}" in reader.fields else default
    heads = get("attention.head_count")
    kv_heads = get("attention.head_count_kv", heads)
    head_dim = get("attention.key_length", get("embedding_length") // heads)
    tensors = {
        t.name: torch.tensor(gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32)) for t in reader.tensors
    }
    common = dict(
        hidden_size=get("embedding_length"), num_hidden_layers=get("block_count"), num_attention_heads=heads,
        num_key_value_heads=kv_heads, head_dim=head_dim, intermediate_size=get("feed_forward_length"),
        max_position_embeddings=get("context_length"), rms_norm_eps=get("attention.layer_norm_rms_epsilon"),
        vocab_size=tensors["token_embd.weight"].shape[0], tie_word_embeddings=True, attn_implementation="eager",
    )
    names = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
             "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
             "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm"}
    if arch == "llama":
        from transformers import LlamaConfig, LlamaForCausalLM
        config = LlamaConfig(rope_parameters={"rope_type": "default", "rope_theta": get("rope.freq_base")}, **common)
        model, names["ffn_norm"], added = LlamaForCausalLM(config), "post_attention_layernorm", 0.0
    else:
        from transformers import Gemma3ForCausalLM, Gemma3TextConfig
        config = Gemma3TextConfig(
            sliding_window=get("attention.sliding_window"), query_pre_attn_scalar=head_dim,
            hidden_activation="gelu_pytorch_tanh",
            rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": get("rope.freq_base")},
                             "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}, **common)
        model, added = Gemma3ForCausalLM(config), 1.0
        names |= {"ffn_norm": "pre_feedforward_layernorm", "post_attention_norm": "post_attention_layernorm",
                  "post_ffw_norm": "post_feedforward_layernorm", "attn_q_norm": "self_attn.q_norm",
                  "attn_k_norm": "self_attn.k_norm"}
    state = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 1:
            tensor = tensor - added  # converters add Gemma's 1 to the norm weights
        if arch == "llama" and ("attn_q." in name or "attn_k." in name):
            count = heads if "attn_q." in name else kv_heads
            tensor = tensor.reshape(count, head_dim // 2, 2, -1).transpose(1, 2).reshape(count * head_dim, -1)
        if name.startswith("blk."):
            _, layer, part, _ = name.split(".")
            state[f"model.layers.{layer}.{names[part]}.weight"] = tensor
        else:
            state[{"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}[name]] = tensor
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and not [name for name in missing if "rotary" not in name], (missing, unexpected)
    return model.eval()


def main():
    name, path, texts, out = sys.argv[1:5]
    torch.set_num_threads(2)
    llama, exact = Llama(path), f32_model(path)
    prompts = []
    for language, length in PROMPTS:
        ids = llama.tokenize(open(f"{texts}/{language}.txt", encoding="utf-8").read())[:length]
        assert len(ids) == length, (language, len(ids))
        last, steps = llama.run(ids)
        continued = ids + [step[0][0] for step in steps[:-1]]
        with torch.no_grad():
            rows = exact(torch.tensor([continued]), logits_to_keep=GREEDY_TOKENS).logits[0].numpy()
        exact_rows = [log_softmax(row) for row in rows]
        reference = exact_rows[0]
        divergence = float((np.exp(reference) * (reference - last)).sum())
        print(f"{name} {language} {length}: KL(F32 || llama.cpp) = {divergence:.6f}")
        prompts.append({"language": language, "ids": ids, "llama_cpp": likeliest(last, LIKELIEST_LAST),
                        "transformers_f32": likeliest(reference, LIKELIEST_LAST),
                        "kl_f32_llama_cpp": divergence, "greedy": steps,
                        "greedy_f32": [likeliest(row, LIKELIEST_STEP) for row in exact_rows]})
    versions = {"llama_cpp_python": llama_cpp.__version__, "torch": torch.__version__,
                "transformers": __import__("transformers").__version__}
    with open(out, "w") as file:
        json.dump({"model": name, "versions": versions, "prompts": prompts}, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
