"""A shape's name and a path -> a GGUF file of Qwen3's kind in that shape with random weights, for timing
only: what the weights are does not change what a pass costs. Needs the packages `gguf` and `numpy`."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import make_qwen3

# Of Qwen3-4B and of Hunyuan 7B, from which Hy-MT2-7B comes; hold them against the published config.json when it matters.
SHAPES = {
    "qwen3-4b": dict(WIDTH=2560, BLOCKS=36, HEADS=32, KEY_VALUE_HEADS=8, HEAD=128, INNER=9728, VOCABULARY=151_936),
    "hy-mt2-7b": dict(WIDTH=4096, BLOCKS=32, HEADS=32, KEY_VALUE_HEADS=8, HEAD=128, INNER=14_336, VOCABULARY=128_256),
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SHAPES:
        sys.exit(f"usage: make_shape.py {'|'.join(SHAPES)} FILE.gguf")
    for name, size in SHAPES[sys.argv[1]].items():
        setattr(make_qwen3, name, size)
    make_qwen3.make(pathlib.Path(sys.argv[2]))


main()
