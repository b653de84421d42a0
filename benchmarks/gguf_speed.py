"""Tokens per second of one GGUF file through llama.cpp and through transformers, in turns.

    python benchmarks/gguf_speed.py FILE.gguf [--rounds 3]

Needs the extras `local` and `gguf`, and for transformers the packages gguf and accelerate. transformers makes full weights
of the file and a wrong tokenizer, so that codeassist does not load such files with it; here it is given random token numbers,
which cost as much. Both read a prompt of about 430 tokens, another one each time, and write 128; the time of both counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

PROMPT, WRITTEN = 430, 128


def main() -> None:
    """Print the speed of each round and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    runs = {"llama.cpp": llama_cpp(options.file), "transformers": transformers(options.file)}
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()  # the first one loads what is loaded lazily
    for _ in range(options.rounds):
        for name, run in runs.items():
            started = time.perf_counter()
            speeds[name].append(run() / (time.perf_counter() - started))
    for name, found in speeds.items():
        print(f"{name:<13}{statistics.median(found):6.1f} tokens per second ({', '.join(f'{speed:.1f}' for speed in found)})")


def llama_cpp(file: Path) -> Callable[[], int]:
    """A function that answers through this program's own model and returns the number of tokens written."""
    from codeassist.config import ModelConfig
    from codeassist.models.chat import Request
    from codeassist.models.load_model import load
    from codeassist.models.messages import Message

    model = load(ModelConfig(name=f"local:{file}"))
    assert model is not None
    words = "river stone light winter " * ((PROMPT - 40) // 4)
    rounds = count()

    def run() -> int:
        message = Message("user", f"{next(rounds)} long stories about these words: {words}")  # not what is cached
        return model.generate(Request([message], 1.0, WRITTEN)).output_tokens

    return run


def transformers(file: Path) -> Callable[[], int]:
    """The same through transformers, with token numbers for a prompt."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name).eval()
    prompt = torch.randint(100, 40_000, (1, PROMPT))

    def run() -> int:
        with torch.no_grad():
            written = model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=WRITTEN,
                min_new_tokens=WRITTEN,
                do_sample=False,
                pad_token_id=0,
            )
        return int(written.shape[1]) - PROMPT

    return run


if __name__ == "__main__":
    main()
