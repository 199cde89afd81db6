"""Source token ids -> how fast CTranslate2 or transformers translates them, as JSON.

Outputs have exactly the length that is asked for. One run warms up; the median of three counts.
"""
import argparse
import json
import pathlib
import statistics
import time

from llama_peer import peak_memory_bytes

RUNS = 3


def ctranslate(options, sources):
    import ctranslate2

    translator = ctranslate2.Translator(
        str(options.folder / f"ct2_{options.program}"), device="cpu", inter_threads=1,
        intra_threads=options.threads, compute_type=options.program)
    tokens = [[f"t{token}" for token in source] for source in sources]

    def run():
        results = translator.translate_batch(
            tokens, beam_size=options.beam, max_batch_size=0,
            max_decoding_length=options.new_tokens, min_decoding_length=options.new_tokens)
        return [len(result.hypotheses[0]) for result in results]

    return run


def transformers_model(options, sources):
    import torch
    from transformers import GenerationConfig, MarianMTModel

    torch.set_num_threads(options.threads)
    model = MarianMTModel.from_pretrained(options.folder, dtype=torch.float32).eval()
    config = model.config
    settings = GenerationConfig(
        max_new_tokens=options.new_tokens, min_new_tokens=options.new_tokens, num_beams=options.beam,
        do_sample=False, pad_token_id=config.pad_token_id, eos_token_id=config.eos_token_id,
        decoder_start_token_id=config.decoder_start_token_id)
    inputs = torch.tensor(sources)

    def run():
        with torch.no_grad():
            outputs = model.generate(
                input_ids=inputs, attention_mask=torch.ones_like(inputs), generation_config=settings)
        return [outputs.shape[1] - 1] * len(sources)

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--program", choices=["int8", "float32", "transformers"], required=True)
    parser.add_argument("--sources", type=pathlib.Path, required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    sources = json.loads(options.sources.read_text())
    started = time.perf_counter()
    run = (transformers_model if options.program == "transformers" else ctranslate)(options, sources)
    load = time.perf_counter() - started
    lengths = run()
    if any(length != options.new_tokens for length in lengths):
        raise SystemExit(f"outputs have {sorted(set(lengths))} tokens instead of {options.new_tokens}")
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    print(json.dumps({
        "load_seconds": load, "peak_memory_bytes": peak_memory_bytes(),
        "sentences_per_second": len(sources) / statistics.median(seconds)}))


if __name__ == "__main__":
    main()
