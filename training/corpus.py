"""Parallel text -> a weighted stream of translation examples, with a part held out.

The files are `<pair>.tsv.xz` with the columns source, left, right (see README.md for where they come
from). Which sources serve, and how often a pair of each is drawn, is the table MIX below.
"""

import hashlib
import lzma
import random
import re
from dataclasses import dataclass
from pathlib import Path

NAMES = {"en": "English", "tr": "Turkish", "ru": "Russian"}
PAIRS = ("en-tr", "en-ru", "tr-ru")

# How often a sentence pair of a source is drawn, relative to one of a page of documentation, while
# learning and at the end. Only permissive and CC BY-SA sources are named: see README.md. News,
# encyclopedia and essays weigh most; manuals are there for their long sentences.
MIX = {
    "pud": (12, 24),
    "xquad": (8, 14),
    "tico19": (4, 6),
    "debian-web-news": (8, 12),
    "organicmaps": (4, 4),
    "opensource-guide": (5, 5),
    "privacyguides": (4, 3),
    "bitcoin-org": (3, 2),
    "monero-site": (3, 2),
    "djangogirls": (2, 1),
    "mlqe-pe": (2, 2),
    "tatoeba-laser": (2, 1),
    "ud-turkish-gb": (2, 1),
    "mozilla-www": (2, 1),
    "mozilla-legal": (2, 1),
    "cataclysm": (1, 0.5),
    "freeorion": (1, 0.5),
    "elementary": (1, 0.5),
    "nodejs-org": (1, 1),
    "msdocs-dynamics-ops": (1, 0.3),
    "msdocs-intune": (1, 0.3),
    "msdocs-project-operations": (1, 0.3),
    "msdocs-smb": (1, 0.3),
    "libreoffice-help": (1, 0.2),
    "python-docs-tr": (1, 0.2),
    "react-docs": (1, 0.2),
    "php-docs": (0.5, 0.1),
}
# Pairs of one source and language pair at most, spread evenly over its texts: a manual repeats itself.
CAP = 4000
# Of the questions, every so-manieth stays.
QUESTIONS_KEPT = 3
# Of a thousand pairs, this many are held out; never a source of fewer than a few hundred pairs alone.
HELD_OUT = 8
# Shares of examples that get another number, and that are shown after an earlier pair of their text.
RENUMBERED = 0.5
AFTER_ANOTHER = 0.08


@dataclass(frozen=True)
class Example:
    """One direction of a pair: what is shown to the model, and what it is to write."""

    source_language: str
    target_language: str
    prompt: str
    answer: str


def is_held_out(left: str) -> bool:
    """Whether a pair serves measuring alone: decided by its text, so that it holds for every run."""
    return int.from_bytes(hashlib.sha256(left.encode()).digest()[:4], "big") % 1000 < HELD_OUT


def read_pairs(folder: Path, pair: str) -> dict[str, list[tuple[str, str]]]:
    """Source -> its sentence pairs in their order, capped by even spacing, long sentences first."""
    found: dict[str, list[tuple[str, str]]] = {}
    with lzma.open(folder / f"{pair}.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            source, left, right = line.rstrip("\n").split("\t")
            if source in MIX and 15 <= len(left) <= 420 and 15 <= len(right) <= 420:
                found.setdefault(source, []).append((left, right))
    for source, rows in found.items():
        # News asks few questions, and some sources hardly anything else.
        questions = [row for row in rows if row[0].endswith("?")]
        dropped = set(questions) - set(questions[::QUESTIONS_KEPT])
        rows = found[source] = [row for row in rows if row not in dropped]
        if len(rows) > CAP:
            sentences = [row for row in rows if len(row[0]) >= 70 and row[0][-1] in ".!?…"]
            rows = sentences if len(sentences) >= CAP else rows
            step = max(1.0, len(rows) / CAP)
            found[source] = [rows[int(at * step)] for at in range(int(len(rows) / step))]
    return found


def renumber(left: str, right: str, chance: random.Random) -> tuple[str, str]:
    """The pair with one number exchanged on both sides, so that numbers are copied, not guessed."""
    numbers = re.findall(r"(?<![\w.,:/-])\d{1,4}(?![\w:/-]|[.,]\d)", left)
    usable = [n for n in numbers if left.count(n) == 1 and right.count(n) == 1]
    if not usable:
        return left, right
    old = chance.choice(usable)
    # Years stay years: they decide the case endings of what follows.
    new = str(chance.randint(1900, 2030)) if len(old) == 4 and old[0] in "12" else str(
        chance.randint(10 ** (len(old) - 1) + 1, 10 ** len(old) - 1))
    return left.replace(old, new), right.replace(old, new)


def form(source: str, target: str, text: str) -> str:
    """The prompt of one sentence: the very text of prompts/translate-plain.md."""
    return f"{NAMES[source]}: {text}\n{NAMES[target]}:"


class Stream:
    """An endless, seeded stream of training examples in all six directions."""

    def __init__(self, folder: Path, seed: int):
        self.chance = random.Random(seed)
        self.pairs = {pair: read_pairs(folder, pair) for pair in PAIRS}

    def held_out(self, per_direction: int) -> list[Example]:
        """The same examples for every run, from the sources that are prose."""
        chosen = []
        for pair, sources in self.pairs.items():
            rows = [row for source, rows in sorted(sources.items()) if MIX[source][0] >= 2
                    for row in rows if is_held_out(row[0])]
            random.Random(1).shuffle(rows)
            left, right = pair.split("-")
            for a, b in rows[:per_direction]:
                chosen.append(Example(left, right, form(left, right, a), f" {b}\n"))
                chosen.append(Example(right, left, form(right, left, b), f" {a}\n"))
        return chosen

    def examples(self, at_the_end: bool):
        """Draws without end, by the second column of MIX if `at_the_end`."""
        tables = {}
        for pair, sources in self.pairs.items():
            names = sorted(sources)
            weights = [len(sources[name]) * MIX[name][at_the_end] for name in names]
            tables[pair] = (names, weights)
        while True:
            pair = self.chance.choice(PAIRS)
            names, weights = tables[pair]
            rows = self.pairs[pair][self.chance.choices(names, weights)[0]]
            at = self.chance.randrange(len(rows))
            if not is_held_out(rows[at][0]):
                yield self.direct(pair, rows, at)

    def direct(self, pair: str, rows: list[tuple[str, str]], at: int) -> Example:
        left, right = rows[at]
        if self.chance.random() < RENUMBERED:
            left, right = renumber(left, right, self.chance)
        source, target = pair.split("-")
        backward = self.chance.random() < 0.5
        if backward:
            source, target, left, right = target, source, right, left
        shown = ""
        before = rows[at - 1] if at else None
        if before and not is_held_out(before[0]) and self.chance.random() < AFTER_ANOTHER:
            a, b = before[::-1] if backward else before
            if len(a) + len(b) < 300:
                shown = f"{form(source, target, a)} {b}\n\n"
        return Example(source, target, shown + form(source, target, left), f" {right}\n")
