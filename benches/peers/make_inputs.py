"""A folder and a JSON object of model paths -> token ids, articles, and models with random weights.

usage: make_inputs.py FOLDER '{"gemma3": "….gguf", "qwen3": "made", "marian": "made"}'
What is there already is kept. `facts.json` has for each decoder the bytes of weights, and of keys and values, that a
token reads and the operations that it takes.
"""
import json
import pathlib
import sys

import gguf
import llama_cpp
import numpy

import cases
import make_marian
import make_qwen3

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
ARTICLES, QUICK_ARTICLES = 32, 8
ARTICLE_TOKENS, BRIEF_TOKENS = 500, 90
IDS = 1600
SUMMARISE = ("You are an editor at a news agency. Write a brief of the following report in two or three "
             "sentences. Say who did what, when and where; keep every name, number and date as it is; "
             "add nothing that the report does not say.\n\nReport:\n")
TRANSLATE = {"Turkish": "Translate the following news brief from English into Turkish. Keep names, "
                        "numbers and dates.\n\nBrief:\n",
             "Russian": "Translate the following news brief from English into Russian. Keep names, "
                        "numbers and dates.\n\nBrief:\n"}


def facts(path):
    """Of the matrices that every token goes through; an embedding counts where it is the head too."""
    reader = gguf.GGUFReader(path)
    tensors = reader.tensors
    tied = all(tensor.name != "output.weight" for tensor in tensors)
    matrices = [tensor for tensor in tensors if len(tensor.shape) == 2 and tensor.shape[1] > 1]
    read = [tensor for tensor in matrices if tensor.name != "token_embd.weight" or tied]
    blocks = [tensor for tensor in matrices if tensor.name.startswith("blk.")]
    return {"bytes_per_token": sum(int(tensor.n_bytes) for tensor in read),
            "key_value_bytes_per_token": key_value_bytes(reader),
            "operations_per_prompt_token": 2 * sum(int(tensor.n_elements) for tensor in blocks)}


def key_value_bytes(reader):
    """What attention reads at the middle of the answer of the first case, in half precision."""
    family = reader.get_field("general.architecture").contents()

    def field(name, otherwise=None):
        found = reader.get_field(f"{family}.{name}")
        return found.contents() if found else otherwise

    heads = field("attention.head_count")
    key_value_heads = field("attention.head_count_kv", heads)
    head_size = field("attention.key_length", field("embedding_length") // heads)
    prompt, new_tokens, _ = cases.SHAPES["512"]
    positions = prompt + new_tokens // 2
    seen = min(positions, field("attention.sliding_window", positions))
    return 2 * 2 * field("block_count") * key_value_heads * head_size * seen


def write(path, value):
    path.write_text(json.dumps(value))


def article_files(folder, tokenizer, text):
    """Prompts that differ after the instructions, with articles of different lengths."""
    ids = tokenizer(text)

    def window(number, length):
        start = (number * 37) % (len(ids) - length)
        return ids[start:start + length - number * 5 % 97]

    instructions = tokenizer(SUMMARISE, start=True)
    summarise = [instructions + window(number, ARTICLE_TOKENS) for number in range(ARTICLES)]
    translate = [tokenizer(prefix, start=True) + window(number, BRIEF_TOKENS + 97)[:BRIEF_TOKENS]
                 for prefix in TRANSLATE.values() for number in range(ARTICLES)]
    write(folder / "articles.summarise.json", summarise)
    write(folder / "articles.summarise.quick.json", summarise[:QUICK_ARTICLES])
    write(folder / "articles.translate.json", translate)
    write(folder / "articles.translate.quick.json",
          translate[:QUICK_ARTICLES] + translate[ARTICLES:ARTICLES + QUICK_ARTICLES])


def starter(folder, part, path, text):
    vocabulary = llama_cpp.Llama(path, vocab_only=True, verbose=False)

    def tokenizer(text, start=False):
        return vocabulary.tokenize(text.encode(), add_bos=start, special=False)

    ids = tokenizer(text, start=True)
    while len(ids) < IDS:
        ids += tokenizer(text)
    write(folder / f"{part}.ids.json", ids[:IDS])
    if part == "gemma3":
        article_files(folder, tokenizer, text)


def main():
    folder, models = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
    text = "\n\n".join(path.read_text() for path in sorted(EXAMPLES.glob("*.en.txt")))
    text += "\n\n" + "\n\n".join(reversed(text.split("\n\n")))
    known = folder / "facts.json"
    all_facts = json.loads(known.read_text()) if known.exists() else {}
    for part, path in models.items():
        if part == "marian":
            make_marian.make(folder / "marian")
            continue
        if part in cases.MADE:
            name, encoding = cases.MADE[part]
            shape = make_qwen3.SHAPES[name]
            path = str(folder / f"{name}-shape.{encoding}.gguf")
            make_qwen3.make(pathlib.Path(path), shape, encoding)
            ids = numpy.random.default_rng(1).integers(0, shape.vocabulary, IDS)
            write(folder / f"{part}.ids.json", ids.tolist())
        else:
            starter(folder, part, path, text)
        (folder / f"{part}.path").write_text(path)
        all_facts[part] = facts(path)
    write(known, all_facts)


if __name__ == "__main__":
    main()
