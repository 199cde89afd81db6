"""Makes tests/fixtures/tokenizer: texts, small vocabularies, and the ids that the reference programs give.

Usage:
    python tests/reference/tokenizer_fixtures.py --smollm2 SmolLM2-135M-Instruct.Q4_1.gguf \
        --gemma3 gemma-3-270m.Q4_K_M.gguf --lines ntrex-dev.en ntrex-dev.tr ntrex-dev.ru

Needs llama-cpp-python 0.3.36, gguf 0.19, sentencepiece 0.2.3, tokenizers 0.23.3, transformers 5.23.
`--lines` names files with one text a line; the first ten of each go into the fixtures.
"""

import argparse
import ctypes
import io
import json
import os
from pathlib import Path

import gguf
import llama_cpp
import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import MarianTokenizer, T5Tokenizer

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "tokenizer"

# Written for this file: what small vocabularies are learnt from.
LEARNT = """The ferry left the harbour at 7.45 and reached the island 35 minutes later, the company's spokesman said.
"We'll build 1,250 flats by 2031," the mayor promised; residents weren't convinced.
Prices rose 3.2% in October, and they'd already risen 2.9% in September.
It's the town's first library: 48,000 books, 12 reading rooms, no entrance fee!
Rain is expected on Monday (11 mm), Tuesday (4 mm) and the night of the 23rd.

Vapur iskeleden saat 7.45'te ayrıldı ve 35 dakika sonra adaya ulaştı, diyor şirketin sözcüsü.
Belediye başkanı "2031'e kadar 1.250 konut yapacağız" dedi; mahalleli pek inanmadı.
Fiyatlar ekimde %3,2 arttı, eylüldeki artış %2,9'du.
İlçenin ilk kütüphanesi: 48.000 kitap, 12 okuma salonu, giriş ücretsiz!
Yağmur pazartesi (11 mm), salı (4 mm) ve ayın 23'ünde bekleniyor.

Паром вышел из гавани в 7:45 и через 35 минут был у острова, сообщил представитель компании.
«К 2031 году построим 1250 квартир», — пообещал мэр; жители не поверили.
Цены выросли на 3,2 % в октябре, а в сентябре — на 2,9 %.
Первая библиотека города: 48 000 книг, 12 читальных залов, вход бесплатный!
Дождь обещают в понедельник (11 мм), во вторник (4 мм) и в ночь на 23-е.
"""

CASES = [
    "", " ", "  ", "   ", "\n", "\n\n", "\n\n\n \n", "\t\t \t", "\r\n\r\n x", " \n \n x", "a  b   c    d", "  lead",
    "trail  ", "trail \n", "\u00a0nbsp\u00a0\u00a0x", "a\u2003b \u3000c\u200bd", "\u0085next\u2028line",
    "I'm you're we'LL THEY'RE it's 'S d'x 'tis ''s don’t", " 's", "\n's", "Ankara'da 5'inci 2031'e",
    "1 12 123 1234 12345678", "3.14159 1,000,000 1.000.000,50 TL", "٣٤٥ ४५६ Ⅷ ½ x²", "a1b22c333d4444", "%50'si № 5 -- 11:45",
    "😀 👨‍👩‍👧‍👦 🇹🇷🇷🇺 ❤️ 👍🏽", "a😀b", "中文字符 日本語テキスト、カタカナ。 한국어", "漢字mixed中文 English", "ไทย العربية עברית हिन्दी தமிழ்",
    "e\u0301 é i\u0307stanbul İSTANBUL ısı и\u0306 ударе\u0301ние", "\u0301alone a\u0300\u0301\u0302", "  \u0301x 1\u03012",
    "\x01\x02\x1f control \x7f \x1b[31m", "a\x0bb\x0cc", "\ufeffbom \ufffd \ue000", "\u0378\U0010ffff",
    "<|im_start|>user\nhi<|im_end|>\n", "x<|im_end|>y<|im_end|", "<start_of_turn>user\nhello<end_of_turn>\n<start_of_turn>model\n",
    "<bos><eos><pad><unk><unused5>", "<s>hello</s>", "<|endoftext|><reponame><think>x</think>", "<table><h1>Title</h1></table>",
    "<0x0A><0xE2><0x82>", "▁▁ ▁x ▁", "~ ~~~ ~abc a~b", "$100 €50 £20 ₺5 a+b=c <x> |y| ^z `code`", "!!!???...\n\n?!\r\n",
    "(«ёлочки») “quotes” — dash – en …", "http://example.com/a?b=c&d=e#f user@example.com #tag", "foo_bar camelCase \\n {\"a\": [1]}",
    "Türkiye'nin başkenti Ankara'dır. Şöyle böyle ĞÜŞİÖÇ", "Президент заявил: «Это — 100%». Ёжик. Объём",
    "ﬁ Ａｂｃ１２３ ①② ㈱ ǅ ʰ µ Å Ω 𝔘𝔫 𝟙𝟚", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "мама" * 12, "1" * 40, " " * 40, "\n" * 40, ".=-" * 12,
    "\n a\n  b\n   c\n\td", LEARNT.split("\n\n")[0], LEARNT.split("\n\n")[1], LEARNT.split("\n\n")[2],
]


class Reference:
    """llama.cpp's tokenizer of one GGUF file."""

    def __init__(self, path, spaced=False):
        """`spaced` says that encoding puts a space before the text."""
        self.spaced = spaced
        parameters = llama_cpp.llama_model_default_params()
        parameters.vocab_only = True
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        assert self.model, path
        self.vocab = llama_cpp.llama_model_get_vocab(self.model)

    def encode(self, text, special):
        data = text.encode()
        room = (ctypes.c_int32 * (2 * len(data) + 16))()
        count = llama_cpp.llama_tokenize(self.vocab, data, len(data), room, len(room), False, special)
        assert count >= 0
        return list(room[:count])

    def decode(self, ids):
        """What generation writes token by token; llama.cpp's own whole-text decoder would drop spaces
        before punctuation in some families."""
        data = b""
        for index, id in enumerate(ids):
            room = ctypes.create_string_buffer(256)
            strip = 1 if index == 0 and self.spaced else 0
            count = llama_cpp.llama_token_to_piece(self.vocab, id, room, len(room), strip, False)
            assert count >= 0
            data += room.raw[:count]
        return data.decode("utf-8", "replace")

    def facts(self):
        count = llama_cpp.llama_vocab_n_tokens(self.vocab)
        start = llama_cpp.llama_vocab_bos(self.vocab) if llama_cpp.llama_vocab_get_add_bos(self.vocab) else None
        ends = [id for id in range(count) if llama_cpp.llama_vocab_is_eog(self.vocab, id)]
        return {"tokens": count, "start": start, "ends": ends}

    def row(self, text):
        """Leaves out what follows from the rest."""
        plain, special = self.encode(text, False), self.encode(text, True)
        row = {"plain": plain}
        if special != plain:
            row["special"] = special
        decoded = self.decode(plain)
        if decoded != text:
            row["decoded"] = decoded
        return row

    def record(self, texts):
        return self.facts() | {"rows": [self.row(text) for text in texts]}


def learn_byte_pairs():
    """Merges over the whole text, so that every boundary that a word splitter draws shows in the ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, max_token_length=12
    )
    chunks = [LEARNT[start : start + 90] for start in range(0, len(LEARNT), 30)]
    # Splitters differ in what they do with combining marks.
    marks = ["ударе\u0301ние и\u0306 e\u0301", "\u0301alone a\u0300\u0301\u0302"] * 20
    tokenizer.train_from_iterator(chunks + marks + [case for case in CASES if case], trainer)
    return json.loads(tokenizer.to_str())["model"]


def write_byte_pairs(path, model, pre):
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    extra = [("<|endoftext|>", 3), ("<|im_start|>", 3), ("<|im_end|>", 3), ("<think>", 4), ("</think>", 4), ("<s>", 3)]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens + [text for text, _ in extra])
    writer.add_token_types([1] * len(tokens) + [kind for _, kind in extra])
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(len(tokens) + 5)
    writer.add_eos_token_id(len(tokens) + 2)
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# Maps a few characters, as the large maps of real models do.
RULES = "\n".join(
    f"{' '.join(f'{ord(c):X}' for c in left)}\t{' '.join(f'{ord(c):X}' for c in right)}"
    for left, right in [("ﬁ", "fi"), ("…", "..."), ("\u00a0", " "), ("\t", " "), ("\n", " "), ("\u3000", " "), ("e\u0301", "é"), ("и\u0306", "й"), ("Ａ", "A"), ("\u200b", ""), ("½", "1/2"), ("\u00ad", "")]
)


def learn_pieces(kind, **settings):
    output = io.BytesIO()
    # The model records the name under which the rules were given: a bare one tells of no machine.
    os.chdir(FOLDER)
    rules = Path("rules.tsv")
    rules.write_text(RULES + "\n")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for line in LEARNT.split("\n") if line),
        model_writer=output,
        model_type=kind,
        vocab_size=settings.pop("vocab_size"),
        normalization_rule_tsv="rules.tsv",
        hard_vocab_limit=False,
        minloglevel=2,
        **settings,
    )
    rules.unlink()
    return output.getvalue()


def write_scored_pieces(path, model):
    """An `.spm` model as a GGUF file of `llama` kind with a space before the text."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    ids = range(processor.vocab_size())

    def kind(id):
        if processor.is_unknown(id):
            return 2
        if processor.is_control(id):
            return 3
        return 6 if processor.is_byte(id) else 1

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([processor.id_to_piece(id) for id in ids] + ["<|im_start|>", "<|im_end|>", "[user]"])
    writer.add_token_scores([processor.get_score(id) for id in ids] + [0.0, 0.0, 0.0])
    writer.add_token_types([kind(id) for id in ids] + [3, 3, 4])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    finish(writer)


def sentencepiece_record(model, texts):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [{"ids": processor.encode(text), "decoded": processor.decode(processor.encode(text))} for text in texts]


def marian_record(folder, source, target, texts):
    """A Marian repository in small, with a language code; the numbers are not the models' own."""
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    pieces = set()
    for model in (source, target):
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        pieces |= {processor.id_to_piece(id) for id in range(processor.vocab_size())}
    # Some pieces are not in the vocabulary, as in real repositories.
    kept = [piece for index, piece in enumerate(sorted(pieces - {"</s>", "<unk>", "<s>"})) if index % 17]
    named = ["</s>", "<unk>", ">>rus<<", ">>tur<<", *kept, "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({piece: id for id, piece in enumerate(named)}, ensure_ascii=False))
    (folder / "tokenizer_config.json").write_text('{"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}')
    tokenizer = MarianTokenizer.from_pretrained(str(folder))
    rows = []
    for text in texts:
        target_ids = tokenizer(text_target=text).input_ids
        rows.append({
            "source": tokenizer(text).input_ids,
            "russian": tokenizer(">>rus<< " + text).input_ids,
            "target": target_ids,
            "decoded": tokenizer.decode(target_ids, skip_special_tokens=True, use_source_tokenizer=False),
        })
    return rows


def t5_record(folder, model, texts):
    """The same pieces as `tokenizer.json`, in the order that T5 gives its special tokens."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = [(processor.id_to_piece(id), processor.get_score(id)) for id in range(3, processor.vocab_size())]
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces]
    tokenizer = T5Tokenizer(vocab=vocab, extra_ids=0)
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    return [
        {"ids": (ids := tokenizer(text).input_ids), "decoded": tokenizer.decode(ids, skip_special_tokens=True)}
        for text in texts
    ]


def write_json(name, value):
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smollm2", required=True)
    parser.add_argument("--gemma3", required=True)
    parser.add_argument("--lines", nargs="*", default=[])
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = [line for path in arguments.lines for line in Path(path).read_text().split("\n")[:10]]
    texts = CASES + lines
    write_json("texts.json", texts)
    starter = {"smollm2": Reference(arguments.smollm2).record(texts), "gemma3": Reference(arguments.gemma3).record(texts)}
    write_json("starter.json", starter)

    byte_pairs = learn_byte_pairs()
    records = {}
    path = FOLDER / "byte_pairs.gguf"
    # The last one is kept; the test puts the other names into it.
    for pre in ["smollm", "llama-bpe", "qwen2", "qwen35", "hunyuan-dense", "default", "gpt-2"]:
        write_byte_pairs(path, byte_pairs, pre)
        records[pre] = Reference(path).record(CASES)
    pieces = learn_pieces("bpe", vocab_size=420, byte_fallback=True, character_coverage=0.98)
    write_scored_pieces(FOLDER / "llama.gguf", pieces)
    records["llama"] = Reference(FOLDER / "llama.gguf", spaced=True).record(CASES)
    write_json("small.json", records)

    unigram = learn_pieces("unigram", vocab_size=260, user_defined_symbols=["<2tr>", "<2ru>", "--", "mm)"])
    byte_pair = learn_pieces("bpe", vocab_size=420, byte_fallback=True, character_coverage=0.98, user_defined_symbols=["--", "mm)"])
    (FOLDER / "bpe.spm").write_bytes(byte_pair)
    marian = FOLDER / "marian"
    marian.mkdir(exist_ok=True)
    t5 = FOLDER / "t5"
    t5.mkdir(exist_ok=True)
    target = learn_pieces("unigram", vocab_size=220)
    # A text that is nothing but special tokens would be split by transformers, which bulletin never does.
    plain = [text for text in CASES if not any(mark in text for mark in ["</s>", "<unk>", "<pad>"])]
    plain.append("<2tr> mm) 4 mm) a--b ----")
    write_json("plain.json", plain)
    write_json("pieces.json", {
        "unigram": sentencepiece_record(unigram, plain),
        "bpe": sentencepiece_record(byte_pair, plain),
        "marian": marian_record(marian, unigram, target, plain),
        "t5": t5_record(t5, unigram, plain),
    })


if __name__ == "__main__":
    main()
