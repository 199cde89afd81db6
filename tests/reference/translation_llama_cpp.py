"""Few-shot translations of the same sentences with the same prompt by llama.cpp, for comparison.

Usage: python tests/reference/translation_llama_cpp.py MODEL.gguf FROM TO SOURCE LIMIT > OUT
Greedy, no repetition penalty, one sentence a line, as `bulletin evaluate translation
--first-answer --translations OUT` writes them with the penalty off. Needs llama-cpp-python.
"""

import pathlib
import sys

from llama_cpp import Llama

NAMES = {"en": "English", "tr": "Turkish", "ru": "Russian"}
PROMPT = pathlib.Path(__file__).parents[2] / "prompts" / "translate-few-shot.md"


def examples(source, target):
    text = PROMPT.read_text(encoding="utf-8").split("\nexamples:\n")[1].split("\nuser:\n")[0]
    shown = []
    for group in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in group.splitlines())
        shown.append(f"{NAMES[source]}: {lines[source]}\n{NAMES[target]}: {lines[target]}")
    return "\n\n".join(shown)


def main():
    path, source, target, file, limit = sys.argv[1:6]
    model = Llama(path, n_ctx=2048, n_threads=2, verbose=False, logits_all=False)
    head = examples(source, target)
    for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()[: int(limit)]:
        prompt = f"{head}\n\n{NAMES[source]}: {line}\n{NAMES[target]}:"
        own = len(model.tokenize(line.encode("utf-8"), add_bos=True))
        answer = model.create_completion(
            prompt, max_tokens=3 * own + 24, temperature=0.0, top_k=1, repeat_penalty=1.0,
            stop=["\n"])
        print(" ".join(answer["choices"][0]["text"].split()), flush=True)


main()
