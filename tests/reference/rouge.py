"""ROUGE-1/2/L F1 of extractive briefs on the English human abstracts, next to lead-1 and lead-3.

Run: python tests/reference/rouge.py EVAL_FOLDER BRIEFS_JSONL
BRIEFS_JSONL: one object a line with `id` and `sentences` (as `bulletin evaluate extractive` prints it).
Setting: best of the references, lower-cased words, no stemming.
"""
import json
import re
import sys
from collections import Counter
from pathlib import Path

folder, briefs_file = Path(sys.argv[1]), Path(sys.argv[2])
rows = [json.loads(line) for line in open(folder / "sum/en-dev.jsonl", encoding="utf-8")]
rows = [row for row in rows if row["summary_kind"] == "human-abstract"]
briefs = {}
for line in open(briefs_file, encoding="utf-8"):
    brief = json.loads(line)
    briefs[brief["id"]] = brief["sentences"]


def words(text):
    return re.findall(r"\w+", text.lower())


def f1(shared, left, right):
    return 0.0 if not shared else 2 * shared / (left + right)


def ngrams(tokens, size):
    return Counter(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def overlap(left, right, size):
    left, right = ngrams(left, size), ngrams(right, size)
    return f1(sum((left & right).values()), sum(left.values()), sum(right.values()))


def longest(left, right):
    row = [0] * (len(right) + 1)
    for word in left:
        previous = 0
        for at, other in enumerate(right):
            previous, row[at + 1] = row[at + 1], previous + 1 if word == other else max(row[at + 1], row[at])
    return f1(row[-1], len(left), len(right))


def score(summaries):
    totals = [0.0, 0.0, 0.0]
    for row in rows:
        made = words(summaries[row["id"]])
        references = [words(reference) for reference in row["summaries"]]
        for at, measure in enumerate((lambda a, b: overlap(a, b, 1), lambda a, b: overlap(a, b, 2), longest)):
            totals[at] += max(measure(made, reference) for reference in references)
    return " / ".join(f"{100 * total / len(rows):.1f}" for total in totals)


def lead(text, count):
    parts = re.split(r"(?<=[.!?])[\"”]?\s+(?=[A-Z\"“])", text.replace("\n", " "))
    return " ".join(parts[:count])


print(f"{len(rows)} rows, ROUGE-1 / ROUGE-2 / ROUGE-L (F1)")
print("lead-1     ", score({row["id"]: lead(row["text"], 1) for row in rows}))
print("lead-3     ", score({row["id"]: lead(row["text"], 3) for row in rows}))
for count in (1, 2, 3):
    print(f"extractive, first {count} chosen in article order", score({key: " ".join(value[:count]) for key, value in briefs.items()}))
