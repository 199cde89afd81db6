"""A few invented segments and what sacrebleu scores them → tests/fixtures/evaluation/scores.json.

Usage: python tests/reference/evaluation_scores.py [OUTPUT_FILE]
Made with sacrebleu 2.6.0.
"""

import json
import pathlib
import sys

from sacrebleu.metrics import BLEU, CHRF

SEGMENTS = [
    ("The council closed the bridge on Monday.", "The council closed the old bridge on Monday."),
    ("Prices rose by 3.5%, to $1,200.50 (a record).", "Prices rose 3.5 %, to $1,200 (a record high)."),
    ('"We will not pay," he said - twice.', '“We shall not pay,” he said—twice.'),
    ("Köprü 1 Mart'a kadar kapalı kalacak.", "Köprü, 1 Mart'a dek kapalı kalacak."),
    ("Мост закрыт до 1 марта, сообщили власти.", "Мост останется закрытым до 1 марта, заявили власти."),
    ("The 2018-19 season, e.g. the final, was &quot;hard&quot;.", 'The 2018-19 season (and its final) was "hard".'),
    ("", "Nothing was translated here at all."),
    ("a", "b"),
]
SETS = {
    "all": list(range(8)),
    "one": [0],
    "nothing in common": [7],
    "empty": [6],
    "turkish and russian": [3, 4],
}


def main():
    default = pathlib.Path(__file__).parent.parent / "fixtures" / "evaluation" / "scores.json"
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    metrics = {"BLEU": BLEU(), "chrF2": CHRF(), "chrF2++": CHRF(word_order=2)}
    cases = []
    for name, chosen in SETS.items():
        translations = [SEGMENTS[at][0] for at in chosen]
        references = [SEGMENTS[at][1] for at in chosen]
        scores = {
            label: metric.corpus_score(translations, [references]).score
            for label, metric in metrics.items()
        }
        cases.append(dict(name=name, translations=translations, references=references, scores=scores))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


main()
