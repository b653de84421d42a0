"""Inputs aimed at a function's boundaries: its constants and their neighbours, joined literals, few and many items."""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Mapping, Sequence

from .pools import POOLS

NUMBERS = ("0", "1", "2", "3", "-1", "5", "10", "100")
LISTS = ("[]", "[1]", "[2, 1]", "[3, 1, 2]", "[1, 1, 2]", "[1, 2, 3, 4]", "[5, 3, 4, 1, 2]", "[0, 0]", "[6, 5, 4, 3, 2, 1]")
TEXTS = ("''", "'a'", "'ab'", "'Hello World'", "'a b  c'", "' a '", "'12'", "'aab'", "'a-b_c'", "'\u00e9'", "'aA'")
MOST = 40
"""Maximum texts, or numbers, of one function."""


class Aimed:
    """Values for one function, from the constants of its code and the numbers in its documentation."""

    def __init__(self, tree: ast.AST | None, documentation: str, chance: random.Random) -> None:
        """`tree` is the function's definition, if it is known."""
        self.chance = chance
        literals = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)] if tree is not None else []
        texts = [v for v in literals if isinstance(v, str) and 0 < len(v) <= 12]
        numbers = [v for v in literals if type(v) is int and abs(v) < 10**6]
        numbers += [int(n) for n in re.findall(r"(?<![\w.])-?\d{1,6}(?![\w.]*\w)", documentation)]
        self.pools: Mapping[str, Sequence[str]] = {
            "int": list(dict.fromkeys([*NUMBERS, *_near(numbers)])),
            "str": list(dict.fromkeys([*TEXTS, *map(repr, _joined(texts))])),
            "list": LISTS,
            "float": ["0.0", "1.5", "-1.5", *(f"{n}.0" for n in numbers[:6])],
        }

    def values(self, kind: str) -> Sequence[str]:
        """Source texts of values of a kind; empty when none are known."""
        return self.pools.get({"iter": "list"}.get(kind, kind)) or POOLS.get(kind, ())

    def rows(self, kinds: Mapping[str, str], fixed: Mapping[str, str], most: int) -> list[dict[str, str]]:
        """Up to `most` different assignments of values to parameters of these kinds, `fixed` ones as they are."""
        pools = [[fixed[p]] if p in fixed else list(self.values(k)) for p, k in kinds.items()]
        count = 1
        for pool in pools:
            count *= len(pool)
        if count <= most:
            return [dict(zip(kinds, row, strict=True)) for row in itertools.product(*pools)]
        rows: dict[tuple[str, ...], None] = {}
        for _ in range(4 * most):
            rows[tuple(self.chance.choice(pool) for pool in pools)] = None
            if len(rows) >= most:
                break
        return [dict(zip(kinds, row, strict=True)) for row in rows]


def _near(numbers: Sequence[int]) -> list[str]:
    """Numbers, their neighbours and multiples."""
    near: dict[int, None] = {}
    for number in dict.fromkeys(numbers):
        near |= dict.fromkeys((number, number - 1, number + 1, -number, 2 * number, 3 * number, 5 * number))
    return [str(n) for n in list(near)[: 2 * MOST]]


def _joined(texts: Sequence[str]) -> list[str]:
    """Texts of a code repeated, surrounded, and joined in both orders; and runs of a letter."""
    different = list(dict.fromkeys(texts))[:8]
    joined = [t for text in different for t in (text, text * 2, text * 3, text * 4, f"a{text}b", f"{text}a", f"a{text}")]
    joined += [first + second for first in different for second in different if first != second]
    return [*joined, "a" * 9, "a" * 10, "a" * 12, "ab" * 6][: 2 * MOST + 40]
