"""Ray Data over two `bulletin worker` processes, one of them killed half-way: every result arrives,
equal to that of a plain run.

    python tests/cluster/ray_two_workers.py path/to/bulletin

Needs `ray[data]`. Answers come from a script in the place of models, so that no weights are needed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

EXAMPLES = str(Path(__file__).resolve().parents[2] / "examples" / "cluster")
sys.path.insert(0, EXAMPLES)

import ray
import ray_data

ARTICLES = 240

BRIEF = (
    "Bridge closes to lorries\nThe harbour council voted on Tuesday to close the bridge to lorries "
    "from the first of March after engineers found cracks in two of its nine girders. Cars and "
    "buses may still cross at walking pace, and the repairs will take about seven months."
)


def article(number):
    text = (
        f"Reference {number:05}. The harbour council voted on Tuesday to close bridge {number} to "
        "lorries from the first of March. Engineers found cracks in two of its nine iron girders "
        "during an inspection in January. Council leader Mara Whitlock said cars and buses may "
        "still cross at walking pace. The repairs will take about seven months."
    )
    return {"id": f"story-{number:05}", "title": f"Bridge {number} to close", "text": text}


def script():
    rules = [
        {"contains": [f"Reference {number:05}."], "answers": [BRIEF.replace("Bridge", f"Bridge {number}")]}
        for number in range(ARTICLES)
    ]
    return {"name": "scripted", "context_tokens": 100_000, "rules": rules}


def children(command):
    """Process ids of the workers that run `command`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")[:-1]
            except OSError:
                continue
            if line == [part.encode() for part in command]:
                found.append(int(entry.name))
    return found


def kill_one(command, killed, ended):
    while not ended.is_set():
        workers = children(command)
        if len(workers) >= 2:
            time.sleep(0.2)
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])
            return
        time.sleep(0.02)


def plain(command, rows):
    lines = "".join(json.dumps({**row, "id": number}) + "\n" for number, row in enumerate(rows))
    run = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(rows), run.stderr
    return {rows[answer.pop("id")]["id"]: body(answer) for answer in answers}


def body(answer):
    """An answer without the id of its record, which is a row's place in its call."""
    answer["article"].pop("id")
    answer["article"].pop("sha256")
    return answer


def main():
    binary = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.json"
        path.write_text(json.dumps(script()), encoding="utf-8")
        command = [binary, "worker", "--quiet", "--scripted-engine", str(path)]
        rows = [article(number) for number in range(ARTICLES)]
        expected = plain(command, rows)
        killed, ended = [], threading.Event()
        killer = threading.Thread(target=kill_one, args=(command, killed, ended), daemon=True)
        environment = {"env_vars": {"PYTHONPATH": EXAMPLES}}
        ray.init(
            # Logical ones: two for the actors, the others for the steps before and after them.
            num_cpus=4, include_dashboard=False, log_to_driver=False, runtime_env=environment
        )
        killer.start()
        articles = ray.data.from_items(rows).repartition(24)
        results = ray_data.briefs(articles, command, workers=2, batch_size=5).take_all()
        ended.set()
        killer.join()
        ray.shutdown()
    assert killed, "no worker was caught at work"
    answers = {row["id"]: body(json.loads(row["answer"])) for row in results}
    assert len(results) == ARTICLES, f"{len(results)} of {ARTICLES} results"
    assert answers == expected, "results differ from a plain run"
    print(f"{len(results)} results, equal to a plain run; worker {killed[0]} was killed half-way")


if __name__ == "__main__":
    main()
