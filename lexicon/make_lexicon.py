"""Parallel text -> the bilingual lexicon that `bulletin check` reads.

    python lexicon/make_lexicon.py CORPUS_FOLDER src/checks/adequacy/lexicon.bin

CORPUS_FOLDER holds SOURCES.tsv and {en-ru,en-tr,tr-ru}.tsv.xz (source id, left text, right text). Only
sources of class `permissive` are read. Needs numpy and PyStemmer. Takes about four minutes and 5 GB on one core.

Word-translation probabilities are those of IBM model 1 (Brown et al. 1993) with an empty word, learned in
both directions. What is kept for a pair of stems is the logarithm of how much likelier the one is where the
other stands than anywhere (t(b|a) / p(b)), in both directions. For each stem there is also its surprise: how
rarely it goes without a counterpart in a right translation, learned on the half of the text which the
probabilities were not learned from.

File, little endian: magic `BLEX0001`; for en, tr, ru: u32 words, u32 bytes of text, u32 offsets[words + 1], u8
rarity[words], text, all stems sorted by their bytes; for en-tr, en-ru, tr-ru: u32 entries, u32 rows[left words
+ 1], u8 surprise of each left word, u8 surprise of each right word, then the entries by left word: u16 right
word [entries], u8 forward [entries], u8 backward [entries]. Rarity is -ln p * 16, surprise -ln(share without) *
32, forward and backward ln(ratio) * 24.
"""

import lzma
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import Stemmer

LANGUAGES = {"en": "english", "tr": "turkish", "ru": "russian"}
PAIRS = [("en", "tr"), ("en", "ru"), ("tr", "ru")]
# As in src: Snowball leaves long derivational endings in place.
LIMITS = {"en": 12, "tr": 6, "ru": 7}
# Documentation of business software would drown the rest.
CAPS = [("msdocs-", 12_000), ("php-docs", 8_000), ("libreoffice-help", 12_000), ("react-docs", 8_000)]
LONGEST = 60
# Turkish and Russian meet through English, too: entries from so many nats on, so many of each English word.
LEAST_DETOUR, DETOURS = 3.0, 6
ROUNDS = 5
# Words seen once are kept, with their likeliest counterparts alone.
LEAST_COUNT = 1
KEPT_OF_RARE = 4
# Nats: a counterpart is a word that makes the other e^1.5 times as likely.
LEAST_RATIO = 1.5
LEAST_PROBABILITY = 0.008
WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’ʼ`´‘]([^\W\d_]+))?")


class Words:
    """The stems of a language's sentences, as the checks of the program make them."""

    def __init__(self, language):
        self.language, self.limit = language, LIMITS[language]
        self.stemmer = Stemmer.Stemmer(LANGUAGES[language])
        self.cache = {}

    def lower(self, text):
        if self.language == "tr":
            text = text.replace("I", "ı")
        text = text.replace("İ", "i").lower()
        return text.replace("ё", "е").replace("\u0301", "").replace("\u00ad", "")

    def stems(self, text):
        found = []
        for match in WORD.finditer(text):
            word, suffix = match.group(0), match.group(1)
            if suffix:
                word = word[: -len(suffix) - 1]
            if word not in self.cache:
                self.cache[word] = self.stemmer.stemWord(self.lower(word))[: self.limit]
            found.append(self.cache[word])
        return found


def permissive(folder):
    lines = (folder / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return {row[0] for row in rows if row[1] == "permissive"}


def sentences(folder, left, right, words):
    """Pairs of lists of stems, capped by even spacing within each source."""
    allowed = permissive(folder)
    by_source = defaultdict(list)
    with lzma.open(folder / f"{left}-{right}.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            source, one, two = line.rstrip("\n").split("\t")
            if source in allowed:
                by_source[source].append((one, two))
    for source in sorted(by_source):
        pairs = by_source[source]
        cap = next((cap for name, cap in CAPS if source.startswith(name)), len(pairs))
        step = max(1.0, len(pairs) / cap)
        for at in range(min(cap, len(pairs))):
            one, two = pairs[int(at * step)]
            stems = words[left].stems(one), words[right].stems(two)
            if stems[0] and stems[1] and max(map(len, stems)) <= LONGEST:
                yield stems


def model_one(cells, sources, targets, rounds=ROUNDS):
    """t(target | source) for every pair that meets in a sentence. `cells` is (sentence x target token
    number, unique pair number, source of each unique pair, target of each, multiplicity)."""
    token, pair, pair_source, pair_target, times = cells
    probability = np.full(len(pair_source), 1.0 / targets)
    tokens = int(token.max()) + 1
    for _ in range(rounds):
        weights = probability[pair] * times[0]
        total = np.bincount(token, weights, tokens)
        weights /= total[token]
        weights *= times[1]
        expected = np.bincount(pair, weights, len(pair_source))
        mass = np.bincount(pair_source, expected, sources)
        probability = expected / np.maximum(mass[pair_source], 1e-12)
    return probability


def cells_of(lefts, rights, source_words):
    """Every (source token, target token) of every sentence; source word `source_words` is the empty word."""
    token, source, target, here, there = [], [], [], [], []
    number = 0
    for left, right in zip(lefts, rights):
        one, many = np.unique(left, return_counts=True)
        one, many = np.append(one, source_words), np.append(many, 1)
        two, often = np.unique(right, return_counts=True)
        size = len(one) * len(two)
        token.append(np.repeat(np.arange(number, number + len(two), dtype=np.int32), len(one)))
        target.append(np.repeat(two, len(one)))
        source.append(np.tile(one, len(two)))
        here.append(np.tile(many, len(two)).astype(np.float32))
        there.append(np.repeat(often, len(one)).astype(np.float32))
        number += len(two)
        assert len(target[-1]) == size
    token, source, target = map(np.concatenate, (token, source, target))
    keys = source.astype(np.int64) * 100_000 + target
    unique, pair = np.unique(keys, return_inverse=True)
    pair = pair.astype(np.int32)
    return token, pair, unique // 100_000, unique % 100_000, (np.concatenate(here), np.concatenate(there))


def ratios(lefts, rights, left_words, right_words):
    """{pair key: ln t(right | left) / p(right)} of the pairs worth keeping."""
    cells = cells_of(lefts, rights, left_words)
    probability = model_one(cells, left_words + 1, right_words)
    source, target = cells[2], cells[3]
    counts = np.bincount(np.concatenate(rights), minlength=right_words).astype(float)
    background = np.maximum(counts, 0.5) / counts.sum()
    ratio = np.log(np.maximum(probability, 1e-12) / background[target])
    keep = (source < left_words) & (ratio >= LEAST_RATIO) & (probability >= LEAST_PROBABILITY)
    occurrences = np.bincount(np.concatenate(lefts), minlength=left_words + 1)
    order = np.lexsort((-probability, source))
    first = np.searchsorted(source[order], np.arange(left_words + 2))
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order)) - first[source[order]]
    keep &= (occurrences[np.minimum(source, left_words)] > 2) | (rank < KEPT_OF_RARE)
    return dict(zip((source[keep] * 100_000 + target[keep]).tolist(), ratio[keep].tolist()))


def both_ways(lefts, rights, left_words, right_words):
    """[(left, right, forward, backward)], sorted."""
    forward = ratios(lefts, rights, left_words, right_words)
    backward = ratios(rights, lefts, right_words, left_words)
    table = {}
    for key, value in forward.items():
        table[divmod(key, 100_000)] = [value, 0.0]
    for key, value in backward.items():
        right, left = divmod(key, 100_000)
        table.setdefault((left, right), [0.0, 0.0])[1] = value
    return table


def through(one, two):
    """The table of two languages by way of a third: `one` and `two` are its tables with each of them.
    A way round is worth a nat less than its weaker half."""
    of_one, of_two = defaultdict(list), defaultdict(list)
    for table, found in ((one, of_one), (two, of_two)):
        for (middle, word), ways in table.items():
            if max(ways) >= LEAST_DETOUR:
                found[middle].append((max(ways), word))
    joined = {}
    for middle in of_one.keys() & of_two.keys():
        for ratio, left in sorted(of_one[middle])[-DETOURS:]:
            for other, right in sorted(of_two[middle])[-DETOURS:]:
                value = min(ratio, other) - 1.0
                joined[left, right] = max(value, joined.get((left, right), 0.0))
    return joined


def explained(table, lefts, rights, left_words, right_words):
    """How often each word stands in the sentences, and how often with a counterpart."""
    of_left, of_right = defaultdict(set), defaultdict(set)
    for (left, right), (forward, backward) in table.items():
        if max(forward, backward) >= LEAST_RATIO:
            of_left[left].add(right)
            of_right[right].add(left)
    seen = [np.zeros(left_words), np.zeros(right_words)]
    hits = [np.zeros(left_words), np.zeros(right_words)]
    for left, right in zip(lefts, rights):
        left, right = set(left.tolist()), set(right.tolist())
        for side, (mine, other, known) in enumerate([(left, right, of_left), (right, left, of_right)]):
            for word in mine:
                seen[side][word] += 1
                hits[side][word] += not known[word].isdisjoint(other) if word in known else 0
    return seen, hits


def surprise(seen, hits):
    """-ln of the share of occurrences without a counterpart; three imagined occurrences, half of them without."""
    return -np.log((seen - hits + 1.5) / (seen + 3.0))


def quantised(values, scale):
    return np.clip(np.rint(np.asarray(values) * scale), 0, 255).astype(np.uint8)


def main(corpus, out):
    folder = Path(corpus)
    words = {language: Words(language) for language in LANGUAGES}
    texts, counts = {}, {language: Counter() for language in LANGUAGES}
    for left, right in PAIRS:
        texts[left, right] = list(sentences(folder, left, right, words))
        print(left, right, len(texts[left, right]), "pairs", file=sys.stderr)
        for one, two in texts[left, right]:
            counts[left].update(one)
            counts[right].update(two)
    vocabulary, data = {}, [b"BLEX0001"]
    for language in LANGUAGES:
        kept = sorted((w for w, n in counts[language].items() if n >= LEAST_COUNT), key=lambda w: w.encode())
        assert len(kept) < 65_536
        vocabulary[language] = {word: at for at, word in enumerate(kept)}
        encoded = [word.encode() for word in kept]
        offsets = np.concatenate([[0], np.cumsum([len(word) for word in encoded])]).astype("<u4")
        total = sum(counts[language].values())
        rarity = quantised([-np.log(counts[language][word] / total) for word in kept], 16)
        text = b"".join(encoded)
        data += [np.array([len(kept), len(text)], "<u4").tobytes(), offsets.tobytes(), rarity.tobytes(), text]
        print(language, len(kept), "stems", file=sys.stderr)
    tables = {}
    for left, right in PAIRS:
        numbered = [
            [np.array([vocabulary[language][w] for w in pair[side] if w in vocabulary[language]], np.int64)
             for pair in texts[left, right]]
            for side, language in enumerate((left, right))
        ]
        both = [(one, two) for one, two in zip(*numbered) if len(one) and len(two)]
        sizes = len(vocabulary[left]), len(vocabulary[right])
        halves = [both[0::2], both[1::2]]
        seen, hits = [np.zeros(size) for size in sizes], [np.zeros(size) for size in sizes]
        for learned, judged in (halves, halves[::-1]):
            table = both_ways(*zip(*learned), *sizes)
            for side, (more, found) in enumerate(zip(*explained(table, *zip(*judged), *sizes))):
                seen[side] += more
                hits[side] += found
        table = tables[left, right] = both_ways(*zip(*both), *sizes)
        if left == "tr":
            for pair, value in through(tables["en", "tr"], tables["en", "ru"]).items():
                table.setdefault(pair, [value, value])
        entries = sorted(table)
        rows = np.zeros(sizes[0] + 1, "<u4")
        for one, _ in entries:
            rows[one + 1] += 1
        data += [np.array([len(entries)], "<u4").tobytes(), np.cumsum(rows).astype("<u4").tobytes()]
        data += [quantised(surprise(seen[side], hits[side]), 32).tobytes() for side in (0, 1)]
        data.append(np.array([right for _, right in entries], "<u2").tobytes())
        data += [quantised([table[entry][way] for entry in entries], 24).tobytes() for way in (0, 1)]
        print(left, right, len(entries), "entries", file=sys.stderr)
    Path(out).write_bytes(b"".join(data))
    print(sum(map(len, data)), "bytes", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:3])
