"""Two programs' translations of the same sentences, held against each other.

usage: translation_compare.py REFERENCE OURS LLAMA_CPP STEPS.json MODEL.gguf

Prints sacrebleu's scores of both, the interval that holds 95 % of the differences in 1000 bootstrap
samples of the sentences (seed 12345), how many answers are the same, and, for the others, how close
llama.cpp's two best tokens were (STEPS.json, by translation_llama_cpp.py) where the two part.
Needs sacrebleu, numpy, llama-cpp-python.
"""
import json
import pathlib
import sys

import numpy as np
from sacrebleu.metrics import BLEU, CHRF

from translation_llama_cpp import Llama

NEAR_TIE = 0.3


def interval(metric, ours, theirs, references):
    """The middle 95 % of the differences of a corpus score under resampling."""
    statistics = [np.array(metric._extract_corpus_statistics(texts, [references])) for texts in (ours, theirs)]
    draw = np.random.default_rng(12345)
    differences = []
    for _ in range(1000):
        rows = draw.integers(0, len(references), len(references))
        a, b = (metric._compute_score_from_stats(list(side[rows].sum(0))).score for side in statistics)
        differences.append(a - b)
    return np.percentile(differences, [2.5, 97.5])


def main():
    references, ours, theirs = (
        pathlib.Path(name).read_text(encoding="utf-8").splitlines() for name in sys.argv[1:4])
    steps, llama = json.loads(pathlib.Path(sys.argv[4]).read_text()), Llama(sys.argv[5], 1)
    for metric in [CHRF(word_order=2), CHRF(), BLEU()]:
        a, b = (metric.corpus_score(texts, [references]).score for texts in (ours, theirs))
        low, high = interval(metric, ours, theirs, references)
        name, signature = metric.corpus_score(ours, [references]).name, metric.get_signature()
        print(f"{name:7} {a:6.2f} {b:6.2f}  difference {a - b:+.2f} ({low:+.2f} to {high:+.2f})  {signature}")
    parted = []
    for own, other, chosen in zip(ours, theirs, steps):
        if own == other:
            continue
        tokens = llama.tokenize(" " + own)[1:]
        margins = [margin for (token, margin), ours_too in zip(chosen, tokens + [None] * len(chosen))
                   if token != ours_too]
        # An answer that is the beginning of the other parts where it ends, which has no distance.
        parted += margins[:1]
    same = sum(own == other for own, other in zip(ours, theirs))
    near = sum(margin < NEAR_TIE for margin in parted)
    print(f"{same} of {len(ours)} the same; of {len(parted)} others {near} part within {NEAR_TIE} nats, "
          f"the furthest at {max(parted, default=0):.2f}")


main()
