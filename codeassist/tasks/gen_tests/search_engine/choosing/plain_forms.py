"""Forms of a candidate as people write it: without calls that add nothing, with texts of the documentation and usual ones."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..running.outcome import Candidate

ALIKE = 0.5
"""How alike a text and the one that replaces it must be (`difflib`, 0 to 1)."""

OBJECTS, MOST_ARGUMENTS = 160, 6
"""Characters from which on the arguments of objects are left out together, and how many are tried at most."""

LONG = 4
"""Strings up to this length and numbers up to this size are not shrunk."""


def as_plain_calls(candidate: Candidate) -> Iterator[Candidate]:
    """The candidate without all calls of methods before its own, then without all but the last one, the last two, ..."""
    calls = [n for n, step in enumerate(candidate.steps) if re.match(r"\w+\.\w+\(|\w+\[.*\] = |for ", step)]
    calls = [n for n in calls if not candidate.steps[n].startswith("monkeypatch.")]
    for count in range(len(calls)):
        dropped = set(calls[: len(calls) - count])
        yield replace(candidate, steps=tuple(s for n, s in enumerate(candidate.steps) if n not in dropped))


def with_few_arguments(candidate: Candidate) -> Iterator[Candidate]:
    """A long candidate whose objects are all made with one argument, with two, ...: what is optional is left out at once."""
    if len(candidate.text) < OBJECTS:
        return
    parts = (*candidate.steps, candidate.final)
    for count in range(1, MOST_ARGUMENTS):
        try:
            changed = [ast.unparse(_Shortened(count).visit(ast.parse(part))) for part in parts]
        except SyntaxError:
            return
        yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])


class _Shortened(ast.NodeTransformer):
    """Cuts the arguments of all calls of classes, outer ones first."""

    def __init__(self, count: int) -> None:
        self.count = count

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id[:1].isupper() and len(node.args) + len(node.keywords) > self.count:
            node.keywords = node.keywords[: max(0, self.count - len(node.args))]
            node.args = node.args[: self.count]
        return self.generic_visit(node)


def as_usual(candidate: Candidate, usual: Sequence[str]) -> Iterator[Candidate]:
    """Forms of a candidate with a text as people write it in place of one that the search has made from it."""
    if candidate.origin != "search":
        return
    texts = _texts(candidate)
    for text in texts:
        if text in usual or len(text) < LONG:
            continue
        for natural in difflib.get_close_matches(text, usual, n=2, cutoff=ALIKE):
            yield replace(
                candidate,
                steps=tuple(s.replace(text, natural) for s in candidate.steps),
                final=candidate.final.replace(text, natural),
            )


def as_documented(candidate: Candidate, quoted: Iterable[str]) -> list[Candidate]:
    """Forms of a candidate with a text of the documentation in place of one of the same form: `'10/m'` for `'0/m'`."""
    if candidate.origin != "search":
        return []
    texts = _texts(candidate)
    pairs = [(t, q) for q in quoted for t in texts if t != q and len(t) > LONG and _form(t) == _form(q)]
    return [
        replace(candidate, steps=tuple(s.replace(t, q) for s in candidate.steps), final=candidate.final.replace(t, q))
        for t, q in pairs
    ]


def _form(text: str) -> str:
    """A text with all numbers and all words alike."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "0", text))


def _texts(candidate: Candidate) -> list[str]:
    """The texts with a letter or digit in a candidate, as source text that stands nowhere else in it."""
    try:
        nodes = list(ast.walk(ast.parse(candidate.text)))
    except SyntaxError:
        return []
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    written = [repr(text) for text in dict.fromkeys(texts) if re.search(r"\w", text) and "\\" not in text]
    return [text for text in written if text.startswith("'")]
