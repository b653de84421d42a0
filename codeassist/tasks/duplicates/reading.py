"""Read the functions of files as tokens, each batch of files with a vocabulary of its own. Runs in reader processes, too."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from codeassist.evidence.clones import LEAST_TOKENS, is_stub, token_list
from indexers.files.decoding import file_lines

FunctionLines = tuple[str, list[tuple[int, int]]]
"""The path of a file, and the first and last line of each of its functions."""


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The tokens of functions, one function after the other, as positions in `vocabulary`, which is in the order of first use.

    `lengths` are the tokens of each function, `kept` the positions of these functions among those that were to be read.
    """

    vocabulary: list[str]
    tokens: array[int]
    lengths: list[int]
    kept: list[int]


def token_batch(functions: Iterable[tuple[int, Sequence[str]]]) -> TokenBatch:
    """The batch of (position, tokens) of functions."""
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    tokens, lengths, kept = array("i"), list[int](), list[int]()
    for position, function in functions:
        tokens.extend(map(vocabulary.__getitem__, function))
        lengths.append(len(function))
        kept.append(position)
    return TokenBatch(list(vocabulary), tokens, lengths, kept)


def read_batch(root: Path, files: Sequence[FunctionLines]) -> TokenBatch:
    """The functions of some files below `root` that are long enough to compare and more than a signature."""
    return token_batch(_functions(root, files))


def _functions(root: Path, files: Sequence[FunctionLines]) -> Iterable[tuple[int, list[str]]]:
    position = -1
    for path, functions in files:
        lines = file_lines(root, path)
        for start, end in functions:
            position += 1
            text = "\n".join(lines[start - 1 : end])
            above = "\n".join(lines[max(0, start - 3) : start - 1])
            if text and not is_stub(text, above) and len(tokens := token_list(text)) >= LEAST_TOKENS:
                yield position, tokens
