"""What is wrong with translations, line by line, as `bulletin check` finds it, and how many numbers they keep.

    python training/faults.py SAMPLE TRANSLATIONS [PROGRAM]

SAMPLE.en, .tr and .ru hold the same sentences, TRANSLATIONS.en-tr and so on what `evaluate.sh` wrote.
Prints a row for each direction: lines with a finding of a kind, and the share of the lines with figures
in the source that have all of them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

DIRECTIONS = ("en-tr", "tr-en", "en-ru", "ru-en", "tr-ru", "ru-tr")
KINDS = {"loop": "repetition", "wrong language": "language", "names": "names", "adequacy": "adequacy"}


def figures(text: str) -> list[str]:
    """Figures without the marks that group or part them, so that 12,500 is 12.500."""
    joined = re.sub(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))", "", text)
    return sorted(re.findall(r"\d+", joined))


def kept(source: str, target: str) -> bool:
    left = figures(target)
    for figure in figures(source):
        if figure not in left:
            return False
        left.remove(figure)
    return True


def row(direction: str, sample: str, translations: str, program: str) -> list[str]:
    source, target = direction.split("-")
    written = f"{translations}.{direction}"
    found = subprocess.run(
        [program, "check", written, "--against", f"{sample}.{source}", "--from", source, "--to", target,
         "--lines", "--format", "json"], stdout=subprocess.PIPE, check=False, text=True).stdout
    lines = [json.loads(line)["findings"] for line in found.splitlines()]

    def having(check: str, severities: tuple[str, ...]) -> int:
        return sum(any(f["check"] == check and f["severity"] in severities for f in line) for line in lines)

    texts = zip(Path(f"{sample}.{source}").read_text().splitlines(), Path(written).read_text().splitlines())
    numbered = [(a, b) for a, b in texts if figures(a)]
    marked = [sum(any(f["severity"] == severity for f in line) for line in lines) for severity in ("error", "warning")]
    return [direction, str(len(lines)), *map(str, marked),
            *(str(having(check, ("error", "warning"))) for check in KINDS.values()),
            f"{sum(kept(a, b) for a, b in numbered)}/{len(numbered)}"]


def main():
    sample, translations = sys.argv[1:3]
    program = sys.argv[3] if len(sys.argv) > 3 else "bulletin"
    print("\t".join(["direction", "lines", "with an error", "with a warning", *KINDS, "all figures kept"]))
    for direction in DIRECTIONS:
        print("\t".join(row(direction, sample, translations, program)))


if __name__ == "__main__":
    main()
