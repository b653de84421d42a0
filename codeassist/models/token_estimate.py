"""Estimate the number of tokens of a text for models whose tokeniser is not available.

The estimate approximates byte-pair tokenisers of current models on code and prose: one token for every started group of
five letters, three digits or two punctuation marks, one for each line break with its indentation, and one for every other
character (Chinese, emoji). It tends to be high, so that a context that fits by the estimate fits the model.
"""

from __future__ import annotations

import re

_PIECES = re.compile(r"([A-Za-z]+)|([0-9]+)|([ \t]*\n[ \t]*)|([ \t]+)|([!-/:-@\[-`{-~]+)|(.)", re.DOTALL)
_LETTERS, _DIGITS, _SIGNS, _INDENT = 5, 3, 2, 16


def estimate(text: str) -> int:
    """The estimated number of tokens of a text; see the module docstring."""
    total = 0
    for letters, digits, newline, spaces, signs, other in _PIECES.findall(text):
        if letters:
            total += -(-len(letters) // _LETTERS)
        elif digits:
            total += -(-len(digits) // _DIGITS)
        elif signs:
            total += -(-len(signs) // _SIGNS)
        elif newline:
            total += 1 + len(newline) // _INDENT
        elif spaces:
            total += len(spaces) // _INDENT
        elif other:
            total += 1
    return total
