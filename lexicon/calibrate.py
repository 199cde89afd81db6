"""Human translations, the same spoilt, and translations of small models -> the weights of the adequacy model, and how good it is.

    python lexicon/cases.py MT_FOLDER BULLETIN WORK_FOLDER
    python lexicon/calibrate.py MT_FOLDER BULLETIN WORK_FOLDER src/checks/adequacy/weights.tsv

MT_FOLDER holds ntrex-dev and flores-dev in en, tr, ru and ntrex-dev.docids. The weights and bounds are learned on
one half of the documents (NTREX documents of even number in order of appearance, the first half of FLORES, whose
lines follow its texts); what is printed is measured on the other half. BULLETIN is the program: features are
computed by it alone. `report` behind these measures the table that is there, and writes none. Needs numpy, scikit-learn
and sacrebleu.

Two tables: `good` for translators of whom nothing is known, whose bounds are set by what right translations may be
accused of, and `draft` for models whose registry entry says quality = "draft", whose sentences are taken to be wrong three times in four. The weights of the six directions are one set with small differences.
"""

import json
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from cases import KINDS, cases, directions, outputs

# Shares of the human translations of the first half that may fall below the bounds of adequacy, and the share that
# may have a warning of any kind.
ERRORS, WARNINGS, ALL_WARNINGS = 0.004, 0.03, 0.055
# An output is wrong below, and right above, so much chrF to the reference; between them nothing is learned from it.
WRONG, RIGHT = 35.0, 50.0
# How often a sentence of a draft is wrong, and the bounds of its score: errors are 98 in 100 of the kept outputs of the first
# half that are wrong.
PRIOR, DRAFT_ERROR, DRAFT_WARNING = 0.75, 80, 88
# How far the weights of a direction may differ from those of all.
OWN = 0.3
EITHER_WAY = ("polarity", "repetition")
DOUBTS = ("names", "spelling", "casing")
CARRYING = ("names", "polarity", "numbers", "dates", "claims")
WEIGHING = {"human": 3.0, "moved": 2.0, "half": 1.0, "added": 0.6, "clause": 0.6, "word": 0.0}
OUTPUT_WEIGHT = 1.5


def features(program, work, made):
    """What the program sees in each pair; two at a time."""
    halves = [made[0::2], made[1::2]]
    running = []
    for at, part in enumerate(halves):
        pairs, seen = work / f"pairs.{at}.jsonl", work / f"features.{at}.jsonl"
        keys = ("source", "from", "translation", "to")
        pairs.write_text("\n".join(json.dumps({key: one[key] for key in keys}) for one in part))
        running.append((subprocess.Popen([program, "evaluate", "adequacy", pairs], stdout=seen.open("w")), seen))
    read = []
    for process, seen in running:
        assert process.wait() == 0
        read.append([json.loads(line) for line in seen.open()])
    return [row for both in zip_longest(*read) for row in both if row is not None]


def fit(values, direction, wrong, weight):
    """Weights for each unit and a bias, by direction. One logistic model of all directions, in which the weights of one
    may differ from the others' at a price."""
    scale = np.maximum(values.std(axis=0), 1.0)
    scaled = values / scale
    blocks = [scaled]
    for one in directions():
        mine = (direction == one)[:, None]
        blocks += [mine * 1.0, mine * scaled * OWN]
    model = LogisticRegression(C=0.3, max_iter=5000).fit(np.hstack(blocks), wrong, sample_weight=weight)
    count = values.shape[1]
    shared, fitted = model.coef_[0][:count], {}
    for at, one in enumerate(directions()):
        start = count + at * (count + 1)
        own = shared + OWN * model.coef_[0][start + 1 : start + 1 + count]
        bias = model.intercept_[0] + model.coef_[0][start]
        fitted[one] = int(round(-1000 * bias)), np.rint(-1e6 * own / scale).astype(int)
    return fitted


LOGITS = np.array([round(1000 * np.log(p / (100 - p))) for p in range(1, 100)])


def hundredths(values, bias, weights):
    """As src/checks/adequacy/model.rs computes it."""
    products = values.astype(np.int64) @ weights.astype(np.int64)
    logit = bias + np.sign(products) * (np.abs(products) // 1000)
    return np.searchsorted(LOGITS, logit, side="right"), logit


def severities(row, score, quality, bounds):
    """(is an error, is a warning or an error), as the program settles them. It printed what the table of before made of
    the findings: a note of these checks was a warning, a warning about a denial an error."""
    error, warn, doubted = bounds
    others = []
    for check, severity, _ in row["findings"]:
        if check == "adequacy":
            continue
        if check in DOUBTS and severity == "note":
            severity = "warning"
        if check in EITHER_WAY:
            severity = "error" if quality == "draft" or score < warn else "warning"
        elif quality == "draft" and check in CARRYING and severity == "warning":
            severity = "error"
        elif quality == "good" and check in DOUBTS and severity == "warning" and score >= doubted:
            severity = "note"
        others.append(severity)
    return score < error or "error" in others, score < warn or "error" in others or "warning" in others


def good_bounds(rows, score, logit, human):
    sorted_logits = np.sort(logit[human])
    error, warn = (
        max(1, int(np.searchsorted(LOGITS, sorted_logits[int(share * len(sorted_logits))]))) for share in (ERRORS, WARNINGS)
    )
    warn = max(warn, error + 1)
    for doubted in range(100, warn, -1):
        places = np.where(human)[0]
        if np.mean([severities(rows[i], score[i], "good", (0, warn, doubted))[1] for i in places]) <= ALL_WARNINGS:
            return error, warn, doubted
    return error, warn, warn


def report(one, quality, bounds, score, rows, test, groups):
    print(one, quality, "bounds", *bounds)
    for name, least in (("found by adequacy", None), ("found by all", 1), ("as an error", 0)):
        shares = []
        for group, inside in groups.items():
            places = np.where(test & inside)[0]
            if len(places) == 0:
                continue
            if least is None:
                found = score[places] < bounds[1]
            else:
                found = [severities(rows[i], score[i], quality, bounds)[least] for i in places]
            shares.append(f"{group} {np.mean(found):.3f}")
        print("   ", name, " ".join(shares))
    sizes = " ".join(f"{group} {(test & inside).sum()}" for group, inside in groups.items())
    print("    pairs", sizes)


def aucs(names, values, logit, test, groups):
    right = groups["human"]
    for group, wrong in groups.items():
        here = test & (wrong | right)
        if wrong is right or (here & wrong).sum() < 5:
            continue
        single = [roc_auc_score(right[here], -values[here, i]) for i in range(values.shape[1])]
        length = roc_auc_score(right[here], -np.abs(values[here][:, 12]) - np.abs(values[here][:, 13]))
        best = ", ".join(f"{names[i]} {single[i]:.3f}" for i in np.argsort(single)[::-1][:3])
        print(f"    AUROC {group} {roc_auc_score(right[here], logit[here]):.3f}; length {length:.3f}; {best}")


def grouped(made, kind, chrf):
    groups = {one: kind == one for one in KINDS}
    for name in sorted(set(kind) - set(KINDS)):
        mine = kind == name
        groups |= {f"{name}<25": mine & (chrf < 25), f"{name}<{WRONG:.0f}": mine & (chrf >= 25) & (chrf < WRONG),
                   f"{name}<{RIGHT:.0f}": mine & (chrf >= WRONG) & (chrf < RIGHT), f"{name}>": mine & (chrf >= RIGHT)}
    return groups


def learned(values, direction, kind, half, chrf):
    """{(direction, quality): (bias, weights)} from the first half."""
    output = ~np.isin(kind, KINDS)
    human, first = kind == "human", half == 0
    spoilt = first & ~human & ~output
    bad, right = first & output & (chrf < WRONG), first & output & (chrf > RIGHT)
    weight = np.array([WEIGHING.get(k, OUTPUT_WEIGHT) for k in kind])
    use = (first & human) | spoilt | bad
    table = {"good": fit(values[use], direction[use], ~human[use], weight[use])}
    weight = np.ones(len(kind))
    for one in directions():
        mine = direction == one
        people, wanted = first & human & mine, (bad & mine).sum() * (1 - PRIOR) / PRIOR
        weight[people] = wanted / people.sum()
    use = (first & human) | bad | right
    table["draft"] = fit(values[use], direction[use], bad[use], weight[use])
    return {(one, quality): table[quality][one] for quality in table for one in directions()}


def read_table(path):
    rows = [line.split("\t") for line in Path(path).read_text().splitlines() if line[0] != "#"]
    return {(row[0], row[1]): [int(number) for number in row[2:]] for row in rows}


def feature_names():
    """As src/checks/adequacy/features.rs has them."""
    text = open(Path(__file__).parent.parent / "src/checks/adequacy/features.rs").read()
    listed = text.split("NAMES")[1].split("[")[2].split("]")[0].splitlines()
    return [line.strip().strip('",') for line in listed if line.strip()]


def read(folder, program, work):
    """All pairs with what the program sees in them."""
    made = cases(folder) + outputs(folder, work)
    rows = features(program, work, made)
    whole = [at for at, row in enumerate(rows) if row["values"]]
    made, rows = [made[at] for at in whole], [rows[at] for at in whole]
    half, kind = (np.array([c[k] for c in made]) for k in ("half", "kind"))
    chrf = np.array([c.get("chrf", 0.0) for c in made])
    direction = np.array([f"{c['from']}-{c['to']}" for c in made])
    values = np.array([row["values"] for row in rows])
    return SimpleNamespace(made=made, rows=rows, values=values, names=feature_names(), half=half, kind=kind, chrf=chrf,
                           direction=direction)


def main(folder, program, work, out, *words):
    calibrate(read(Path(folder), program, Path(work)), out, "report" in words)


def calibrate(data, out, only_report):
    rows, values, names, direction, kind, half = (
        data.rows, data.values, data.names, data.direction, data.kind, data.half)
    old, groups = read_table(out), grouped(data.made, kind, data.chrf)
    fitted = {} if only_report else learned(values, direction, kind, half, data.chrf)
    lines = ["# direction\tquality\tmean length\terror below\twarn below\tdoubts below\tbias\t" + "\t".join(names)]
    for key, (mean, *bounds, bias) in {key: row[:5] for key, row in old.items()}.items():
        here, human = direction == key[0], kind == "human"
        bias, weights = fitted.get(key, (bias, np.array(old[key][5:])))
        score, logit = hundredths(values, bias, weights)
        if fitted and key[1] == "draft":
            bounds = DRAFT_ERROR, DRAFT_WARNING, 101
        elif fitted:
            bounds = good_bounds(rows, score, logit, here & human & (half == 0))
        lines.append("\t".join(map(str, [*key, mean, *bounds, bias, *weights])))
        report(*key, bounds, score, rows, here & (half == 1), groups)
        aucs(names, values, logit, here & (half == 1), groups)
    if fitted:
        Path(out).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
