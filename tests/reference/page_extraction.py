#!/usr/bin/env python3
"""Words, titles and dates that `bulletin extract` and trafilatura take out of the same pages.

    page_extraction.py PAGES.jsonl --program target/release/bulletin [--wrong]

Each row of PAGES.jsonl has file, lang, kind, title, text, summary, published, optional, must_not; files lie beside it.
Word F1 is over multisets of lower-cased words: recall over `text`; words of title, summary and optional cost no
precision. Needs trafilatura (2.1 or later).
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess

import trafilatura


def words(text: str | None) -> collections.Counter:
    return collections.Counter(re.findall(r"\w+", (text or "").lower()))


def f1(found: str, row: dict) -> float:
    got, gold = words(found), words(row["text"])
    optional = row.get("optional") or ""
    free = words(row["title"]) + words(row["summary"]) + words(optional if isinstance(optional, str) else "\n".join(optional))
    shared = sum((got & gold).values())
    beyond = got - gold
    wrong = sum((beyond - free).values())
    precision = shared / max(1, shared + wrong)
    recall = shared / max(1, sum(gold.values()))
    return 2 * precision * recall / max(1e-9, precision + recall)


def ours(program: str, path: pathlib.Path) -> tuple[str, str | None, str | None]:
    command = program.split() + [str(path)]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    article = (json.loads(lines[0]) if lines else {}).get("article") or {}
    return "\n".join(article.get("paragraphs", [])), article.get("title"), article.get("published")


def theirs(path: pathlib.Path) -> tuple[str, str | None, str | None]:
    page = path.read_bytes()
    found = trafilatura.bare_extraction(page, with_metadata=True)
    return (found.text or "", found.title, found.date) if found else ("", None, None)


def same(first: str | None, second: str | None) -> bool:
    bare = lambda text: " ".join(re.findall(r"\w+", (text or "").lower()))
    return bare(first) == bare(second)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=pathlib.Path)
    parser.add_argument("--program", default="target/release/bulletin extract --format json")
    parser.add_argument("--wrong", action="store_true", help="show what differs")
    options = parser.parse_args()
    sums: dict[tuple[str, str], dict[str, list[float]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in open(options.pages, encoding="utf-8"):
        row = json.loads(line)
        path = options.pages.parent / row["file"]
        for name, found in (("bulletin", ours(options.program, path)), ("trafilatura", theirs(path))):
            text, title, date = found
            score = f1(text, row)
            scores = sums[row["lang"], row["kind"]]
            scores[name + " F1"].append(score)
            scores[name + " title"].append(same(title, row["title"]))
            if row["published"]:
                scores[name + " date"].append((date or "")[:10] == row["published"][:10])
            let_through = [part for part in row["must_not"] if part in text]
            scores[name + " let through"].append(len(let_through) / max(1, len(row["must_not"])))
            if options.wrong and name == "bulletin":
                lost, more = words(row["text"]) - words(text), words(text) - words(row["text"])
                if score < 0.995 or not same(title, row["title"]) or let_through:
                    print(row["file"], f"{score:.3f}", "title:", title, "| date:", date, row["published"], let_through)
                    print("   lost:", " ".join(lost.elements())[:300], "\n   more:", " ".join(more.elements())[:300])
    for key, scores in sorted(sums.items()):
        print(*key, *(f"{name} {sum(values) / len(values):.3f}" for name, values in scores.items()), sep="  ")


if __name__ == "__main__":
    main()
