"""Names as people translated them → tests/articles/names.tsv.

usage: name_cases.py NTREX_PREFIX FLORES_PREFIX > tests/articles/names.tsv

PREFIX.en, PREFIX.tr and PREFIX.ru are translations of each other line by line. Capitalised words
that do not begin a sentence are names; two of them belong together where they stand in the same
lines: in three lines or more, in three quarters of the lines that have either, and neither goes
better with another. Nothing is left out by how it is written.
"""
import collections
import pathlib
import re
import sys

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
LANGUAGES = ("en", "tr", "ru")


def stem(word, language):
    """Forms of one name are one: Russian case endings are cut off."""
    lower = word.replace("I", "ı").replace("İ", "i").lower() if language == "tr" else word.lower()
    return lower[: max(4, len(lower) - 2)] if language == "ru" and len(lower) > 4 else lower


def names(line, language):
    """Stem → written form of the names in a line."""
    found = {}
    for match in WORD.finditer(line):
        before = line[: match.start()].rstrip(" «“\"'‘’(—–-")
        begins = not before or before[-1] in ".!?:…"
        word = match.group()
        if word[0].isupper() and not begins and len(word) > 2 and (match.start() == 0 or line[match.start() - 1] not in "'’"):
            found.setdefault(stem(word, language), word)
    return found


def main():
    lines = collections.defaultdict(list)
    for prefix in sys.argv[1:]:
        for language in LANGUAGES:
            text = pathlib.Path(f"{prefix}.{language}").read_text(encoding="utf-8")
            lines[language] += [names(line, language) for line in text.splitlines()]
    rows = set()
    for source in LANGUAGES:
        for target in LANGUAGES:
            if source == target:
                continue
            own, other, both = collections.Counter(), collections.Counter(), collections.Counter()
            forms = collections.defaultdict(collections.Counter)
            for a, b in zip(lines[source], lines[target]):
                own.update(a.keys())
                other.update(b.keys())
                both.update((x, y) for x in a for y in b)
                for names_of, language in ((a, source), (b, target)):
                    for key, form in names_of.items():
                        forms[language, key][form] += 1
            score = {(x, y): n / (own[x] + other[y] - n) for (x, y), n in both.items() if n >= 3}
            best = collections.defaultdict(float)
            for (x, y), value in score.items():
                best[0, x], best[1, y] = max(best[0, x], value), max(best[1, y], value)
            for (x, y), value in score.items():
                if value >= 0.75 and value == best[0, x] == best[1, y]:
                    most = lambda key: min(forms[key].items(), key=lambda item: (-item[1], len(item[0])))[0]
                    rows.add((source, target, most((source, x)), most((target, y))))
    print("# from<TAB>to<TAB>name<TAB>what people wrote in the translation, in any case form. NTREX-128 and")
    print("# FLORES-101, CC BY-SA 4.0; made by tests/reference/name_cases.py.")
    for row in sorted(rows):
        print("\t".join(row))


main()
