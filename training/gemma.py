"""Gemma 3 (text, 270M) with LoRA beside its linear layers, from the GGUF file that bulletin runs.

The base weights are the dequantised ones of that file, so that the adapter fits what runs. They are
kept in bfloat16 and frozen; the factors A and B are float32 and trained.
"""

import math
from pathlib import Path

import torch
from gguf import GGUFReader, dequantize
from torch import Tensor, nn
from torch.nn import functional as F

# PEFT's name of each linear layer -> its name in GGUF.
LINEAR = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
NORMS = ("attn_norm", "attn_q_norm", "attn_k_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
# Every sixth layer attends to all positions, with this base of its rotations; the others have theirs.
GLOBAL_EVERY, GLOBAL_BASE, LOCAL_BASE = 6, 1_000_000.0, 10_000.0
EPSILON = 1e-6


class LoraLinear(nn.Module):
    """y = W x + scale * B (A x); W: (outputs, inputs) frozen, A: (rank, inputs), B: (outputs, rank)."""

    def __init__(self, weight: Tensor, rank: int, scale: float):
        super().__init__()
        outputs, inputs = weight.shape
        self.register_buffer("weight", weight)
        self.scale = scale
        self.down = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
        self.up = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x: Tensor) -> Tensor:
        side = F.linear(F.linear(x, self.down.to(x.dtype)), (self.up * self.scale).to(x.dtype))
        return F.linear(x, self.weight) + side


def norm(x: Tensor, weight: Tensor) -> Tensor:
    return F.rms_norm(x.float(), weight.shape, weight, EPSILON).to(x.dtype)


def rotations(length: int, head: int, base: float, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (length, head)."""
    angles = torch.arange(length)[:, None] / base ** (torch.arange(0, head, 2) / head)
    angles = torch.cat([angles, angles], -1)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * turn[0] + torch.cat([-second, first], -1) * turn[1]


class Layer(nn.Module):
    def __init__(self, tensors, at: int, rank: int, scale: float):
        super().__init__()
        for name in NORMS:
            self.register_buffer(name, tensors(f"blk.{at}.{name}.weight").float())
        self.linear = nn.ModuleDict({
            name.replace(".", "_"): LoraLinear(tensors(f"blk.{at}.{stored}.weight"), rank, scale)
            for name, stored in LINEAR.items()
        })
        self.head = self.attn_q_norm.shape[0]
        self.is_global = (at + 1) % GLOBAL_EVERY == 0

    def forward(self, x: Tensor, turns) -> Tensor:
        batch, length, _ = x.shape
        inner = norm(x, self.attn_norm)
        apart = lambda name: self.linear[f"self_attn_{name}"](inner).view(batch, length, -1, self.head)
        turn = turns[self.is_global]
        query = rotate(norm(apart("q_proj"), self.attn_q_norm).transpose(1, 2), turn)
        key = rotate(norm(apart("k_proj"), self.attn_k_norm).transpose(1, 2), turn)
        value = apart("v_proj").transpose(1, 2)
        # Padding stands at the end, so that a causal mask alone hides it. No sentence is longer than the
        # 512 positions of the local window.
        mixed = F.scaled_dot_product_attention(
            query, key.expand_as(query), value.expand_as(query), is_causal=True, scale=self.head ** -0.5)
        mixed = mixed.transpose(1, 2).reshape(batch, length, -1)
        x = x + norm(self.linear["self_attn_o_proj"](mixed), self.post_attention_norm)
        inner = norm(x, self.ffn_norm)
        gate = F.gelu(self.linear["mlp_gate_proj"](inner), approximate="tanh")
        out = self.linear["mlp_down_proj"](gate * self.linear["mlp_up_proj"](inner))
        return x + norm(out, self.post_ffw_norm)


class Gemma(nn.Module):
    def __init__(self, path: Path, rank: int, alpha: float):
        super().__init__()
        reader = GGUFReader(path)
        stored = {tensor.name: tensor for tensor in reader.tensors}

        def tensors(name: str) -> Tensor:
            tensor = stored[name]
            return torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy()).bfloat16()

        count = int(reader.fields["gemma3.block_count"].contents())
        self.register_buffer("embedding", tensors("token_embd.weight"))
        self.register_buffer("output_norm", tensors("output_norm.weight").float())
        self.layers = nn.ModuleList(
            Layer(tensors, at, rank, alpha / rank) for at in range(count))

    def forward(self, ids: Tensor) -> Tensor:
        """ids: (batch, length) -> last hidden states (batch, length, width)."""
        x = self.embedding[ids] * self.embedding.shape[1] ** 0.5
        head = self.layers[0].head
        turns = [rotations(ids.shape[1], head, base, x.dtype) for base in (LOCAL_BASE, GLOBAL_BASE)]
        for layer in self.layers:
            x = layer(x, turns)
        return norm(x, self.output_norm)

    def factors(self) -> dict[str, nn.Parameter]:
        """What is trained, under PEFT's names."""
        found = {}
        for at, layer in enumerate(self.layers):
            for name in LINEAR:
                linear = layer.linear[name.replace(".", "_")]
                prefix = f"base_model.model.model.layers.{at}.{name}"
                found[f"{prefix}.lora_A.weight"] = linear.down
                found[f"{prefix}.lora_B.weight"] = linear.up
        return found
