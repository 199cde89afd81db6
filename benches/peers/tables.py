"""What was measured -> Markdown tables, and their place in a document."""
import datetime
import pathlib
import platform
import statistics

import cases

BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
PEER = "llama.cpp"


class Results:
    """Values of one figure by case and program, over the rounds."""

    def __init__(self, collected):
        self.collected = collected

    def programs(self, case):
        return [program for known, program in self.collected if known == case]

    def values(self, case, program, figure):
        return [value for run in self.collected.get((case, program), []) if (value := figure(run)) is not None]

    def median(self, case, program, figure):
        values = self.values(case, program, figure)
        return statistics.median(values) if values else None

    def best_peer(self, case, figure, prefix, larger=True):
        """The program and the median of the peer's best setting."""
        found = [(self.median(case, program, figure), program)
                 for program in self.programs(case) if program.startswith(prefix)]
        found = [pair for pair in found if pair[0] is not None]
        value, program = (max if larger else min)(found, default=(None, None))
        return program, value


def rate(kind, batch):
    def figure(run):
        for measurement in run["measurements"]:
            if measurement["batch"] == batch:
                return measurement[f"{kind}_tokens_per_second"]["median"]
    return figure


def whole(key, scale=1.0):
    return lambda run: run[key] * scale if run.get(key) is not None else None


def limit(name):
    return lambda run: (run.get("ceiling") or {}).get(name)


def number(value):
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def with_spread(values):
    if not values:
        return "–"
    middle = number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({number(min(values))}–{number(max(values))})"


def setting(program):
    return program.split(", ", 1)[1].replace("flash attention", "fa") if program and ", " in program else ""


def decoder_rows(results, facts, part):
    gigabytes = results.median(f"{part} 512", "bulletin", limit("read_bytes_per_second"))
    integers = results.median(f"{part} 512", "bulletin", limit("integer_operations_per_second"))
    weights, operations = facts[part]["bytes_per_token"], facts[part]["operations_per_prompt_token"]
    attended = weights + facts[part]["key_value_bytes_per_token"]
    decode = gigabytes and (gigabytes / weights, gigabytes / attended)
    lines = [
        ("load, s", "512", whole("load_seconds"), False, None),
        ("prefill 512, tok/s", "512", rate("prefill", 1), True, integers and [integers / operations]),
        ("prefill 1500, tok/s", "1500", rate("prefill", 1), True, integers and [integers / operations]),
        ("decode, batch 1, tok/s", "512", rate("decode", 1), True, decode),
        ("decode, batch 4, tok/s", "batch", rate("decode", 4), True, None),
        ("decode, batch 16, tok/s", "batch", rate("decode", 16), True, None),
        ("peak memory 512, MiB", "512", whole("peak_memory_bytes", 1 / 2**20), False, None),
        ("peak memory 1500, MiB", "1500", whole("peak_memory_bytes", 1 / 2**20), False, None),
    ]
    for label, shape, figure, larger, most in lines:
        yield row(results, f"{part} {shape}", label, figure, PEER, larger, most)


def row(results, case, label, figure, peer, larger=True, most=None):
    own = results.values(case, "bulletin", figure)
    program, best = results.best_peer(case, figure, peer, larger)
    middle = statistics.median(own) if own else None
    ratio = f"{middle / best:.2f} ×" if middle and best else "–"
    share = " / ".join(f"{middle / limit:.2f}" for limit in most) if middle and most else "–"
    peers = results.values(case, program, figure) if program else []
    return f"| {label} | {with_spread(own)} | {with_spread(peers)} | {setting(program)} | {ratio} | {share} |"


HEAD = ["| | bulletin | {peer} | its best setting | ratio | share of the ceiling |", "|---|---|---|---|---|---|"]


def head(peer):
    return [line.format(peer=peer) for line in HEAD]


def article_table(results, options):
    """Both steps at each program's best setting of its own."""
    seconds = lambda run: run["measurements"][0]["seconds"]["median"]
    count = results.median("articles summarise", "bulletin", lambda run: run["measurements"][0]["batch"])
    steps = ("articles summarise", "articles translate")
    own = [results.median(step, "bulletin", seconds) for step in steps]
    peers = [results.best_peer(step, seconds, PEER, larger=False) for step in steps]
    yield "| | bulletin | llama.cpp | its best setting | ratio |"
    yield "|---|---|---|---|---|"
    for step, mine, (program, theirs) in zip(steps, own, peers):
        yield (f"| {step.split()[1]}, s | {number(mine)} | {number(theirs)} | {setting(program)} "
               f"| {theirs / mine:.2f} × |")
    mine, theirs = 60 * count / sum(own), 60 * count / sum(value for _, value in peers)
    yield f"| articles/min | {number(mine)} | {number(theirs)} | | {mine / theirs:.2f} × |"


def marian_table(results):
    figure = whole("sentences_per_second")
    peers = ["CTranslate2 int8", "CTranslate2 float32", "transformers"]
    yield f"| sentences/s | bulletin | {' | '.join(peers)} | ratio to int8 |"
    yield "|---|---|---|---|---|---|"
    names = [case for case, program in results.collected if case.startswith("marian") and program == "bulletin"]
    for case in names:
        own = results.median(case, "bulletin", figure)
        others = [results.median(case, peer, figure) for peer in peers]
        cells = [with_spread(results.values(case, program, figure)) for program in ["bulletin", *peers]]
        yield f"| {case.removeprefix('marian ')} | {' | '.join(cells)} | {own / others[0]:.2f} × |"
    memory = whole("peak_memory_bytes", 1 / 2**20)
    cells = [with_spread(results.values(names[-1], program, memory)) for program in ["bulletin", *peers]]
    yield f"| peak memory, MiB | {' | '.join(cells)} | |"


def conditions(results, options, load_before):
    lines = [f"{datetime.date.today()}, {platform.machine()} {processor()}, {options.threads} threads, "
             f"{options.cpu_level + ' alone, ' if options.cpu_level else ''}{options.rounds} round{'s' if options.rounds > 1 else ''}"
             f"{' (quick)' if options.quick else ''}; load average before: {load_before:.1f}."]
    if load_before > 0.5:
        lines.append("Something else was running, or had just ended: figures may be low.")
    measured = [run["ceiling"] for runs in results.collected.values() for run in runs if run.get("ceiling")]
    if measured:
        middle = {key: statistics.median(each[key] for each in measured) / 1e9 for key in measured[0]}
        lines.append(
            f"Ceiling, measured in the same run: {middle['read_bytes_per_second']:.1f} GB/s read, "
            f"{middle['integer_operations_per_second']:.0f} GOP/s on 8-bit integers, "
            f"{middle['float_operations_per_second']:.0f} GOP/s on floats.")
    return " ".join(lines)


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def write(collected, facts, options, load_before):
    results = Results(collected)
    lines = [conditions(results, options, load_before)]
    for part in cases.DECODERS:
        if results.programs(f"{part} 512"):
            lines += ["", f"**{part}**", "", *head(PEER), *decoder_rows(results, facts, part)]
    if results.programs("articles summarise") and results.programs("articles translate"):
        lines += ["", "**a batch of articles (gemma3): summarise, then translate into two languages**", "",
                  *article_table(results, options)]
    if any(case.startswith("marian") for case, _ in collected):
        lines += ["", "**Marian base shape**", "", *marian_table(results)]
    return "\n".join(lines)


def replace_block(path, text):
    document = path.read_text()
    if BEGIN not in document or END not in document:
        raise SystemExit(f"{path} has no '{BEGIN}' and '{END}' to write between")
    before, rest = document.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")
