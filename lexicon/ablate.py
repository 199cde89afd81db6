"""What each part of adequacy adds: areas under the curve on the second half, as two tables in Markdown.

    python lexicon/ablate.py MT_FOLDER BULLETIN WORK_FOLDER

The arguments are those of `calibrate.py`, whose pairs and fit it uses: for each row a model is learned anew on the first half,
from some of the columns alone. `good` tells human translations from spoilt ones (another sentence of the document,
half dropped on either side, a clause replaced), `draft` from what small models wrote with a chrF below 35. The features are
computed by the program, so what one check found counts among the features of `names`, `figures` and `denials`, too.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from calibrate import WRONG, hundredths, learned, read
from cases import KINDS, directions

PARTS = {
    "words": ("missed", "uncovered", "worst", "second", "stretch", "tilt", "shared", "words"),
    "length": ("short", "long"),
    "figures": ("figures",),
    "names": ("names",),
    "denials, offices, events": ("polarity", "claims"),
    "foreign and no words, marks": ("foreign", "no_word", "marks"),
    "repeats": ("repeated",),
}
BASELINE = ("too_short", "too_long", "foreign")


def part_of(column):
    return next(part for part, words in PARTS.items() if any(column.endswith(word) or f"{word}_" in column
                                                             for word in words))


def areas(data, columns):
    """{(quality, direction): area} of a model of these columns."""
    values = np.where(np.isin(np.arange(len(data.names)), columns), data.values, 0)
    table, found = learned(values, data.direction, data.kind, data.half, data.chrf), {}
    for (one, quality), (bias, weights) in table.items():
        logit = hundredths(values, bias, weights)[1]
        here = (data.half == 1) & (data.direction == one)
        human = here & (data.kind == "human")
        spoilt = np.isin(data.kind, ("moved", "half", "added", "clause"))
        written = ~np.isin(data.kind, KINDS) & (data.chrf < WRONG)
        wrong = here & (spoilt if quality == "good" else written)
        both = human | wrong
        found[quality, one] = roc_auc_score(human[both], logit[both])
    return found


def main(folder, program, work):
    data = read(Path(folder), program, Path(work))
    every = range(len(data.names))
    rows = {"all": areas(data, list(every)),
            "length and copies (baseline)": areas(data, [at for at in every if data.names[at] in BASELINE])}
    for part in PARTS:
        mine = [at for at in every if part_of(data.names[at]) == part]
        rows[f"{part} alone"] = areas(data, mine)
        rows[f"all but {part}"] = areas(data, [at for at in every if at not in mine])
    for quality in ("good", "draft"):
        print(f"| {quality} |", " | ".join(one.replace("-", " \u2192 ") for one in directions()), "|")
        print("| --- |", " | ".join("---" for _ in directions()), "|")
        for name, found in rows.items():
            print(f"| {name} |", " | ".join(f"{found[quality, one]:.3f}".lstrip("0") for one in directions()), "|")
        print()


if __name__ == "__main__":
    main(*sys.argv[1:4])
