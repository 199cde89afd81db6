"""News through Ray Data: a pool of actors, each with one `bulletin worker` and its models.

    pip install "ray[data]"
    python examples/cluster/ray_data.py articles.jsonl briefs --workers 4 -- --to en,tr,ru

Input: JSON lines with `id`, `title` and `text`. Output: a folder of JSON lines; each row has `id`
and `answer`, the line that the worker wrote for it (a bulletin/1 document, or an `error` with
`code` and `retryable`). What stands after `--` goes to every worker.

A worker that dies is started again by its actor, which repeats the call; an actor that dies with its
machine is started again by Ray, on another one. Briefs depend on nothing but article, model and
settings, so a repeated call gives the same rows.
"""

import argparse
import json
import subprocess
import threading

import ray
from ray.data import ActorPoolStrategy


class Again(RuntimeError):
    """The call may succeed when it is repeated."""


class Worker:
    """One `bulletin worker` that lives as long as the actor, so that models are loaded once."""

    # Three, so that an article that kills every worker does not go round for ever.
    TRIES = 3

    def __init__(self, command):
        self.command = command
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __call__(self, batch):
        for _ in range(self.TRIES - 1):
            try:
                return self.call(batch)
            except Again:
                self.process.kill()
                self.process.wait()
                self.start()
        return self.call(batch)

    def call(self, batch):
        lines = [json.dumps({"id": row, **self.article(batch, row)}) for row in self.rows(batch)]
        # Written beside the reading: a pipe holds only so much, and both sides may fill up.
        writer = threading.Thread(target=self.write, args=(lines,))
        writer.start()
        answers = [self.answer(row) for row in self.rows(batch)]
        writer.join()
        return {"id": list(batch["id"]), "answer": answers}

    @staticmethod
    def rows(batch):
        return range(len(batch["id"]))

    @staticmethod
    def article(batch, row):
        fields = {name: column[row] for name, column in batch.items() if name != "id"}
        return {name: value for name, value in fields.items() if isinstance(value, str)}

    def write(self, lines):
        try:
            self.process.stdin.write("".join(line + "\n" for line in lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The reading side finds out why, and says so.

    def answer(self, row):
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            raise Again(f"{self.command[0]} ended with {self.process.wait()}")
        answer = json.loads(line)
        if answer["id"] != row:
            raise RuntimeError(f"the answer to row {row} is about row {answer['id']}")
        error = answer.get("error")
        if error and error["retryable"]:
            raise Again(error["message"])
        del answer["id"]
        return json.dumps(answer, ensure_ascii=False)


def briefs(articles, command, workers, batch_size):
    """The data set `articles` with a column `answer`."""
    return articles.map_batches(
        Worker,
        fn_constructor_args=(command,),
        batch_size=batch_size,
        batch_format="numpy",
        compute=ActorPoolStrategy(size=workers),
        max_restarts=-1,
        max_task_retries=3,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", help="JSON lines, or a folder of such files")
    parser.add_argument("out", help="folder for the results")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--bulletin", default="bulletin", help="path of the program")
    parser.add_argument("flags", nargs="*", help="flags for `bulletin worker`, after --")
    options = parser.parse_args()
    command = [options.bulletin, "worker", *options.flags]
    articles = ray.data.read_json(options.articles, lines=True)
    briefs(articles, command, options.workers, options.batch_size).write_json(options.out)


if __name__ == "__main__":
    main()
