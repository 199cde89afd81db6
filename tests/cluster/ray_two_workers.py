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


def written(worker):
    """Bytes that a worker has written so far (proc(5))."""
    try:
        fields = dict(line.split(": ") for line in (Path("/proc") / str(worker) / "io").open())
    except OSError:
        return 0
    return int(fields["wchar"])


class Killer(threading.Thread):
    """Kills one of two workers when half of all answers have been written, and sees who follows."""

    def __init__(self, command, total):
        super().__init__(daemon=True)
        self.command, self.half = command, total / 2
        self.seen, self.killed, self.share = {}, None, None
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.005):
            workers = children(self.command)
            self.seen.update((worker, written(worker)) for worker in workers)
            done = sum(self.seen.values())
            if self.killed is None and len(workers) == 2 and done >= self.half:
                self.killed, self.share = workers[0], done / self.half / 2
                os.kill(self.killed, signal.SIGKILL)


def plain(command, rows):
    lines = "".join(json.dumps({**row, "id": number}) + "\n" for number, row in enumerate(rows))
    run = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(rows), run.stderr
    return {rows[answer.pop("id")]["id"]: body(answer) for answer in answers}, len(run.stdout.encode())


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
        expected, total = plain(command, rows)
        killer = Killer(command, total)
        environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([EXAMPLES, *sys.path[1:]])}}
        ray.init(
            # Logical ones: two for the actors, the others for the steps before and after them.
            num_cpus=4, include_dashboard=False, log_to_driver=False, runtime_env=environment
        )
        killer.start()
        articles = ray.data.from_items(rows).repartition(24)
        results = ray_data.briefs(articles, command, workers=2, batch_size=5).take_all()
        killer.ended.set()
        killer.join()
        ray.shutdown()
    assert killer.killed, "no worker was caught at work"
    assert len(killer.seen) >= 3, "nobody took the place of the worker that was killed"
    answers = {row["id"]: body(json.loads(row["answer"])) for row in results}
    assert len(results) == ARTICLES, f"{len(results)} of {ARTICLES} results"
    assert answers == expected, "results differ from a plain run"
    print(
        f"{len(results)} results, equal to a plain run; worker {killer.killed} was killed when "
        f"{killer.share:.0%} of all answers had been written"
    )


if __name__ == "__main__":
    main()
