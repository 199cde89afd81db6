"""Numbers as people wrote them in three languages → tests/articles/numbers.tsv.

Usage: python tests/reference/number_cases.py NTREX_PREFIX FLORES_PREFIX > tests/articles/numbers.tsv
Takes every number with a separator of thousands or decimals from sentence N in one language, and the
number with the same digits from sentence N in another: PREFIX.en, PREFIX.tr, PREFIX.ru, line by line.
Nothing is left out by how it is written, so that the share that a program gets right means something.
"""

import pathlib
import re
import sys

NUMBER = re.compile(r"(?<![\w.,:/-])\d{1,3}(?:[ \u00a0]\d{3})+(?:,\d+)?(?![\w:/-])|(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-])")


def numbers(line):
    found = {}
    for number in NUMBER.findall(line):
        digits = re.sub(r"\D", "", number)
        found.setdefault(digits, number)
    return found


def main():
    rows = {}
    for prefix in sys.argv[1:]:
        texts = {
            language: pathlib.Path(f"{prefix}.{language}").read_text(encoding="utf-8").splitlines()
            for language in ("en", "tr", "ru")
        }
        for at in range(len(texts["en"])):
            found = {language: numbers(lines[at]) for language, lines in texts.items()}
            for source in found:
                for target in found:
                    for digits in found[source].keys() & found[target].keys():
                        own, other = found[source][digits], found[target][digits]
                        time = re.fullmatch(r"\d{1,2}[.:]\d{2}", own) and source != "en"
                        if source != target and own != digits and len(digits) > 1 and not time:
                            rows[(source, target, own, other)] = True
    print("# from<TAB>to<TAB>number<TAB>as a person wrote it in the translation. NTREX-128 and")
    print("# FLORES-101, CC BY-SA 4.0; made by tests/reference/number_cases.py.")
    for row in sorted(rows):
        print("\t".join(row).replace("\u00a0", " "))


main()
