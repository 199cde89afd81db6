"""Cases of the benchmark -> cases of the check `spelling`: every faithful text as it is, and once more with two
neighbouring letters of one word exchanged.

    python tests/reference/spelling_cases.py tests/fixtures/checks/cases.jsonl > spelling.jsonl
    bulletin evaluate checks --cases spelling.jsonl
"""
import json
import random
import re
import sys

# A word of at least seven small letters between spaces.
WORD = re.compile(r"(?<= )[^\W\d_]{7,}(?= )")


def garbled(text):
    words = [found for found in WORD.finditer(text) if found.group().islower()]
    if not words:
        return None
    word = random.choice(words)
    letters = list(word.group())
    at = random.randrange(2, len(letters) - 1)
    letters[at - 1], letters[at] = letters[at], letters[at - 1]
    changed = "".join(letters)
    return None if changed == word.group() else text[: word.start()] + changed + text[word.end() :]


for line in open(sys.argv[1], encoding="utf-8"):
    case = json.loads(line)
    if "article" in case:
        print(line, end="")
        continue
    if not case["faithful"]:
        continue
    case["check"] = "spelling"
    print(json.dumps(case, ensure_ascii=False))
    random.seed(case["id"])
    if changed := garbled(case["sentences"][-1]):
        case |= {"faithful": False, "id": case["id"] + "-garbled", "sentences": case["sentences"][:-1] + [changed]}
        print(json.dumps(case, ensure_ascii=False))
