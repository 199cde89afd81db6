"""A folder -> a model in the shape of Marian base (opus-mt) with random weights, for timing only.

Written as published models are (safetensors, SentencePiece files, vocab.json) and as CTranslate2
takes them in int8 and float32, with the sources of a measurement.
"""
import json
import struct

import numpy

VOCABULARY = 62_000
SENTENCES, SOURCE_TOKENS = 32, 25
CONFIG = dict(
    vocab_size=VOCABULARY, decoder_vocab_size=VOCABULARY, d_model=512, encoder_layers=6,
    decoder_layers=6, encoder_attention_heads=8, decoder_attention_heads=8, encoder_ffn_dim=2048,
    decoder_ffn_dim=2048, activation_function="swish", scale_embedding=True,
    max_position_embeddings=512, pad_token_id=VOCABULARY - 1, eos_token_id=0, forced_eos_token_id=0,
    decoder_start_token_id=VOCABULARY - 1, share_encoder_decoder_embeddings=True,
    static_position_embeddings=True)


def field(number, value):
    """One field of a protocol buffer: text, a float or a whole number below 128."""
    if isinstance(value, float):
        return bytes([number << 3 | 5]) + struct.pack("<f", value)
    if isinstance(value, int):
        return bytes([number << 3, value])
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(data)]) + data


def pieces():
    """A SentencePiece model (unigram) with a few pieces; measurements take ids, never text."""
    listed = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3), ("\u2581t", -1.0, 1), ("t", -2.0, 1)]
    data = b"".join(field(1, field(1, text) + field(2, score) + field(3, kind)) for text, score, kind in listed)
    return data + field(2, field(3, 1))


def names():
    return ["</s>", "<unk>"] + [f"t{number}" for number in range(2, VOCABULARY - 1)]


def write_ctranslate(folder, model, kind):
    from ctranslate2.converters.transformers import MarianMTLoader

    spec = MarianMTLoader().get_model_spec(model)
    # The loader leaves the row of the padding out, which is the last.
    spec.register_source_vocabulary(names())
    spec.register_target_vocabulary(names())
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token = "</s>"
    spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization=None if kind == "float32" else kind)
    target = folder / f"ct2_{kind}"
    target.mkdir(exist_ok=True)
    spec.save(str(target))


def make(folder):
    done = folder / "complete"
    if done.exists():
        return
    import torch
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(exist_ok=True)
    torch.manual_seed(0)
    model = MarianMTModel(MarianConfig(**CONFIG)).eval()
    with torch.no_grad():
        model.final_logits_bias.normal_(0, 0.1)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **CONFIG}, indent=1))
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(pieces())
    numbered = {name: number for number, name in enumerate([*names(), "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(numbered))
    sources = numpy.random.default_rng(1).integers(10, VOCABULARY - 10, (SENTENCES, SOURCE_TOKENS)).tolist()
    for count in (1, SENTENCES):
        (folder / f"sources.{count}.json").write_text(json.dumps(sources[:count]))
    for kind in ("int8", "float32"):
        write_ctranslate(folder, model, kind)
    done.touch()
