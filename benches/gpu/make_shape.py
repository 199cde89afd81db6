"""A shape, an encoding and a path -> a GGUF file in that shape with random weights (make_qwen3.py says how). Needs the
packages `gguf` and `numpy`."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
import make_qwen3


def main():
    shapes, encodings = make_qwen3.SHAPES, make_qwen3.ENCODINGS
    if len(sys.argv) != 4 or sys.argv[1] not in shapes or sys.argv[2] not in encodings:
        sys.exit(f"usage: make_shape.py {'|'.join(shapes)} {'|'.join(encodings)} FILE.gguf")
    make_qwen3.make(pathlib.Path(sys.argv[3]), shapes[sys.argv[1]], sys.argv[2])


main()
