"""Human translations and their spoilt copies, and translations that small models wrote, with what a reference says of them.

    python lexicon/cases.py MT_FOLDER BULLETIN WORK_FOLDER [options of bulletin evaluate translation]

has models translate 70 sentences of each half in six directions, for `calibrate.py`: MODELS by default, in two ways each.
Files that are there already are kept, so a model is measured anew when WORK_FOLDER/outputs.NAME.* are deleted. Needs sacrebleu.
"""

import json
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

LANGUAGES = ("en", "tr", "ru")
KINDS = ("human", "moved", "half", "added", "clause", "word")
# Of how many sentences one is spoilt in each way.
SPOILT_EACH = 4
# Sentences of each half that models translate: of NTREX, and of FLORES.
SAMPLE = {"ntrex": 50, "flores": 20}
# Names of runs, and how bulletin is asked: what `starter` keeps of its candidates, and first answers.
RUNS = {
    "kept": ["--model", "gemma3-270m-news"],
    "greedy": ["--model", "gemma3-270m-news", "--first-answer"],
    "base": ["--model", "gemma3-270m", "--first-answer"],
}
FUNCTION = {
    "en": "that with this from have been were which their about would there they than into after other more when will",
    "tr": "için olan daha gibi olarak kadar sonra ancak ayrıca kendi olduğu bile böyle",
    "ru": "который которая которые чтобы после также более было были может этот этого если когда только",
}


def texts(folder):
    """[(set, document, {language: line})] in order."""
    rows = []
    documents = (folder / "ntrex-dev.docids").read_text().split("\n")
    for name in ("ntrex", "flores"):
        sides = {l: (folder / f"{name}-dev.{l}").read_text(encoding="utf-8").split("\n") for l in LANGUAGES}
        for at in range(len(sides["en"]) - 1):
            document = documents[at] if name == "ntrex" else f"flores-{at // 4}"
            rows.append((name, document, {l: sides[l][at] for l in LANGUAGES}))
    return rows


def halves(rows):
    names = list(dict.fromkeys(row[1] for row in rows if row[0] == "ntrex"))
    flores = [row for row in rows if row[0] == "flores"]
    first = {name for at, name in enumerate(names) if at % 2 == 0}
    first |= {row[1] for row in flores[: len(flores) // 2]}
    return [[row for row in rows if (row[1] in first) == side] for side in (True, False)]


def words_of(rows, language):
    """Words in small letters by their ending, which stands for their class."""
    found = {}
    for _, document, lines in rows:
        for word in lines[language].split():
            if word.isalpha() and word.islower() and len(word) >= 5 and word not in FUNCTION[language].split():
                found.setdefault(word[-2:], []).append((document, word))
    return found


def spoil(kind, rows, at, source, target, classes, chance):
    """(source, translation), or None where the sentence does not serve."""
    _, document, lines = rows[at]
    one, two = lines[source], lines[target]
    words = two.split()
    if kind == "human":
        return one, two
    if kind == "moved":
        others = [row for row in rows[max(0, at - 8) : at + 9] if row[1] == document and row[2] is not lines]
        return (one, chance.choice(others)[2][target]) if others else None
    if kind in ("half", "added"):
        text = two if kind == "half" else one
        words = text.split()
        if len(words) < 8:
            return None
        middle = len(words) // 2
        part = " ".join(words[:middle] if chance.random() < 0.5 else words[middle:])
        part = part.rstrip(",;:-–— ") + ("" if part[-1] in ".!?…" else ".")
        part = part[0].upper() + part[1:]
        return (one, part) if kind == "half" else (part, two)
    if kind == "clause":
        other = rows[(at + len(rows) // 2) % len(rows)][2][target].split()
        if len(words) < 8 or len(other) < 8:
            return None
        half, foreign = len(words) // 2, len(other) // 2
        return one, " ".join(words[:half] + other[foreign:] if chance.random() < 0.5 else other[:foreign] + words[half:])
    places = [i for i, word in enumerate(words) if word.isalpha() and word.islower() and len(word) >= 5
              and word not in FUNCTION[target].split() and classes.get(word[-2:])]
    chance.shuffle(places)
    for place in places:
        others = [w for d, w in classes[words[place][-2:]] if d != document and w[:4] != words[place][:4]]
        if others:
            return one, " ".join(words[:place] + [chance.choice(others)] + words[place + 1 :])
    return None


def cases(folder):
    made = []
    for half, rows in enumerate(halves(texts(folder))):
        classes = {language: words_of(rows, language) for language in LANGUAGES}
        for source, target in permutations(LANGUAGES, 2):
            chance = random.Random(f"{source}{target}{half}")
            for at in range(len(rows)):
                for kind in KINDS:
                    if kind != "human" and (at + KINDS.index(kind)) % SPOILT_EACH:
                        continue
                    pair = spoil(kind, rows, at, source, target, classes[target], chance)
                    if pair:
                        made.append({"half": half, "kind": kind, "source": pair[0], "from": source,
                                     "translation": pair[1], "to": target, "set": rows[at][0]})
    return made


def sample(folder):
    """The rows that models translate, those of the first half first, with their half."""
    chosen = []
    for half, rows in enumerate(halves(texts(folder))):
        for name, count in SAMPLE.items():
            mine = [row for row in rows if row[0] == name]
            step = max(2, len(mine) // (2 * count) * 2)
            chosen += [(half, row) for row in mine[::step][:count]]
    return chosen


def directions():
    return [f"{one}-{two}" for one, two in permutations(LANGUAGES, 2)]


def translate(folder, program, work, options):
    rows = sample(folder)
    for language in LANGUAGES:
        lines = "".join(row[2][language] + "\n" for _, row in rows)
        (work / f"sample.{language}").write_text(lines, encoding="utf-8")
    for name, how in RUNS.items():
        for direction in directions():
            source, target = direction.split("-")
            written = work / f"outputs.{name}.{direction}"
            if written.exists():
                continue
            subprocess.run(
                [program, "evaluate", "translation", "--quiet", "--from", source, "--to", target,
                 "--source", work / f"sample.{source}", "--reference", work / f"sample.{target}",
                 "--translations", written, *how, *options], stdout=subprocess.DEVNULL, check=True)


def outputs(folder, work):
    """What was translated, with its chrF against the reference."""
    from sacrebleu.metrics import CHRF

    metric, rows, found = CHRF(), sample(folder), []
    for written in sorted(work.glob("outputs.*.??-??")):
        _, name, direction = written.name.split(".")
        source, target = direction.split("-")
        lines = written.read_text(encoding="utf-8").split("\n")[:-1]
        assert len(lines) == len(rows), f"{written} has {len(lines)} lines, the sample {len(rows)}"
        for line, (half, row) in zip(lines, rows):
            chrf = metric.sentence_score(line, [row[2][target]]).score
            found.append({"half": half, "kind": name, "source": row[2][source], "from": source, "translation": line,
                          "to": target, "set": row[0], "chrf": chrf})
    return found


if __name__ == "__main__":
    translate(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
