"""Variations of programs with what changed lines speak of: their texts, what their patterns match, their numbers."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from dataclasses import replace

from _codeassist_search.inputs.patterns import matching  # type: ignore[import-not-found]
from _codeassist_search.running.outcome import Candidate  # type: ignore[import-not-found]

MATCHES = 6
"""Texts that are made for one pattern."""

LONGEST = 60
OTHERS = 200
"""Texts of other programs that are kept, to be put into this one."""


class Hints:
    """Texts and numbers to put into the literals of a program."""

    def __init__(self, constants: Sequence[object], chance: random.Random) -> None:
        """`constants` stand on changed lines of either version; a text may be a pattern."""
        self.chance = chance
        texts = [c for c in constants if isinstance(c, str) and len(c) > 0]
        self.texts = [t for t in texts if len(t) <= LONGEST]
        for pattern in texts:
            made = [matching(pattern, chance) for _ in range(MATCHES)]
            self.texts += [t for t in dict.fromkeys(made) if t and t != pattern and len(t) <= LONGEST]
        numbers = [c for c in constants if type(c) is int and abs(c) < 10**6]
        self.numbers = [n + d for n in numbers for d in (-1, 0, 1)]
        self.others: list[str] = []

    def learn(self, candidate: Candidate) -> None:
        """Keep the texts of a program."""
        for node in ast.walk(ast.parse(candidate.text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in self.others:
                self.others.append(node.value)
        del self.others[OTHERS:]

    def put_into(self, candidate: Candidate) -> Candidate | None:
        """The program with one literal changed; None if it has none that fits."""
        trees = [ast.parse(part) for part in (*candidate.steps, candidate.final)]
        places = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant) and self._fits(n.value)]
        if not places:
            return None
        node = self.chance.choice(places)
        if isinstance(node.value, str):
            node.value = self._text(node.value)
        else:
            node.value = self.chance.choice(self.numbers)
        texts = [ast.unparse(tree) for tree in trees]
        return replace(candidate, steps=tuple(texts[:-1]), final=texts[-1], origin="search")

    def _fits(self, value: object) -> bool:
        return (type(value) is int and bool(self.numbers)) or (isinstance(value, str) and bool(self.texts or self.others))

    def _text(self, text: str) -> str:
        """A text with another one put between its words, in place of a word, or in place of all of it."""
        pool = self.texts if self.texts and (not self.others or self.chance.random() < 0.7) else self.others
        other = self.chance.choice(pool)
        words = text.split(" ")
        position = self.chance.randrange(len(words) + 1)
        way = self.chance.random()
        if way < 0.35:
            return " ".join([*words[:position], other, *words[position:]])
        if way < 0.65 and words:
            words[position - 1] = other
            return " ".join(words)
        cut = self.chance.randrange(len(text) + 1)
        return f"{text[:cut]}{other}{text[cut:]}" if way < 0.9 else other
