"""Human translations, and the same spoilt -> the weights of the adequacy model, and how good it is.

    python lexicon/calibrate.py MT_FOLDER BULLETIN WORK_FOLDER src/checks/adequacy/weights.tsv

MT_FOLDER holds ntrex-dev and flores-dev in en, tr, ru and ntrex-dev.docids. The weights and bounds are learned on
one half of the documents (NTREX documents of even number in order of appearance, the first half of FLORES, whose
lines follow its texts); what is printed is measured on the other half. BULLETIN is the program: features are
computed by it alone. Needs numpy and scikit-learn.
"""

import json
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

LANGUAGES = ("en", "tr", "ru")
KINDS = ("human", "moved", "half", "added", "clause", "word")
# Shares of the human translations of the first half that may fall below the bounds of adequacy, and the share that
# may have a warning of any kind.
ERRORS, WARNINGS, ALL_WARNINGS = 0.008, 0.03, 0.055
DOUBTS = ("names", "polarity", "spelling", "casing")
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
                    if kind != "human" and (at + KINDS.index(kind)) % 2:
                        continue
                    pair = spoil(kind, rows, at, source, target, classes[target], chance)
                    if pair:
                        made.append({"half": half, "kind": kind, "source": pair[0], "from": source,
                                     "translation": pair[1], "to": target, "set": rows[at][0]})
    return made


def fit(values, right, weight):
    scale = np.maximum(values.std(axis=0), 1.0)
    model = LogisticRegression(C=0.3, max_iter=2000).fit(values / scale, right, sample_weight=weight)
    return model.coef_[0] / scale, model.intercept_[0]


LOGITS = np.array([round(1000 * np.log(p / (100 - p))) for p in range(1, 100)])


def hundredths(values, bias, weights):
    """As src/checks/adequacy/model.rs computes it."""
    products = values.astype(np.int64) @ weights.astype(np.int64)
    logit = bias + np.sign(products) * (np.abs(products) // 1000)
    return np.searchsorted(LOGITS, logit, side="right"), logit


def severities(row, score, bounds):
    """(is an error, is a warning or an error), as the program settles them."""
    error, warn, doubted = bounds
    others = []
    for check, severity, _ in row["findings"]:
        if check in DOUBTS and score >= doubted:
            severity = "note" if severity != "error" else "warning" if check == "polarity" else "error"
        if check != "adequacy":
            others.append(severity)
    return score < error or "error" in others, score < warn or "error" in others or "warning" in others


def doubts_bound(rows, score, human, warn):
    places = np.where(human)[0]
    for bound in range(100, warn, -1):
        if np.mean([severities(rows[i], score[i], (0, warn, bound))[1] for i in places]) <= ALL_WARNINGS:
            return bound
    return warn


def report(one, bounds, score, rows, test, kind):
    print(one, "bounds", *bounds)
    for name, least in (("found by adequacy", None), ("found by all", 1), ("as an error", 0)):
        shares = []
        for k in KINDS:
            places = np.where(test & (kind == k))[0]
            if least is None:
                found = score[places] < bounds[1]
            else:
                found = [severities(rows[i], score[i], bounds)[least] for i in places]
            shares.append(f"{k} {np.mean(found):.3f}")
        print("   ", name, " ".join(shares))


def aucs(names, values, logit, test, kind):
    right = kind == "human"
    for k in KINDS[1:]:
        here = test & ((kind == k) | right)
        single = [roc_auc_score(right[here], -values[here, i]) for i in range(values.shape[1])]
        length = roc_auc_score(right[here], -np.abs(values[here][:, 12]) - np.abs(values[here][:, 13]))
        best = np.argsort(single)[::-1][:3]
        others = ", ".join(f"{names[i]} {single[i]:.3f}" for i in best)
        print(f"    AUROC {k} {roc_auc_score(right[here], logit[here]):.3f}; length {length:.3f}; {others}")


def main(folder, program, work, out):
    made = cases(Path(folder))
    work = Path(work)
    pairs = work / "pairs.jsonl"
    pairs.write_text("\n".join(json.dumps({k: c[k] for k in ("source", "from", "translation", "to")}) for c in made))
    rows_file = work / "features.jsonl"
    if len(sys.argv) < 6:
        with rows_file.open("w") as rows:
            subprocess.run([program, "evaluate", "adequacy", str(pairs)], stdout=rows, check=True)
    rows = [json.loads(line) for line in rows_file.open()]
    values = np.array([row["values"] for row in rows])
    half, kind = (np.array([c[k] for c in made]) for k in ("half", "kind"))
    direction = np.array([f"{c['from']}-{c['to']}" for c in made])
    names = open(Path(__file__).parent.parent / "src/checks/adequacy/features.rs").read()
    names = [line.strip().strip('",') for line in names.split("NAMES")[1].split("[")[2].split("]")[0].splitlines()]
    names = [name for name in names if name]
    old = {line.split("\t")[0]: line.split("\t") for line in Path(out).read_text().splitlines() if line[0] != "#"}
    lines = ["# direction\tmean length\terror below\twarn below\tdoubts below\tbias\t" + "\t".join(names)]
    weighing = {"human": 3.0, "moved": 1.0, "half": 0.5, "added": 0.3, "clause": 0.3, "word": 0.0}
    for one in sorted(set(direction)):
        here = direction == one
        learn = here & (half == 0)
        right = kind == "human"
        weight = np.array([weighing[k] for k in kind[learn]])
        coefficients, intercept = fit(values[learn], right[learn], weight)
        weights, bias = np.rint(coefficients * 1e6).astype(int), int(round(intercept * 1000))
        score, logit = hundredths(values, bias, weights)
        human = np.sort(logit[learn & right])
        bounds = [np.searchsorted(LOGITS, human[int(share * len(human))]) for share in (ERRORS, WARNINGS)]
        error, warn = (max(1, int(b)) for b in bounds)
        warn = max(warn, error + 1)
        doubted = doubts_bound(rows, score, learn & right, warn)
        lines.append("\t".join(map(str, [one, old[one][1], error, warn, doubted, bias, *weights])))
        test = here & (half == 1)
        report(one, (error, warn, doubted), score, rows, test, kind)
        aucs(names, values, logit, test, kind)
    Path(out).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:5])
