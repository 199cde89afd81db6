"""Spelling dictionaries → stems of the ordinary words of each language, which tell a name from a word that is translated.

Run: python tests/reference/make_common_words.py FOLDER, with FOLDER/{en,tr,ru}/index.dic in Hunspell's format; writes
src/analysis/tables/common.{en,tr,ru}.txt, sorted by bytes. Needs snowballstemmer 2.2. The stems are those of src/analysis/stems.rs.

Sources: en_US of SCOWL, version 2020.12.07 (Kevin Atkinson and others; MIT and BSD); hunspell-tr (Harun Reşit Zafer; MIT);
ru_RU (Alexander I. Lebedev; BSD, 3 clauses).
"""
import re
import sys
from pathlib import Path

import snowballstemmer

LIMIT = {"en": 12, "tr": 6, "ru": 7}
STEMMER = {"en": "english", "tr": "turkish", "ru": "russian"}
LETTERS = {"en": r"[a-z]{3,}", "tr": r"[a-zçğıöşüâîû]{3,}", "ru": r"[а-яё]{3,}"}


def with_affixes(folder):
    """All forms of the English dictionary: `independent` is there as `dependent` with a prefix only."""
    rules = {}
    for line in open(folder / "en/index.aff", encoding="utf-8"):
        fields = line.split()
        kept = fields[:1] == ["SFX"] or (fields[:1] == ["PFX"] and len(fields) > 3 and fields[3] in ("in", "un", "dis"))
        if len(fields) >= 5 and kept:
            cut, add, condition = (fields[2], fields[3].split("/")[0], fields[4])
            rules.setdefault(fields[1], []).append((fields[0], "" if cut == "0" else cut, "" if add == "0" else add, condition))
    found = set()
    for line in open(folder / "en/index.dic", encoding="utf-8"):
        word, _, flags = line.strip().partition("/")
        own = [rule for flag in flags for rule in rules.get(flag, [])]
        # Hunspell puts at most one suffix and one prefix on a word.
        suffixed = {
            word[: len(word) - len(cut)] + add
            for kind, cut, add, condition in own
            if kind == "SFX" and re.search(rf"(?:{condition})$", word) and word.endswith(cut)
        }
        forms = {word} | suffixed
        forms |= {add + form for kind, _, add, _ in own if kind == "PFX" for form in forms}
        found |= forms
    return found


def stems(words, code):
    stemmer = snowballstemmer.stemmer(STEMMER[code])
    return {stemmer.stemWord(word.replace("ё", "е"))[: LIMIT[code]] for word in words}


for code in LIMIT:
    entries = [line.split("/")[0].strip() for line in open(Path(sys.argv[1]) / code / "index.dic", encoding="utf-8")]
    entries = with_affixes(Path(sys.argv[1])) if code == "en" else entries
    small = {entry for entry in entries if re.fullmatch(LETTERS[code], entry)}
    # Adjectives of places (московский) would hide the places.
    places = {word for word in small if code == "ru" and re.search(r"[сц]кий$", word)}
    names = stems({entry.lower() for entry in entries if entry[:1].isupper()}, code)
    found = stems(small - places, code) | (stems(places, code) - names)
    if code == "tr":
        # Snowball takes endings off that are none: kimse → kim.
        found |= {word[: LIMIT[code]] for word in small}
    table = Path(__file__).parents[2] / f"src/analysis/tables/common.{code}.txt"
    table.write_text("\n".join(sorted(found, key=lambda word: word.encode())) + "\n", encoding="utf-8")
    print(code, len(found), table.stat().st_size)
