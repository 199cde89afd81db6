"""Text -> token ids, with the tokenizer that the GGUF file carries."""

from pathlib import Path

from transformers import AutoTokenizer


class Vocabulary:
    def __init__(self, base: Path):
        self.tokenizer = AutoTokenizer.from_pretrained(str(base.parent), gguf_file=base.name)

    def prompt(self, text: str) -> list[int]:
        """The ids of a prompt, after the token that begins every text."""
        return [self.tokenizer.bos_token_id] + self.answer(text)

    def answer(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]
