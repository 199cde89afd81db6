"""Trains the factors of the adapter on the CPU or on one GPU; stops and goes on where it was.

    python training/train.py --corpus CORPUS --base gemma-3-270m-q4_k_m.gguf --state state.pt --tokens 1000000

The learning rate warms up, stays, and falls to nothing over the last `--decay` tokens; with `--hold`
it stays, so that more can follow. Every `--every` steps the state is written and the loss of the part
held out is measured, by direction.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import torch
import torch.multiprocessing as processes
from safetensors.torch import load_file
from torch.nn import functional as F

from corpus import Stream
from gemma import Gemma
from vocabulary import Vocabulary

BATCH_TOKENS = 2000
WARM_UP_STEPS = 20
# Batches whose examples are drawn at once and then sorted by length, so that little is padding.
DRAWN_TOGETHER = 16
# Words of the vocabulary that do not occur in a batch, but are held against its answers.
NEGATIVES = 12000


def batches(stream, vocabulary: Vocabulary, at_the_end: bool):
    """Lists of (prompt ids, answer ids), each list of about BATCH_TOKENS with its padding."""
    examples = stream.examples(at_the_end)
    while True:
        drawn = []
        size = 0
        while size < DRAWN_TOGETHER * BATCH_TOKENS:
            example = next(examples)
            pair = (vocabulary.prompt(example.prompt), vocabulary.answer(example.answer))
            if sum(map(len, pair)) <= 400:
                drawn.append(pair)
                size += sum(map(len, pair))
        drawn.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
        groups, group = [], []
        for pair in drawn:
            longest = len(pair[0]) + len(pair[1])
            if group and longest * (len(group) + 1) > BATCH_TOKENS:
                groups.append(group)
                group = []
            group.append(pair)
        groups.append(group)
        stream.chance.shuffle(groups)
        yield from groups


def answers_of(model: Gemma, group, device) -> tuple[torch.Tensor, torch.Tensor]:
    """Hidden states before each token of the answers (tokens, width), and those tokens (tokens)."""
    length = max(len(prompt) + len(answer) for prompt, answer in group)
    ids = torch.zeros(len(group), length, dtype=torch.long)
    wanted = torch.full((len(group), length), -1, dtype=torch.long)
    for row, (prompt, answer) in enumerate(group):
        ids[row, :len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        wanted[row, len(prompt) - 1:len(prompt) + len(answer) - 1] = torch.tensor(answer)
    ids, wanted = ids.to(device), wanted.to(device)
    return model(ids)[wanted >= 0], wanted[wanted >= 0]


def loss_of(model: Gemma, group, device) -> torch.Tensor:
    """Mean cross-entropy of the answers in nats, over their words and a sample of all others.

    Each of the sample stands for the many words that were not drawn, and is weighed by how many: without
    that, likelihood leaks to words which are never seen.
    """
    hidden, wanted = answers_of(model, group, device)
    own, targets = torch.unique(wanted, return_inverse=True)
    size = model.embedding.shape[0]
    others = torch.randint(size, (NEGATIVES,), device=device)
    others = others[~torch.isin(others, own)]
    logits = torch.cat([
        F.linear(hidden, model.embedding[own]).float(),
        F.linear(hidden, model.embedding[others]).float() + math.log((size - len(own)) / len(others)),
    ], 1)
    return F.cross_entropy(logits, targets)


@torch.no_grad()
def held_out_loss(model: Gemma, held_out, device) -> dict[str, float]:
    """Nats a token of the answers by direction, over the whole vocabulary."""
    found = {}
    for direction, group in held_out.items():
        hidden, wanted = answers_of(model, group, device)
        logits = F.linear(hidden, model.embedding).float()
        found[direction] = round(float(F.cross_entropy(logits, wanted)), 4)
    return found


def rate_at(step: int, seen: int, spent: float, options) -> float:
    """The learning rate at a step of this sitting; `spent` is the share of a limited sitting that is over, from 0 to 1."""
    rate = options.rate * min(1.0, (step + 1) / WARM_UP_STEPS)
    if options.hold:
        return rate
    return rate * max(0.01, min(1.0, (options.tokens - seen) / options.decay, 1.0 - spent))


class Beside:
    """Further processes at the lowest priority: their gradients are added whenever one is ready.

    Where cores are free for moments only, they use them without making the first process wait. On the CPU alone.
    """

    def __init__(self, options, factors: dict[str, torch.nn.Parameter], at_the_end: bool):
        context = processes.get_context("spawn")
        self.lock, self.ending = context.Lock(), context.Value("b", at_the_end)
        self.sums = {name: torch.zeros_like(factor).share_memory_() for name, factor in factors.items()}
        # Gradients, and the tokens they are of, since they were taken.
        self.counts = torch.zeros(2, dtype=torch.long).share_memory_()
        shared = {name: factor.data.share_memory_() for name, factor in factors.items()}
        for number in range(1, options.beside + 1):
            context.Process(target=work_beside, daemon=True, args=(
                number, options, shared, self.sums, self.counts, self.ending, self.lock)).start()

    def take(self, factors: dict[str, torch.nn.Parameter]) -> int:
        """Makes the gradients the mean of the own ones and the others; returns the tokens of the others."""
        with self.lock:
            others, tokens = self.counts.tolist()
            if others:
                for name, factor in factors.items():
                    factor.grad.add_(self.sums[name]).div_(1 + others)
                    self.sums[name].zero_()
                self.counts.zero_()
        return tokens


def work_beside(number: int, options, shared, sums, counts, ending, lock):
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + 1000 * number)
    model = Gemma(options.base, options.rank, options.alpha)
    factors = model.factors()
    for name, factor in factors.items():
        factor.data = shared[name]
    vocabulary = Vocabulary(options.base)
    stream = Stream(options.corpus, options.seed + 1000 * number + int(time.time()))
    at_the_end = bool(ending.value)
    source = batches(stream, vocabulary, at_the_end)
    while True:
        if bool(ending.value) != at_the_end:
            at_the_end, source = True, batches(stream, vocabulary, True)
        group = next(source)
        loss_of(model, group, "cpu").backward()
        with lock:
            for name, factor in factors.items():
                sums[name] += factor.grad
            counts += torch.tensor([1, sum(len(prompt) + len(answer) for prompt, answer in group)])
        for factor in factors.values():
            factor.grad = None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--adapter", type=Path, help="an exported adapter to begin with where there is no state")
    parser.add_argument("--log", type=Path, default=Path("training.jsonl"))
    parser.add_argument("--tokens", type=int, default=1_000_000, help="tokens seen at the end, earlier sittings included")
    parser.add_argument("--decay", type=int, default=300_000, help="tokens over which the rate falls")
    parser.add_argument("--hold", action="store_true", help="keep the rate, to go on later")
    parser.add_argument("--rank", type=int, default=34)
    parser.add_argument("--alpha", type=float, default=34.0)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many, with the state written; without --hold the rate falls over them")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--beside", type=int, default=0, help="further processes at the lowest priority, on the CPU alone")
    parser.add_argument("--end-after", type=float, default=2.0, help="share of a limited sitting after which the end's mix is drawn")
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    torch.manual_seed(options.seed)
    model = Gemma(options.base, options.rank, options.alpha).to(device)
    factors = model.factors()
    optimizer = torch.optim.AdamW(factors.values(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0)
    step = seen = 0
    if options.state.exists():
        state = torch.load(options.state, map_location=device)
        for name, factor in factors.items():
            factor.data.copy_(state["factors"][name])
        optimizer.load_state_dict(state["optimizer"])
        step, seen = state["step"], state["seen"]
    elif options.adapter:
        exported = load_file(options.adapter / "adapter_model.safetensors")
        for name, factor in factors.items():
            factor.data.copy_(exported[name])
    stream = Stream(options.corpus, options.seed + seen)
    vocabulary = Vocabulary(options.base)
    held_out = {}
    for example in stream.held_out(24):
        direction = f"{example.source_language}-{example.target_language}"
        pair = (vocabulary.prompt(example.prompt), vocabulary.answer(example.answer))
        held_out.setdefault(direction, []).append(pair)

    def write():
        kept = {"factors": {n: f.detach() for n, f in factors.items()},
                "optimizer": optimizer.state_dict(), "step": step, "seen": seen,
                "rank": options.rank, "alpha": options.alpha}
        new = options.state.with_suffix(".new")
        torch.save(kept, new)
        new.replace(options.state)

    def record(**fields):
        with options.log.open("a") as log:
            log.write(json.dumps({"step": step, "seen": seen, **fields}) + "\n")

    record(held_out=held_out_loss(model, held_out, device))
    begun, first, counted, running = time.time(), step, 0, None
    at_the_end = not options.hold and options.tokens - seen <= options.decay
    source = batches(stream, vocabulary, at_the_end)
    others = Beside(options, factors, at_the_end) if options.beside else None
    while seen < options.tokens and time.time() - begun < options.minutes * 60:
        spent = (time.time() - begun) / (options.minutes * 60)
        ends = not options.hold and options.tokens - seen <= options.decay or spent > options.end_after
        if ends and not at_the_end:
            at_the_end, source = True, batches(stream, vocabulary, True)
            if others:
                others.ending.value = True
        group = next(source)
        for setting in optimizer.param_groups:
            setting["lr"] = rate_at(step - first, seen, spent, options)
        mean = loss_of(model, group, device)
        mean.backward()
        beside = others.take(factors) if others else 0
        torch.nn.utils.clip_grad_norm_(factors.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        size = beside + sum(len(prompt) + len(answer) for prompt, answer in group)
        step, seen, counted = step + 1, seen + size, counted + size
        loss = float(mean.detach())
        running = loss if running is None else 0.95 * running + 0.05 * loss
        if step % 5 == 0:
            record(loss=round(running, 4), rate=setting["lr"], tokens_per_second=round(counted / (time.time() - begun)))
        if step % options.every == 0:
            write()
            record(held_out=held_out_loss(model, held_out, device))
    write()
    record(held_out=held_out_loss(model, held_out, device))


if __name__ == "__main__":
    main()
