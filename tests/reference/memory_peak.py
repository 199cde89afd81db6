"""Writes tests/fixtures/memory/gemma3-270m.json: llama.cpp's peak memory for one long prompt.

usage: memory_peak.py MODEL.gguf TEXT OUT.json

The first 1,500 tokens of TEXT, which is repeated where it is shorter, are continued by 16, on one thread. The peak is the
resident set of a process of its own, the Python interpreter with it, as /proc/self/status has it.
Needs llama-cpp-python, numpy, and Linux.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import llama_cpp

PROMPT_TOKENS, NEW_TOKENS = 1500, 16
PEER = pathlib.Path(__file__).resolve().parents[2] / "benches/peers/llama_peer.py"


def main():
    model, text, target = sys.argv[1:]
    vocabulary = llama_cpp.Llama(model, vocab_only=True, verbose=False)
    data = pathlib.Path(text).read_bytes()
    ids = vocabulary.tokenize(data, add_bos=True, special=False)
    while len(ids) < PROMPT_TOKENS:
        ids += vocabulary.tokenize(data, add_bos=False, special=False)
    ids = ids[:PROMPT_TOKENS]
    with tempfile.TemporaryDirectory() as folder:
        prompts = pathlib.Path(folder) / "ids.json"
        prompts.write_text(json.dumps(ids))
        command = [sys.executable, PEER, "rates", "--model", model, "--prompts", prompts, "--prompt-tokens",
                   PROMPT_TOKENS, "--new-tokens", NEW_TOKENS, "--batch", 1, "--threads", 1,
                   "--flash-attention"]
        peaks = {}
        for attention in ("off", "on"):
            output = subprocess.check_output([str(part) for part in [*command, attention]])
            peaks[attention] = json.loads(output)["peak_memory_bytes"]
    result = {"llama_cpp_python": llama_cpp.__version__, "new_tokens": NEW_TOKENS,
              "peak_memory_bytes_by_flash_attention": peaks, "ids": ids}
    pathlib.Path(target).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
