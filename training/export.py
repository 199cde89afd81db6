"""The trained factors -> a PEFT adapter: adapter_config.json and adapter_model.safetensors in F16."""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from gemma import LINEAR


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    state = torch.load(options.state, map_location="cpu")
    options.out.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": "google/gemma-3-270m",
        "r": state["rank"],
        "lora_alpha": state["alpha"],
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "target_modules": [name.split(".")[1] for name in LINEAR],
    }
    (options.out / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    weights = options.out / "adapter_model.safetensors"
    save_file({name: factor.half().contiguous() for name, factor in state["factors"].items()}, weights)
    for path in sorted(options.out.glob("adapter_*")):
        content = path.read_bytes()
        print(f'{{ name = "{path.name}", size = {len(content)}, sha256 = "{hashlib.sha256(content).hexdigest()}" }},')
    print(f"# {state['seen']:,} tokens seen")


if __name__ == "__main__":
    main()
