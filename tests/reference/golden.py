"""Two builds of bulletin, one set of inputs → whether they say the same, byte for byte.

Run: python tests/reference/golden.py OLD NEW [--articles FILE.jsonl …] [--texts FILE.en FILE.tr FILE.ru] [--models]

OLD and NEW are two programs, run on one machine: what real models write differs between processors. Without --models only
what needs no model is compared: every case of the benchmark of checks, and extractive briefs of all articles. With it, the
three examples, 20 articles and 200 sentences go through the models of the profile `starter`, too. FILE.jsonl has one object
a line: `id`, `lang` and `text`, and a `title` where there is one; FILE.en has a sentence a line. Exit code 1 when anything differs.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parents[2]
EXAMPLES = ["asylum-seekers.en.txt", "malaysia-kitay.ru.txt", "savas-gemisi.tr.txt"]
OTHER = {"en": "tr", "tr": "ru", "ru": "en"}


def output(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=HERE)
    if done.returncode > 1:
        sys.exit(f"{program} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def spread(rows, count):
    """At most `count` of the rows, from beginning to end."""
    step = max(1, len(rows) // count)
    return rows[::step][:count]


def comparisons(options):
    """Names and arguments of everything that is run twice."""
    yield "checks", ["evaluate", "checks", "--errors"]
    for path in options.articles:
        yield f"extractive {path.name}", ["evaluate", "extractive", str(path.resolve())]
    if not options.models:
        return
    for name in EXAMPLES:
        own = name.split(".")[-2]
        others = ",".join(language for language in OTHER if language != own)
        yield name, ["summarise", f"examples/{name}", "--to", others, "--format", "json", "--quiet"]
    rows = [json.loads(line) for path in options.articles for line in path.read_text().splitlines()]
    for at, row in enumerate(spread(rows, 20)):
        path = options.folder / f"article-{at}.txt"
        path.write_text(f"{row.get('title') or ''}\n\n{row['text']}\n".lstrip())
        yield row["id"], ["summarise", str(path), "--format", "json", "--quiet"]
    for path in options.texts:
        language = path.suffix.lstrip(".")
        chosen = options.folder / f"sentences.{language}.txt"
        chosen.write_text("".join(f"{line}\n" for line in spread(path.read_text().splitlines(), 67)))
        to = OTHER[language]
        arguments = ["translate", str(chosen), "--lines", "--from", language, "--to", to]
        yield f"{language} into {to}", [*arguments, "--format", "json", "--quiet"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--articles", type=Path, nargs="*", default=[])
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--models", action="store_true")
    options = parser.parse_args()
    old, new = (str(Path(program).resolve()) for program in (options.old, options.new))
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        options.folder = Path(folder)
        for name, arguments in comparisons(options):
            same = output(old, arguments) == output(new, arguments)
            differing += not same
            print(f"{'same' if same else 'DIFFERS'}  {name}")
    sys.exit(1 if differing else 0)


main()
