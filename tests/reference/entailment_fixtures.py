"""Small random entailment models and what `transformers` computes with them → tests/fixtures/entailment.

Usage: python tests/reference/entailment_fixtures.py [OUTPUT_FOLDER]
Made with torch 2.15, transformers 5.23, tokenizers 0.23 and sentencepiece 0.2. Each folder holds a
model as it would be published and `reference.json`: pairs of texts in, ids and logits of one padded
batch out. Both read 512 tokens, and the first has mDeBERTa's 256 buckets of relative positions, so
that every bucket is used.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import sentencepiece
import torch
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import (
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

TEXTS = [
    "The harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries.",
    "Engineers found cracks in two of its nine girders, and repairs will take about seven months.",
    "Cars and buses may still cross at walking pace, council leader Mara Whitlock said.",
    "Nobody was hurt when the ferry ran aground near the northern pier in thick fog.",
    "Yeşilköy Belediyesi, 24 derslikli yeni okulun 12 Eylül'de açılacağını duyurdu.",
    "Belediye başkanı, öğrencilerin okula ücretsiz otobüsle taşınacağını söyledi.",
    "Liman meclisi eski köprüyü kamyonlara kapatma kararı aldı; onarım yedi ay sürecek.",
    "Sis yüzünden karaya oturan vapurda kimse yaralanmadı.",
    "Портовый совет решил закрыть старый мост для грузовиков с первого марта.",
    "Инженеры нашли трещины в двух из девяти балок, ремонт займёт около семи месяцев.",
    "Глава совета сказала, что автобусы смогут проезжать с малой скоростью.",
    "Никто не пострадал, когда паром сел на мель у северного причала.",
]
PAIRS = [
    (TEXTS[0], "The bridge is closed to lorries."),
    (TEXTS[1] + " " + TEXTS[2], "Repairs take seven months."),
    ("Fog.", "Nobody was hurt."),
    (TEXTS[4], "Okul 12 Eylül'de açılacak."),
    (TEXTS[8] + " " + TEXTS[9], "Мост закрыт."),
    (TEXTS[0], TEXTS[6]),
    (TEXTS[9], TEXTS[1]),
    # Longer than the model reads: the premise is cut.
    (" ".join(TEXTS), "No lorries until March, the council said on Tuesday."),
    (" ".join(reversed(TEXTS)), TEXTS[10]),
    ("", "An empty premise."),
    ("“Quotes”, 3,5 % — and №7 ½ İstanbul ﬁn… 漢", "Çok büyük: 1.250.000 €"),
]


def pieces(folder, specials, vocabulary):
    """A SentencePiece unigram model without its large normalisation table."""
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(TEXTS * 4), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "pieces"), vocab_size=vocabulary,
        model_type="unigram", normalization_rule_name="identity", character_coverage=0.995,
        num_threads=1, seed_sentencepiece_size=2000, hard_vocab_limit=False, **specials,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
    return model, [(model.id_to_piece(i), model.get_score(i)) for i in range(model.get_piece_size())]


def tokenizer_of(vocabulary, unknown, specials, template, prepend):
    tokenizer = Tokenizer(models.Unigram(vocabulary, unknown, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=prepend)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme=prepend)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in specials])
    single, pair, names = template
    tokenizer.post_processor = TemplateProcessing(
        single=single, pair=pair,
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])
    return tokenizer


def randomise(model, seed):
    """Weights with which attention is sharp and labels vary: flat ones would test nothing."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda shape: torch.randn(shape, generator=generator)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "LayerNorm.weight" in name:
                parameter.copy_(1 + 0.2 * normal(parameter.shape))
            elif parameter.ndim == 1:
                parameter.copy_(0.2 * normal(parameter.shape))
            elif "embeddings" in name:
                parameter.copy_(normal(parameter.shape))
            else:
                parameter.copy_(1.6 * normal(parameter.shape) / parameter.shape[-1] ** 0.5)
    return model.eval()


def write(folder, model, tokenizer, kind, length, pad):
    shutil.rmtree(folder, ignore_errors=True)
    model.to(kind)
    model.save_pretrained(folder)
    # Numbers as the file has them, computed in full precision.
    model.to(torch.float32)
    stored = load_file(folder / "model.safetensors")
    model.load_state_dict({name: value.float() for name, value in stored.items()}, strict=True)
    save_file({name: value.contiguous() for name, value in stored.items()},
              folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=pad, model_max_length=length)
    batch = fast(
        [premise for premise, _ in PAIRS], [hypothesis for _, hypothesis in PAIRS],
        truncation="only_first", max_length=length, padding=True, return_tensors="pt",
    )
    with torch.no_grad():
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    rows = []
    for index, (premise, hypothesis) in enumerate(PAIRS):
        count = int(batch["attention_mask"][index].sum())
        whole = fast(premise, hypothesis)["input_ids"]
        rows.append(dict(
            premise=premise, hypothesis=hypothesis, cut=len(whole) - count,
            ids=batch["input_ids"][index, :count].tolist(),
            logits=[float(f"{value:.7g}") for value in logits[index].tolist()],
        ))
    text = json.dumps(dict(length=length, pairs=rows), ensure_ascii=False)
    (folder / "reference.json").write_text(text + "\n", encoding="utf-8")
    print(folder.name, max(len(row["ids"]) for row in rows), [row["cut"] for row in rows])
    print(torch.softmax(logits, -1))


def deberta(output, scratch):
    specials = dict(
        pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]",
        eos_piece="[SEP]", unk_piece="[UNK]")
    _, vocabulary = pieces(scratch, specials, 420)
    template = ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ["[CLS]", "[SEP]"])
    names = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    tokenizer = tokenizer_of(vocabulary, 3, names, template, "always")
    config = DebertaV2Config(
        vocab_size=len(vocabulary) + 3, hidden_size=36, num_hidden_layers=3, num_attention_heads=3,
        intermediate_size=60, hidden_act="gelu", max_position_embeddings=512, type_vocab_size=0,
        relative_attention=True, max_relative_positions=-1, position_buckets=256,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p",
        position_biased_input=False, layer_norm_eps=1e-7, pad_token_id=0, pooler_hidden_size=36,
        pooler_dropout=0, pooler_hidden_act="gelu",
        id2label={0: "entailment", 1: "neutral", 2: "contradiction"},
        label2id={"entailment": 0, "neutral": 1, "contradiction": 2})
    model = randomise(DebertaV2ForSequenceClassification(config), 7)
    write(output / "mdeberta", model, tokenizer, torch.float16, 512, "[PAD]")
    shutil.copy(scratch / "pieces.model", output / "mdeberta" / "spm.model")


def xlm_roberta(output, scratch):
    """Ids as published: the pieces of the SentencePiece model, one place further on."""
    _, vocabulary = pieces(scratch, dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1), 420)
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + vocabulary[3:]
    template = ("<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"])
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = tokenizer_of(vocabulary, 3, names, template, "always")
    config = XLMRobertaConfig(
        vocab_size=len(vocabulary) + 1, hidden_size=40, num_hidden_layers=2, num_attention_heads=5,
        intermediate_size=56, hidden_act="gelu", max_position_embeddings=514, type_vocab_size=1,
        layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        id2label={0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"},
        label2id={"CONTRADICTION": 0, "NEUTRAL": 1, "ENTAILMENT": 2})
    model = randomise(XLMRobertaForSequenceClassification(config), 11)
    write(output / "xlm-roberta", model, tokenizer, torch.float32, 512, "<pad>")
    shutil.copy(scratch / "pieces.model", output / "xlm-roberta" / "sentencepiece.bpe.model")


def main():
    default = pathlib.Path(__file__).parent.parent / "fixtures" / "entailment"
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    output.mkdir(parents=True, exist_ok=True)
    for make in (deberta, xlm_roberta):
        with tempfile.TemporaryDirectory() as scratch:
            make(output, pathlib.Path(scratch))


if __name__ == "__main__":
    main()
