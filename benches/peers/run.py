"""bulletin and its peers side by side: `python3 benches/peers/run.py` does everything and prints tables.

Makes a virtual environment in a scratch folder, installs the peers there, builds bulletin, makes
the inputs, then runs bulletin and each peer in turns on the same model files, token ids and number of threads. Figures are
medians over the rounds. See README.md beside this file. Only the standard library is needed to start.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import venv

import cases
import tables

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PARTS = ["gemma3", "smollm2", "qwen3", "articles", "marian"]
ALL_PARTS = [*cases.DECODERS, "articles", "marian"]
# llama.cpp without what a lower level of bulletin lacks; CTranslate2 chooses by itself and reads a variable.
LEVELS = {"avx2": "-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON -DGGML_AVX512=OFF"}
CTRANSLATE2_LEVELS = {"avx2": "AVX2"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bulletin", type=pathlib.Path, help="a program that is already built")
    parser.add_argument("--existing-python", help="an interpreter that has the peers")
    parser.add_argument("--scratch", type=pathlib.Path, default=REPOSITORY / "target/peers",
                        help="where the environment and the inputs are made and kept")
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS,
                        help=f"parts with commas between them, of {','.join(ALL_PARTS)}; without it {','.join(PARTS)}")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu-level", choices=LEVELS, help="all programs without what this level lacks")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no other run after so long")
    parser.add_argument("--prepare", action="store_true", help="make and build all that is needed, and measure nothing")
    parser.add_argument("--quick", action="store_true", help="one round of less work, to see that all runs")
    parser.add_argument("--write", type=pathlib.Path, help="put the tables between the marks in this file")
    options = parser.parse_args()
    if unknown := set(options.only) - set(ALL_PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if options.quick:
        options.rounds = 1
    return options


def say(text):
    print(text, file=sys.stderr, flush=True)


def prepare_python(options):
    if options.existing_python:
        return options.existing_python
    folder = options.scratch / "-".join(["venv", *filter(None, [options.cpu_level])])
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = folder / "installed"
    wanted = (HERE / "requirements.txt").read_text()
    if not installed.exists() or installed.read_text() != wanted:
        say(f"installing the peers into {folder}")
        venv.create(folder, with_pip=True)
        # llama.cpp is compiled here, for this very processor or for the level: its best setting.
        environment = {**os.environ, "CMAKE_ARGS": LEVELS.get(options.cpu_level, "-DGGML_NATIVE=ON")}
        command = [python, "-m", "pip", "install", "-q", "--no-cache-dir", "-r", HERE / "requirements.txt"]
        subprocess.run(command, check=True, env=environment)
        installed.write_text(wanted)
    return str(python)


def prepare_bulletin(options):
    if options.bulletin:
        return str(options.bulletin.resolve())
    say("building bulletin")
    subprocess.run(["cargo", "build", "--release"], check=True, cwd=REPOSITORY)
    return str(REPOSITORY / "target/release/bulletin")


def prepare_inputs(options, python, bulletin):
    models = {}
    for part, name in cases.REAL.items():
        if part in options.only or part == "gemma3" and "articles" in options.only:
            subprocess.run([bulletin, "models", "fetch", name], check=True, stdout=subprocess.DEVNULL)
            found = subprocess.run([bulletin, "models", "path", name], check=True, stdout=subprocess.PIPE, text=True)
            models[part] = found.stdout.strip()
    for part in (*cases.MADE, "marian"):
        if part in options.only:
            models[part] = "made"
    folder = options.scratch / "inputs"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, HERE / "make_inputs.py", folder, json.dumps(models)], check=True)
    return folder


def outcome(command):
    """The JSON object that a measuring program prints."""
    result = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        raise SystemExit(f"failed: {' '.join(map(str, command))}\n{result.stderr[-3000:]}")
    return json.loads(result.stdout)


def run_rounds(options, all_cases):
    """Every program of every case once in each round, one program after the other, until the time is up."""
    collected = {}
    end = time.monotonic() + 60 * options.minutes
    for number in range(options.rounds):
        for case in all_cases:
            if time.monotonic() > end:
                say(f"the time is up before {case.name} of round {number + 1}")
                return collected
            for program, command in case.commands.items():
                say(f"round {number + 1} of {options.rounds}: {case.name}, {program}")
                collected.setdefault((case.name, program), []).append(outcome(command))
    return collected


def load():
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def main():
    options = arguments()
    options.scratch.mkdir(parents=True, exist_ok=True)
    python = prepare_python(options)
    bulletin = prepare_bulletin(options)
    inputs = prepare_inputs(options, python, bulletin)
    if options.prepare:
        return
    if options.cpu_level:
        os.environ["CT2_FORCE_CPU_ISA"] = CTRANSLATE2_LEVELS[options.cpu_level]
    before = load()
    all_cases = cases.all_cases(options, python, bulletin, inputs)
    collected = run_rounds(options, all_cases)
    facts = json.loads((inputs / "facts.json").read_text())
    (options.scratch / "results.json").write_text(
        json.dumps({f"{case}/{program}": runs for (case, program), runs in collected.items()}, indent=1))
    text = tables.write(collected, facts, options, before)
    print(text)
    if options.write:
        tables.replace_block(options.write, text)


if __name__ == "__main__":
    main()
