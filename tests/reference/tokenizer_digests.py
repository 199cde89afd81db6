"""Writes tests/fixtures/tokenizer/digests.json: SHA-256 of the ids that the reference programs give for whole corpora.

Usage:
    python tests/reference/tokenizer_digests.py --smollm2 FILE.gguf --gemma3 FILE.gguf --marian FOLDER --corpora FILE ...

A corpus is a text file with one text a line, or a `.jsonl` file whose `title` and `text` count. What is
hashed is one line for each text: its ids, divided by spaces.
"""

import argparse
import hashlib
import json
from pathlib import Path

from tokenizer_fixtures import FOLDER, Reference
from transformers import MarianTokenizer


def texts_of(path):
    lines = path.read_text().split("\n")
    if path.suffix != ".jsonl":
        return lines
    rows = [json.loads(line) for line in lines if line]
    return [row[field] for row in rows for field in ("title", "text")]


def digest(encode, texts):
    hashed = hashlib.sha256()
    for text in texts:
        hashed.update((" ".join(map(str, encode(text))) + "\n").encode())
    return hashed.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smollm2", required=True)
    parser.add_argument("--gemma3", required=True)
    parser.add_argument("--marian", required=True)
    parser.add_argument("--corpora", nargs="+", type=Path, required=True)
    arguments = parser.parse_args()
    smollm2, gemma3 = Reference(arguments.smollm2), Reference(arguments.gemma3)
    marian = MarianTokenizer.from_pretrained(arguments.marian)
    encoders = {
        "smollm2": lambda text: smollm2.encode(text, False),
        "gemma3": lambda text: gemma3.encode(text, False),
        "marian_source": lambda text: marian(text).input_ids,
        "marian_target": lambda text: marian(text_target=text).input_ids,
    }
    digests = {}
    for path in arguments.corpora:
        texts = texts_of(path)
        digests[path.name] = {name: digest(encode, texts) for name, encode in encoders.items()}
    (FOLDER / "digests.json").write_text(json.dumps(digests, indent=1) + "\n")


if __name__ == "__main__":
    main()
