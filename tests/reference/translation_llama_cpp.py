"""Translations of the same sentences with the same model and prompt by llama.cpp, for comparison.

usage: translation_llama_cpp.py MODEL.gguf FROM TO SOURCE OUT [--limit N]
       [--penalty P] [--threads N] [--slots N] [--steps STEPS.json]

Writes one translation a line, by the rules of `bulletin evaluate translation --first-answer`: the
prompt of prompts/translate-few-shot.md, greedy, at most 3 x source + 24 tokens, an end at a new
line or in a loop, the repetition penalty over the last 64 tokens of the answer alone, white space
collapsed, quotation marks that the source lacks taken off. Needs llama-cpp-python, numpy.
"""
import argparse
import ctypes
import json
import pathlib
import re

import llama_cpp
import numpy as np

NAMES = {"en": "English", "tr": "Turkish", "ru": "Russian"}
NATIVE = {"en": "English", "tr": "Türkçe", "ru": "Русский"}
PROMPT = pathlib.Path(__file__).parents[2] / "prompts" / "translate-few-shot.md"
SLOTS = 12
WINDOW = 64


@llama_cpp.llama_log_callback
def quiet(level, text, data):
    pass


class Llama:
    """llama.cpp with its default half-precision cache; many sequences after one common beginning."""

    def __init__(self, path, threads, slots=SLOTS):
        self.slots = slots
        llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        params = llama_cpp.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = 8192, 2048, 512
        params.n_seq_max, params.kv_unified, params.swa_full = slots + 1, True, True
        params.n_threads = params.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.vocab = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocab)

    def tokenize(self, text):
        data = text.encode()
        ids = (llama_cpp.llama_token * (len(data) + 8))()
        count = llama_cpp.llama_tokenize(self.vocab, data, len(data), ids, len(ids), True, True)
        return list(ids[:count])

    def text(self, ids):
        parts = []
        for token in ids:
            buffer = ctypes.create_string_buffer(256)
            count = llama_cpp.llama_token_to_piece(self.vocab, token, buffer, 256, 0, False)
            parts.append(buffer.raw[:count])
        return b"".join(parts).decode("utf-8", "replace")

    def clear(self):
        llama_cpp.llama_memory_clear(self.memory, True)

    def decode(self, rows):
        """Rows (token, position, sequence, wanted) in one call; the wanted rows' logits."""
        batch = llama_cpp.llama_batch_init(len(rows), 0, 1)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = sequence, int(wanted)
        batch.n_tokens = len(rows)
        assert llama_cpp.llama_decode(self.context, batch) == 0
        logits = [
            np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, i), shape=(self.size,)).copy()
            for i, row in enumerate(rows) if row[3]
        ]
        llama_cpp.llama_batch_free(batch)
        return logits

    def complete(self, prompts, limits, penalty=1.0):
        """Answers as (tokens, steps' distances in nats to the second best token)."""
        self.clear()
        first, last = min(prompts), max(prompts)
        common = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), len(first) - 1)
        self.decode([(token, i, 0, False) for i, token in enumerate(first[:common])])
        answers = [([], []) for _ in prompts]
        waiting, running = list(range(len(prompts))), {}
        while waiting or running:
            rows, owners = [], []
            for slot, number in running.items():
                rows.append((answers[number][0][-1], len(prompts[number]) + len(answers[number][0]) - 1, slot, True))
                owners.append(slot)
            for slot in range(1, self.slots + 1):
                if slot in running or not waiting or len(rows) > 256:
                    continue
                number = waiting.pop(0)
                running[slot] = number
                llama_cpp.llama_memory_seq_cp(self.memory, 0, slot, 0, common)
                rest = prompts[number][common:]
                rows += [(t, common + i, slot, i == len(rest) - 1) for i, t in enumerate(rest)]
                owners.append(slot)
            for slot, logits in zip(owners, self.decode(rows)):
                number = running[slot]
                tokens, margins = answers[number]
                if self.take(logits, tokens, margins, penalty) or len(tokens) >= limits[number]:
                    llama_cpp.llama_memory_seq_rm(self.memory, slot, -1, -1)
                    del running[slot]
        return answers

    def take(self, logits, tokens, margins, penalty):
        """Adds the best token; whether the answer ends with it."""
        recent = sorted(set(tokens[-WINDOW:]))
        logits[recent] = np.where(logits[recent] > 0, logits[recent] / penalty, logits[recent] * penalty)
        best = int(logits.argmax())
        if llama_cpp.llama_vocab_is_eog(self.vocab, best):
            return True
        value, logits[best] = float(logits[best]), -np.inf
        tokens.append(best)
        margins.append(value - float(logits.max()))
        kept = loop_start(tokens)
        if kept is not None:
            del tokens[kept:]
            return True
        return "\n" in self.text(tokens[-1:])


def loop_start(tokens):
    for turn in range(1, 65):
        needed = max(4 * turn, 24)
        if len(tokens) < needed:
            return None
        tail = tokens[-needed:]
        if tail[:-turn] == tail[turn:]:
            return len(tokens) - needed + turn
    return None


def section(name):
    """A section of the prompt's file."""
    text = PROMPT.read_text(encoding="utf-8")
    return re.search(rf"^{name}:\n(.*?)(?=^(?:pair|examples|user):\n|\Z)", text, re.M | re.S).group(1).strip("\n")


def prompt(sentence, source, target):
    """The prompt for one sentence, as `bulletin` fills its template."""
    values = {
        "source_language": NAMES[source], "target_language": NAMES[target], "source_native": NATIVE[source],
        "target_native": NATIVE[target], "source_code": source, "target_code": target, "terms": "", "text": sentence,
    }
    fill = lambda text, more: re.sub(r"{{(\w+)}}", lambda found: {**values, **more}[found.group(1)], text)
    shown = []
    for group in section("examples").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in group.splitlines())
        shown.append(fill(section("pair"), {"source": lines[source], "target": lines[target]}))
    return fill(section("user"), {"examples": "\n\n".join(shown)})


def bare(answer, sentence, target):
    """What `bulletin` makes of an answer: one line, without a label or quotation marks of its own."""
    text = " ".join(answer.split("\n")[0].split())
    text = re.sub(f"^{NAMES[target]}: *", "", text)
    for opening, closing in ['""', "“”", "«»"]:
        quoted = text.startswith(opening) and text.endswith(closing) and len(text) > 1
        if quoted and not sentence.startswith(('"', "“", "«", "'")):
            text = text[1:-1]
    return text


def main():
    parser = argparse.ArgumentParser()
    for name in ["model", "source_language", "target_language", "source", "out"]:
        parser.add_argument(name)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--slots", type=int, default=SLOTS, help="sentences side by side")
    parser.add_argument("--steps", help="write every token with its distance in nats to the second best, as JSON")
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    source, target = args.source_language, args.target_language
    sentences = pathlib.Path(args.source).read_text(encoding="utf-8").splitlines()[: args.limit]
    llama = Llama(args.model, args.threads, args.slots)
    prompts = [llama.tokenize(prompt(line, source, target)) for line in sentences]
    limits = [3 * len(llama.tokenize(line)) + 24 for line in sentences]
    answers = llama.complete(prompts, limits, args.penalty)
    if args.steps:
        steps = [list(zip(tokens, margins)) for tokens, margins in answers]
        pathlib.Path(args.steps).write_text(json.dumps(steps), encoding="utf-8")
    lines = [bare(llama.text(tokens), line, target) for (tokens, _), line in zip(answers, sentences)]
    pathlib.Path(args.out).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
