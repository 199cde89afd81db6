"""Log-probabilities that llama.cpp gives people's translations after bulletin's prompt.

usage: translation_likelihood.py MODEL.gguf PREFIX COUNT > tests/fixtures/decoder/translation-likelihood.json

PREFIX.en, PREFIX.tr and PREFIX.ru are translations of each other line by line; COUNT lines from all
over them are taken in each of the six directions. Each row has the sentence, its translation, the
token ids of prompt and translation, how many of them are the prompt's, and the natural
log-probability of each other token, the new line at the end among them. Nothing is chosen by either
program, so that near ties make no difference. Needs llama-cpp-python, numpy.
"""
import json
import pathlib
import sys

import numpy as np

from translation_llama_cpp import NAMES, Llama, prompt


def main():
    path, prefix, count = sys.argv[1:4]
    llama = Llama(path, 2)
    lines = {code: pathlib.Path(f"{prefix}.{code}").read_text(encoding="utf-8").splitlines() for code in NAMES}
    rows = []
    for source in NAMES:
        for target in NAMES:
            if source == target:
                continue
            for at in range(0, len(lines["en"]), len(lines["en"]) // int(count))[: int(count)]:
                sentence, reference = lines[source][at], lines[target][at]
                asked = prompt(sentence, source, target)
                ids, start = llama.tokenize(f"{asked} {reference}\n"), len(llama.tokenize(asked))
                llama.clear()
                logits = llama.decode([(token, i, 0, i >= start - 1) for i, token in enumerate(ids[:-1])])
                logprobs = [float(row[token] - row.max() - np.log(np.exp(row - row.max(), dtype=np.float64).sum()))
                            for row, token in zip(logits, ids[start:])]
                rows.append({"from": source, "to": target, "sentence": sentence, "reference": reference,
                             "ids": ids, "prompt_tokens": start, "logprobs": [round(value, 4) for value in logprobs]})
    print(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("},{", "},\n{"))


main()
