"""Addresses, handles and tags in real texts → tests/articles/addresses.tsv.

usage: address_cases.py TEXTS... > tests/articles/addresses.tsv

Texts are JSON Lines with a `text`, or plain lines. Every word that looks like a web or e-mail
address, a handle, a hashtag or a cashtag is taken with the words beside it; what has to survive is
the word without the punctuation and the Turkish case ending around it. Nothing is left out by how
it is written, so that the share that a program finds means something.
"""
import json
import pathlib
import re
import sys

WORD = re.compile(
    r"https?://|www\.|^\W*@\w\w|\w@\w+\.\w|^\W*#\w*[^\W\d_]|^\W*\$[A-Z]{1,5}\b"
    r"|(?i:\w\.(?:com|org|net|gov|edu|info|ru|tr|uk)\b)")


def survives(word):
    """The word without brackets, quotation marks and punctuation around it, and without an ending."""
    bare = word.strip("()[]<>«»“”\"'‘’.,;:!?…—–")
    if not bare.startswith("http"):
        bare = re.split(r"['’]", bare)[0]
    return bare.rstrip(".,;:!?")


def main():
    rows = {}
    for name in sys.argv[1:]:
        for line in pathlib.Path(name).read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"] if name.endswith(".jsonl") else line
            for paragraph in text.splitlines():
                words = paragraph.split()
                for at, word in enumerate(words):
                    if WORD.search(word):
                        rows[(" ".join(words[max(0, at - 1) : at + 2]), survives(word))] = True
    print("# words of real texts<TAB>what has to survive of the middle one. GUM and Wikinews (CC BY), public")
    print("# pages (public domain, CC BY-SA 3.0, MIT), NTREX-128 (CC BY-SA 4.0); made by tests/reference/address_cases.py.")
    for row in sorted(rows):
        print("\t".join(row))


main()
