"""Small random models and what `transformers` computes with them → tests/fixtures/seq2seq.

Usage: python tests/reference/seq2seq_fixtures.py [OUTPUT_FOLDER]
Made with torch 2.15, transformers 5.23 and gguf 0.19. Each folder holds a model as it would be
published and `reference.json`: padded batches in, encoder states, logits, outputs and scores out.
"""

import io
import json
import pathlib
import sys

import gguf
import numpy
import sentencepiece
import torch
from safetensors.torch import load_file
from transformers import (
    GenerationConfig,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    MT5Config,
    MT5ForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
)
from transformers.models.t5.modeling_t5 import T5Attention

SOURCE_LENGTHS = [9, 3, 17, 1, 12]
SEARCHES = {
    "beam": dict(num_beams=4),
    "greedy_no_repeat": dict(no_repeat_ngram_size=1),
    "beam_no_repeat": dict(num_beams=4, no_repeat_ngram_size=2),
    "beam_short": dict(
        num_beams=4, length_penalty=0.4, early_stopping=True, no_repeat_ngram_size=2),
    "beam_never": dict(
        num_beams=3, length_penalty=0.8, early_stopping="never", no_repeat_ngram_size=1),
    "greedy_forced": dict(forced_bos_token_id=9, min_length=12),
    "beam_forced": dict(num_beams=4, forced_bos_token_id=9, min_new_tokens=9),
}


NEWS_WORDS = (
    "one two three four five six seven eight nine ten the market fell after bank raised rates "
    "minister said talks would go on in Ankara Moscow London next week about grain gas trade "
    "prices shares rose by per cent while oil was down police held men over fire at port"
)


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def batch(sources, pad):
    width = max(len(source) for source in sources)
    ids = torch.tensor([source + [pad] * (width - len(source)) for source in sources])
    mask = torch.tensor([[1] * len(source) + [0] * (width - len(source)) for source in sources])
    return dict(input_ids=ids, attention_mask=mask)


def outputs(model, inputs, new_tokens, **settings):
    """Ids without the start token and padding, their log-probabilities, and beam scores."""
    result = model.generate(
        **inputs, max_new_tokens=new_tokens, do_sample=False, return_dict_in_generate=True,
        output_scores=True, output_logits=True, **settings,
    )
    config = model.generation_config
    rows = []
    for row, sequence in enumerate(result.sequences.tolist()):
        tokens = sequence[1:]
        if config.eos_token_id in tokens:
            tokens = tokens[: tokens.index(config.eos_token_id) + 1]
        logprobs = []
        for step, token in enumerate(tokens):
            index = row if "num_beams" not in settings else int(result.beam_indices[row][step])
            logprobs.append(torch.log_softmax(result.logits[step][index].float(), -1)[token])
        entry = dict(tokens=tokens, logprobs=rounded(torch.stack(logprobs)))
        if "num_beams" in settings:
            entry["score"] = float(result.sequences_scores[row])
        rows.append(entry)
    return rows


def reference(model, sources, forced, new_tokens=24):
    config = model.generation_config
    inputs = batch(sources, config.pad_token_id)
    start = config.decoder_start_token_id
    decoder = torch.tensor([[start] + forced] * len(sources))
    with torch.no_grad():
        states = model.get_encoder()(**inputs).last_hidden_state
        logits = model(**inputs, decoder_input_ids=decoder).logits
        found = {"greedy": outputs(model, inputs, new_tokens)}
        for name, settings in SEARCHES.items():
            found[name] = outputs(model, inputs, new_tokens, **settings)
    return dict(
        start=start, sources=sources, forced=forced, new_tokens=new_tokens,
        states=[rounded(states[row, : len(source)]) for row, source in enumerate(sources)],
        logits=[rounded(logits[row]) for row in range(len(sources))],
        outputs=found,
    )


def randomise(model, seed, spread, ending):
    """Weights that make outputs vary and end: flat ones would test nothing."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda shape: torch.randn(shape, generator=generator)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "embed_positions" in name:
                continue
            if "norm" in name and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * normal(parameter.shape))
            elif parameter.ndim == 1:
                parameter.copy_(0.1 * normal(parameter.shape))
            elif "relative_attention_bias" in name:
                parameter.copy_(normal(parameter.shape))
            elif "shared" in name or "embed_tokens" in name or "lm_head" in name:
                parameter.copy_(spread * normal(parameter.shape))
            else:
                parameter.copy_(1.2 * normal(parameter.shape) / parameter.shape[-1] ** 0.5)
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.copy_(0.3 * normal(model.final_logits_bias.shape))
            model.final_logits_bias[0, model.generation_config.eos_token_id] += ending
    return model.eval()


def sources_for(vocabulary, eos, seed, lengths=SOURCE_LENGTHS):
    draw = numpy.random.default_rng(seed)
    return [draw.integers(3, vocabulary - 2, length).tolist() + [eos] for length in lengths]


def write(folder, model, data):
    (folder / "reference.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(folder.name, size, {k: [len(o["tokens"]) for o in v] for k, v in data["outputs"].items()})


def edit_json(path, changes):
    value = json.loads(path.read_text())
    value.update(changes)
    path.write_text(json.dumps(value, indent=1) + "\n")


def marian(folder, seed, dtype, nulls, **settings):
    vocabulary = settings["vocab_size"]
    target = settings.get("decoder_vocab_size", vocabulary)
    pad, eos = target - 1 if target <= vocabulary else vocabulary - 1, 0
    shape = dict(
        d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64,
        max_position_embeddings=48, scale_embedding=True, pad_token_id=pad, eos_token_id=eos,
        decoder_start_token_id=pad, forced_eos_token_id=eos,
    )
    shape.update(settings)
    model = MarianMTModel(MarianConfig(**shape))
    model.generation_config = GenerationConfig(
        pad_token_id=pad, eos_token_id=eos, decoder_start_token_id=pad, bad_words_ids=[[pad]],
        num_beams=1, **({} if nulls else dict(forced_eos_token_id=eos)),
    )
    randomise(model, seed, 0.18, 2.6)
    model.to(dtype).save_pretrained(folder)
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    data = reference(model, sources_for(vocabulary, eos, seed), [5, 9, 11, 4, 7, 30, 21])
    edit_json(folder / "generation_config.json", dict(num_beams=4))
    if nulls:
        edit_json(folder / "config.json", dict.fromkeys(
            ["forced_eos_token_id", "bos_token_id", "decoder_vocab_size", "bad_words_ids", "prefix"]))
    write(folder, model, data)


def t5(folder, seed, kind, long=False, **settings):
    shape = dict(
        vocab_size=96, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=6,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )
    shape.update(settings)
    tied = shape.get("tie_word_embeddings", True)
    config = (MT5Config if kind == "mt5" else T5Config)(**shape)
    model = (MT5ForConditionalGeneration if kind == "mt5" else T5ForConditionalGeneration)(config)
    if not tied:  # Published untied heads are in the file beside the embeddings.
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
    model.generation_config = GenerationConfig(
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, num_beams=1)
    randomise(model, seed, 0.5, 0)
    with torch.no_grad():  # Nothing but the head can make the end likely.
        model.lm_head.weight[1] *= 3.5
        if tied and model.config.model_type == "t5":
            model.shared.weight *= 4
    lengths = SOURCE_LENGTHS + ([210] if long else [])
    draw = numpy.random.default_rng(seed + 1)
    forced = draw.integers(3, 90, 170).tolist() if long else [5, 9, 11, 4, 7, 30, 21]
    sources = sources_for(96, 1, seed, lengths)
    data = reference(model, sources, forced)
    if long:  # The far positions of the long sentence are what this model is for.
        data["states"] = [[]] * 5 + data["states"][-1:]
        rows = [9, 17, 64, 128, 169]
        data["logit_steps"] = rows
        data["logits"] = [[]] * 5 + [rounded(torch.tensor(data["logits"][-1]).view(-1, 96)[rows])]
    model.save_pretrained(folder)
    edit_json(folder / "config.json", dict(tie_word_embeddings=tied))
    write(folder, model, data)
    return model, data


def sentence_pieces(folder, vocabulary):
    """Tokenizer files for a Marian model of so many tokens: both sides alike, with `>>rus<<`."""
    words = NEWS_WORDS.split()
    draw = numpy.random.default_rng(9)
    lines = [" ".join(draw.choice(words, 8)) for _ in range(600)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type="unigram", vocab_size=88,
        hard_vocab_limit=False, normalization_rule_name="identity", minloglevel=2)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    names = [pieces.id_to_piece(token) for token in range(pieces.get_piece_size())]
    names = [name for name in names if name not in ("<s>", "</s>", "<unk>")]
    known = ["</s>", "<unk>", ">>rus<<"] + names
    rest = [f"слово{index}" for index in range(vocabulary - len(known) - 1)]
    numbered = {name: token for token, name in enumerate(known + rest + ["<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(numbered, ensure_ascii=False, indent=0) + "\n")
    for side in ["source", "target"]:
        (folder / f"{side}.spm").write_bytes(model.getvalue())
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        source_lang="en", target_lang="ru", tokenizer_class="MarianTokenizer")) + "\n")


def texts(folder):
    """What transformers makes of sentences, from text to text."""
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = MarianTokenizer.from_pretrained(folder)
    sentences = ["The market fell", ">>rus<< talks in Ankara next week", "oil",
                 "police held ten men over fire at port", "grain prices rose by six per cent",
                 "the minister said rates would go on"]
    cases = []
    for sentence in sentences:
        inputs = tokenizer([sentence], return_tensors="pt")
        found = model.generate(**inputs, max_new_tokens=12)[0]
        cases.append(dict(source=sentence, ids=inputs.input_ids[0].tolist(),
                          text=tokenizer.decode(found, skip_special_tokens=True)))
    (folder / "texts.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
    print([case["text"] for case in cases])


LLAMA_NAMES = [
    ("encoder.block.", "enc.blk."), ("decoder.block.", "dec.blk."),
    ("encoder.final_layer_norm", "enc.output_norm"), ("decoder.final_layer_norm", "dec.output_norm"),
    ("shared", "token_embd"), ("lm_head", "output"),
    ("layer.0.SelfAttention.relative_attention_bias", "attn_rel_b"),
    ("layer.0.SelfAttention.", "attn_"), ("layer.1.EncDecAttention.", "cross_attn_"),
    ("layer.0.layer_norm", "attn_norm"),
    ("DenseReluDense.wi_0", "ffn_gate"), ("DenseReluDense.wi_1", "ffn_up"),
    ("DenseReluDense.wi", "ffn_up"), ("DenseReluDense.wo", "ffn_down"),
]


def llama_name(name):
    side = name[:3]
    for theirs, ours in LLAMA_NAMES:
        name = name.replace(theirs, ours)
    last = {"enc": "layer.1.", "dec": "layer.2."}.get(side, "")
    if side == "dec":
        name = name.replace("layer.1.layer_norm", "cross_attn_norm")
    if last:
        name = name.replace(last + "layer_norm", "ffn_norm").replace(last, "")
    return name


UNIGRAM_TEXTS = [
    "The market fell", "  talks  in Ankara ", "grain prices rose by six per cent", "Çay ve ﬁyat",
    "<2ru> oil was down", "Москва", "①½", "", "xylophone 日本",
]


def fields(message):
    """The fields of a protobuf message: numbers and contents."""
    position = 0

    def varint():
        nonlocal position
        value, shift = 0, 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(message):
        key = varint()
        size = {0: 0, 1: 8, 2: None, 5: 4}[key & 7]
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        size = varint() if size is None else size
        yield key >> 3, message[position : position + size]
        position += size


def unigram_keys(writer, folder):
    """A small SentencePiece model as llama.cpp's converter writes it, and what it makes of texts."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(NEWS_WORDS.split() * 3 + ["the market fell in Ankara"] * 40), model_writer=model,
        model_type="unigram", vocab_size=96, hard_vocab_limit=False, pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        user_defined_symbols=["<2tr>", "<2ru>"], normalization_rule_name="nmt_nfkc", minloglevel=2)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    tokens = range(pieces.get_piece_size())
    kind = lambda token: 2 if pieces.is_unknown(token) else 3 if pieces.is_control(token) else \
        4 if pieces.id_to_piece(token).startswith("<2") else 1
    writer.add_tokenizer_model("t5")
    writer.add_token_list([pieces.id_to_piece(token).encode() for token in tokens])
    writer.add_token_scores([pieces.get_score(token) for token in tokens])
    writer.add_token_types([kind(token) for token in tokens])
    writer.add_add_space_prefix(True)
    writer.add_remove_extra_whitespaces(True)
    normaliser = dict(fields(model.getvalue()))[3]
    writer.add_precompiled_charsmap(dict(fields(normaliser))[2])
    cases = [dict(text=text, ids=pieces.encode(text) + [1], decoded=pieces.decode(pieces.encode(text)))
             for text in UNIGRAM_TEXTS]
    (folder / "texts.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def gguf_files(folder, seed):
    """MADLAD-400 in Q8_0, named as Candle's published file and as llama.cpp's converter does."""
    folder.mkdir(parents=True, exist_ok=True)
    model, _ = t5(folder, seed, "t5", feed_forward_proj="gated-gelu", tie_word_embeddings=False,
                  d_kv=16, num_heads=4)
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    files = {
        "candle.gguf": (lambda name: name, gguf.GGUFWriter(str(folder / "candle.gguf"), "t5")),
        "llama.gguf": (llama_name, gguf.GGUFWriter(str(folder / "llama.gguf"), "t5")),
    }
    writer = files["llama.gguf"][1]
    writer.add_context_length(512)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(64)
    writer.add_block_count(2)
    writer.add_decoder_block_count(2)
    writer.add_head_count(4)
    writer.add_key_length(16)
    writer.add_value_length(16)
    writer.add_layer_norm_eps(1e-6)
    writer.add_relative_attn_buckets_count(32)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_decoder_start_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(0)
    unigram_keys(writer, folder)
    back = {}
    for name, tensor in tensors.items():
        values = tensor.float().numpy()
        kind = gguf.GGMLQuantizationType.Q8_0 if values.ndim == 2 and values.shape[1] % 32 == 0 \
            else gguf.GGMLQuantizationType.F32
        data = gguf.quants.quantize(values, kind)
        back[name] = torch.from_numpy(gguf.quants.dequantize(data, kind).copy()).view(tensor.shape)
        for rename, writer in files.values():
            writer.add_tensor(rename(name), data, raw_dtype=kind)
    for _, writer in files.values():
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    model.load_state_dict(back, strict=False)
    write(folder, model, reference(model, sources_for(96, 1, seed), [5, 9, 11, 4, 7, 30, 21]))


def buckets(path):
    offsets = torch.arange(-400, 401)
    tables = {}
    for count, longest in [(32, 128), (16, 64), (32, 256)]:
        for both in [True, False]:
            found = T5Attention._relative_position_bucket(offsets, both, count, longest)
            tables[f"{count} {longest} {'both' if both else 'back'}"] = found.tolist()
    path.write_text(json.dumps(tables, separators=(",", ":")) + "\n")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "tests/fixtures/seq2seq")
    torch.set_num_threads(1)
    root.mkdir(parents=True, exist_ok=True)
    buckets(root / "buckets.json")
    marian(root / "marian-base", 11, torch.float32, False, vocab_size=90, activation_function="swish")
    marian(root / "marian-big", 2, torch.float16, True, vocab_size=90, activation_function="relu")
    marian(root / "marian-separate", 3, torch.bfloat16, False, vocab_size=70, decoder_vocab_size=64,
           activation_function="gelu", share_encoder_decoder_embeddings=False, d_model=24,
           encoder_layers=1, decoder_layers=3, encoder_attention_heads=2, decoder_attention_heads=6,
           encoder_ffn_dim=40, decoder_ffn_dim=56)
    sentence_pieces(root / "marian-base", 90)
    texts(root / "marian-base")
    t5(root / "t5", 14, "t5", feed_forward_proj="relu")
    t5(root / "t5-gated", 5, "t5", num_decoder_layers=1, feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    t5(root / "mt5", 6, "mt5", long=True, feed_forward_proj="gated-gelu")
    gguf_files(root / "madlad", 7)


main()
