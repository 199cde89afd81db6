"""Options and inputs -> what is run: for each case the commands of bulletin and of its peers."""
import dataclasses
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
# Shapes with random weights: part -> shape and encoding (make_qwen3.py).
MADE = {"qwen3": ("qwen3-0.6b", "q4_k_m"), "qwen3-4b": ("qwen3-4b", "q4_k_m"), "qwen3-4b-q8": ("qwen3-4b", "q8_0"),
        "hy-mt2-1.8b-q8": ("hy-mt2-1.8b", "q8_0")}
# Real models: part -> name in the registry.
REAL = {"gemma3": "gemma3-270m", "smollm2": "smollm2-135m-instruct", "qwen2.5": "qwen2.5-coder-1.5b-instruct-q4"}
DECODERS = (*REAL, *MADE)
# (prompt tokens, new tokens, sequences at a time); prompts of batches are short, so that all
# sequences decode together from the start.
SHAPES = {"512": (512, 64, [1]), "1500": (1500, 32, [1]), "batch": (64, 48, [4, 16])}
QUICK_SHAPES = {"512": (512, 24, [1]), "1500": (1500, 12, [1]), "batch": (64, 24, [4, 16])}
ARTICLES = 32
SUMMARY_TOKENS = 64
TRANSLATION_TOKENS = 80
SENTENCE_TOKENS = 30


@dataclasses.dataclass
class Case:
    name: str
    # Program -> command that prints a JSON object.
    commands: dict


def all_cases(options, python, bulletin, inputs):
    made = []
    for part in DECODERS:
        if part in options.only:
            made += decoder_cases(part, options, python, bulletin, inputs)
    if "articles" in options.only:
        made += article_cases(options, python, bulletin, inputs)
    if "marian" in options.only:
        made += marian_cases(options, python, bulletin, inputs)
    return made


def levelled(options, command):
    """Bulletin at the level of instructions that is asked for."""
    return [*command, "--cpu-level", options.cpu_level] if options.cpu_level else command


def model_file(inputs, part):
    return (inputs / f"{part}.path").read_text().strip()


def decoder_cases(part, options, python, bulletin, inputs):
    model, ids = model_file(inputs, part), inputs / f"{part}.ids.json"
    made = []
    for name, (prompt, new, batches) in (QUICK_SHAPES if options.quick else SHAPES).items():
        sizes = ",".join(map(str, batches))
        own = [bulletin, "bench", "--device", "cpu", "--model", model, "--prompt-file", ids,
               "--prompt-tokens", prompt, "--new-tokens", new, "--batch", sizes,
               "--threads", options.threads, "--repetitions", 1, "--format", "json"]
        if name == "512":
            own.append("--ceiling")
        commands = {"bulletin": levelled(options, own)}
        for attention in ("off", "on"):
            commands[f"llama.cpp, flash attention {attention}"] = [
                python, HERE / "llama_peer.py", "rates", "--model", model, "--prompts", ids,
                "--prompt-tokens", prompt, "--new-tokens", new, "--batch", sizes,
                "--threads", options.threads, "--flash-attention", attention]
        made.append(Case(f"{part} {name}", commands))
    return made


def article_cases(options, python, bulletin, inputs):
    """Summaries of a batch of articles, then translations of as many briefs into two languages."""
    model, made = model_file(inputs, "gemma3"), []
    for name, new in (("summarise", SUMMARY_TOKENS), ("translate", TRANSLATION_TOKENS)):
        prompts = inputs / f"articles.{name}{'.quick' if options.quick else ''}.json"
        commands = {"bulletin": levelled(options, [
            bulletin, "bench", "--device", "cpu", "--model", model, "--prompt-file", prompts,
            "--share-prefixes", "--new-tokens", new, "--threads", options.threads,
            "--repetitions", 1, "--format", "json"])}
        for attention in ("off", "on"):
            for parallel in (1, 8, 16):
                commands[f"llama.cpp, flash attention {attention}, {parallel} at a time"] = [
                    python, HERE / "llama_peer.py", "articles", "--model", model, "--prompts", prompts,
                    "--new-tokens", new, "--batch", parallel, "--threads", options.threads,
                    "--flash-attention", attention]
        made.append(Case(f"articles {name}", commands))
    return made


def marian_cases(options, python, bulletin, inputs):
    folder, made = inputs / "marian", []
    for name, batch, beam in (("batch 1", 1, 1), ("batch 32", 32, 1), ("batch 32, beam 4", 32, 4)):
        prompts = folder / f"sources.{batch}.json"
        commands = {"bulletin": levelled(options, [
            bulletin, "bench", "--device", "cpu", "--model", folder, "--prompt-file", prompts,
            "--new-tokens", SENTENCE_TOKENS, "--beam", beam, "--threads", options.threads,
            "--repetitions", 3, "--format", "json"])}
        programs = ["int8", "float32"] if options.quick else ["int8", "float32", "transformers"]
        for program in programs:
            label = program if program == "transformers" else f"CTranslate2 {program}"
            commands[label] = [
                python, HERE / "marian_peer.py", "--folder", folder, "--program", program,
                "--sources", prompts, "--new-tokens", SENTENCE_TOKENS, "--beam", beam,
                "--threads", options.threads]
        made.append(Case(f"marian {name}", commands))
    return made
