"""Token ids -> how fast llama.cpp continues them, as JSON with the keys of `bulletin bench`.

`rates`: every sequence of a batch gets the same prompt; `articles`: a list of prompts, so many at a
time. One run warms up and one is timed. All end tokens are tokens like others.
"""
import argparse
import ctypes
import json
import pathlib
import time

import llama_cpp as lib
import numpy

ROWS_OF_A_STEP = 2048


@lib.llama_log_callback
def quiet(level, text, data):
    pass


def peak_memory_bytes():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024


class Model:
    def __init__(self, options, positions, sequences):
        model = lib.llama_model_default_params()
        self.model = lib.llama_model_load_from_file(options.model.encode(), model)
        context = lib.llama_context_default_params()
        context.n_ctx = positions * sequences
        context.n_batch, context.n_ubatch = ROWS_OF_A_STEP, 512
        context.n_threads = context.n_threads_batch = options.threads
        context.n_seq_max = sequences
        context.kv_unified = False
        context.flash_attn_type = 1 if options.flash_attention == "on" else 0
        self.context = lib.llama_init_from_model(self.model, context)
        if not self.context:
            raise SystemExit("llama.cpp made no context")
        self.size = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(self.model))
        self.memory = lib.llama_get_memory(self.context)
        self.batch = lib.llama_batch_init(ROWS_OF_A_STEP, 0, 1)

    def free(self):
        lib.llama_batch_free(self.batch)
        lib.llama_free(self.context)
        lib.llama_model_free(self.model)

    def step(self, rows):
        """rows: (token, position, sequence, whether its successor is wanted)."""
        batch = self.batch
        batch.n_tokens = len(rows)
        for row, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[row], batch.pos[row], batch.logits[row] = token, position, wanted
            batch.n_seq_id[row], batch.seq_id[row][0] = 1, sequence
        if lib.llama_decode(self.context, batch) != 0:
            raise SystemExit("llama.cpp could not decode")

    def likeliest(self, row):
        logits = lib.llama_get_logits_ith(self.context, row)
        return int(numpy.ctypeslib.as_array(logits, shape=(self.size,)).argmax())

    def prefill(self, prompts, kept=0):
        """The first new token of each prompt; `kept` tokens of sequence 0 are computed already.

        Steps are as full as they can be: a prompt may begin in one and end in the next.
        """
        rows = [(token, position, sequence, position == len(prompt) - 1)
                for sequence, prompt in enumerate(prompts)
                for position, token in enumerate(prompt) if position >= kept]
        answers = []
        for start in range(0, len(rows), ROWS_OF_A_STEP):
            part = rows[start:start + ROWS_OF_A_STEP]
            self.step(part)
            answers += [self.likeliest(row) for row, (*_, wanted) in enumerate(part) if wanted]
        return answers

    def decode(self, prompts, tokens, count):
        for done in range(count):
            self.step([(token, len(prompt) + done, sequence, True)
                       for sequence, (prompt, token) in enumerate(zip(prompts, tokens))])
            tokens = [self.likeliest(row) for row in range(len(tokens))]

    def clear(self):
        lib.llama_memory_clear(self.memory, True)


def open_model(options, positions, sequences):
    """A model that has made a first token, and the seconds that this took."""
    started = time.perf_counter()
    model = Model(options, positions, sequences)
    model.prefill([[1]])
    return model, time.perf_counter() - started


def spread(value):
    return {"min": value, "median": value, "max": value}


def measure_rates(options, ids):
    prompt = ids[:options.prompt_tokens]
    measurements, loads = [], []
    for size in options.batch:
        model, load = open_model(options, len(prompt) + options.new_tokens + 8, size)
        loads.append(load)
        prompts = [prompt] * size
        for _ in range(2):
            model.clear()
            started = time.perf_counter()
            tokens = model.prefill(prompts)
            middle = time.perf_counter()
            model.decode(prompts, tokens, options.new_tokens - 1)
            end = time.perf_counter()
        measurements.append({
            "batch": size,
            "prefill_tokens_per_second": spread(len(prompt) * size / (middle - started)),
            "decode_tokens_per_second": spread((options.new_tokens - 1) * size / (end - middle)),
            "seconds": spread(end - started)})
        model.free()
    return {"load_seconds": min(loads), "peak_memory_bytes": peak_memory_bytes(), "measurements": measurements}


def common_start(prompts):
    first, last = min(prompts), max(prompts)
    length = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return min(length, min(map(len, prompts)) - 1)


def measure_articles(options, prompts):
    """One at a time, the instructions that all prompts begin with stay in the cache."""
    size = options.batch[0]
    model, load = open_model(options, max(map(len, prompts)) + options.new_tokens + 8, size)
    kept = common_start(prompts)

    def run(several):
        model.clear()
        for start in range(0, len(several), size):
            part = several[start:start + size]
            reused = kept if size == 1 and start else 0
            if reused:
                lib.llama_memory_seq_rm(model.memory, 0, reused, -1)
            else:
                model.clear()
            model.decode(part, model.prefill(part, reused), options.new_tokens - 1)

    run(prompts[:size])
    started = time.perf_counter()
    run(prompts)
    seconds = time.perf_counter() - started
    return {"load_seconds": load, "peak_memory_bytes": peak_memory_bytes(),
            "measurements": [{"batch": len(prompts), "seconds": spread(seconds)}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["rates", "articles"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--prompts", required=True)
    parser.add_argument("--prompt-tokens", type=int)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--batch", type=lambda text: [int(part) for part in text.split(",")], default=[1])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--flash-attention", choices=["on", "off"], default="off")
    options = parser.parse_args()
    lib.llama_log_set(quiet, ctypes.c_void_p(0))
    lib.llama_backend_init()
    prompts = json.loads(pathlib.Path(options.prompts).read_text())
    measure = measure_rates if options.work == "rates" else measure_articles
    print(json.dumps(measure(options, prompts)))


if __name__ == "__main__":
    main()
