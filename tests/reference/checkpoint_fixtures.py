"""Writes tests/fixtures/checkpoints/<family>/: tiny random models as transformers saves them, and
reference.json with the ids of prompts and the log-probabilities after them; for qwen3 also a LoRA
adapter of peft's under adapter/ with what base and adapter make together.

usage: checkpoint_fixtures.py OUT_FOLDER

llama is saved in several shards and in BF16, the others whole; qwen2 in F16, qwen3 in F32.
Needs torch, transformers, peft, tokenizers, numpy.
"""
import json
import sys

import numpy as np
import torch
import transformers
from decoder_fixtures import log_softmax
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

VOCABULARY = 320
PROMPT_LENGTHS = [3, 15, 40, 90]
TEXTS = ["The council voted.", "Belediye meclisi salı günü oyladı; ışık 25'te.", "Городской совет проголосовал.",
         " two  spaces\n\nand <|im_end|> in a text"]
COMMON = dict(vocab_size=VOCABULARY, max_position_embeddings=512, rms_norm_eps=1e-6, initializer_range=0.25,
              pad_token_id=None, bos_token_id=0, eos_token_id=1)
LLAMA3 = {"rope_type": "llama3", "rope_theta": 500_000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 64}


def shape(hidden, heads, kv, dim, ffn, layers):
    return dict(hidden_size=hidden, num_attention_heads=heads, num_key_value_heads=kv, head_dim=dim,
                intermediate_size=ffn, num_hidden_layers=layers)


def configs():
    plain = {"rope_type": "default", "rope_theta": 10_000.0}
    return {
        "llama": (transformers.LlamaConfig(rope_parameters=LLAMA3, tie_word_embeddings=False, **shape(48, 6, 2, 16, 64, 2), **COMMON), torch.bfloat16),
        "qwen2": (transformers.Qwen2Config(rope_parameters=plain, tie_word_embeddings=True, **shape(48, 3, 1, 16, 64, 2), **COMMON), torch.float16),
        "qwen3": (transformers.Qwen3Config(rope_parameters=plain, tie_word_embeddings=False, **shape(48, 6, 2, 12, 64, 2), **COMMON), torch.float32),
        "gemma3": (transformers.Gemma3TextConfig(
            sliding_window=16, query_pre_attn_scalar=16, rope_parameters={
                "full_attention": {"rope_type": "linear", "rope_theta": 1_000_000.0, "factor": 8.0},
                "sliding_attention": plain}, **shape(48, 3, 1, 16, 48, 7), **COMMON), torch.bfloat16),
        "hunyuan-dense": (transformers.HunYuanDenseV1Config(
            rope_parameters={"rope_type": "dynamic", "rope_theta": 10_000.0, "alpha": 1000.0, "factor": 1.0},
            tie_word_embeddings=True, **shape(48, 6, 2, 16, 64, 2), **COMMON), torch.bfloat16),
    }


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=["<|startoftext|>", "<|im_end|>"],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(TEXTS * 4, trainer)
    return tokenizer


def pieces_with_bytes():
    """Gemma's kind: spaces as U+2581, bytes for what no piece covers, a start token."""
    vocabulary = {"<bos>": 0, "<eos>": 1, "<unk>": 2} | {f"<0x{byte:02X}>": 3 + byte for byte in range(256)}
    for piece in ["▁", "t", "h", "e", "o", "u", "n", "th", "the", "▁t", "c", "co", "i", "l", "а", "о", "го", "г", "с"]:
        vocabulary[piece] = len(vocabulary)
    while len(vocabulary) < VOCABULARY:
        vocabulary[f"filler{len(vocabulary)}"] = len(vocabulary)
    merges = [("t", "h"), ("th", "e"), ("▁", "t"), ("c", "o"), ("г", "о")]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(["<bos>", "<eos>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 0)])
    return tokenizer


def rows_of(model, prompts):
    with torch.no_grad():
        rows = [log_softmax(model(torch.tensor([ids])).logits[0, -1].float().numpy()) for ids in prompts]
    return [[round(float(value), 4) for value in row] for row in rows]


def main():
    out = sys.argv[1]
    torch.set_num_threads(2)
    for number, (family, (config, kind)) in enumerate(configs().items()):
        torch.manual_seed(number)
        random = np.random.default_rng(number)
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
        for name, parameter in model.named_parameters():
            if "norm" in name or name.endswith("bias"):
                torch.nn.init.normal_(parameter, parameter.mean().item() if "norm" in name else 0.0, 0.2)
        model = model.to(kind)
        folder = f"{out}/{family}"
        model.save_pretrained(folder, max_shard_size="40KB" if family == "llama" else "1GB")
        tokenizer = pieces_with_bytes() if family == "gemma3" else byte_level()
        tokenizer.save(f"{folder}/tokenizer.json")
        prompts = [[int(token) for token in random.integers(3, VOCABULARY, length)] for length in PROMPT_LENGTHS]
        tokenizer.encode_special_tokens = True
        texts = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
        model = model.float()
        reference = {"family": family, "transformers": transformers.__version__, "prompts": prompts,
                     "logprobs": rows_of(model, prompts), "texts": texts}
        if family == "qwen3":
            adapted(model, f"{folder}/adapter", prompts, reference)
        with open(f"{folder}/reference.json", "w") as file:
            json.dump(reference, file, separators=(",", ":"))
        print(family, [round(max(row), 2) for row in reference["logprobs"]])


def adapted(model, folder, prompts, reference):
    modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    config = LoraConfig(r=4, lora_alpha=6, use_rslora=True, target_modules=modules, bias="none", task_type="CAUSAL_LM",
                        init_lora_weights=False)
    model = get_peft_model(model, config).eval()
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, 0.0, 0.2)
    model.save_pretrained(folder)
    reference["adapted"] = rows_of(model, prompts)


if __name__ == "__main__":
    main()
