#!/usr/bin/env python3
"""Counts which letter follows which in English, Turkish and Russian text, for src/language/letter_pairs.txt.

    make_letter_pairs.py --corpus FOLDER > src/language/letter_pairs.txt

FOLDER holds en-ru.tsv.xz, en-tr.tsv.xz, tr-ru.tsv.xz (source, left text, right text) and SOURCES.tsv (source,
class). Only sources of the class "permissive" are read, at most 10,000 pairs of each, so that no manual outweighs
the rest. A cell is -2 log2 P(second | first), rounded, from 0 to 35, as one digit or letter (0-9, a-z).
"""
import argparse
import collections
import lzma
import math
import pathlib

ALPHABETS = {
    "en": " abcdefghijklmnopqrstuvwxyz",
    "tr": " abcçdefgğhıijklmnoöprsştuüvyz",
    "ru": " абвгдежзийклмнопрстуфхцчшщъыьэюя",
}
FOLDED = str.maketrans("âîûё", "aiuе")
PAIRS_OF_A_SOURCE = 10_000
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def texts(folder: pathlib.Path) -> dict[str, set[str]]:
    permissive = set()
    for line in open(folder / "SOURCES.tsv", encoding="utf-8"):
        source, kind = line.split("\t")[:2]
        if kind == "permissive":
            permissive.add(source)
    found: dict[str, set[str]] = {language: set() for language in ALPHABETS}
    for left, right in (("en", "ru"), ("en", "tr"), ("tr", "ru")):
        taken = collections.Counter()
        with lzma.open(folder / f"{left}-{right}.tsv.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                source, first, second = line.rstrip("\n").split("\t")
                if source in permissive and taken[source] < PAIRS_OF_A_SOURCE:
                    taken[source] += 1
                    found[left].add(first)
                    found[right].add(second)
    return found


def lowered(text: str, language: str) -> str:
    if language == "tr":
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower().translate(FOLDED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=pathlib.Path, required=True)
    found = texts(parser.parse_args().corpus)
    print("# Made by tests/reference/make_letter_pairs.py: language, first letter (_ is the edge of a word), then")
    print("# for each second letter, in the order of the first ones, -2 log2 of its probability (0-9, a-z).")
    for language, alphabet in ALPHABETS.items():
        pairs = collections.Counter()
        for text in found[language]:
            letters = "".join(c if c in alphabet else " " for c in lowered(text, language))
            for word in letters.split():
                pairs.update(zip(" " + word, word + " "))
        for first in alphabet:
            total = sum(pairs[first, second] for second in alphabet) + len(alphabet)
            bits = [-2 * math.log2((pairs[first, second] + 1) / total) for second in alphabet]
            row = "".join(DIGITS[min(35, round(bit))] for bit in bits)
            print(language, first.replace(" ", "_"), row)


if __name__ == "__main__":
    main()
