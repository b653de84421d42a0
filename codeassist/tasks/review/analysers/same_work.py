"""Whether two functions do the same work: the same calls, attributes and literals in the same order, with other local names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from codeassist.evidence.clones import shape, tokens
from codeassist.evidence.parsed_source import functions_of

SAME = 0.93
"""The least share of tokens, with local names normalised, that are equal and in the same order."""

MOSTLY = 0.6
"""A function of which a nested function takes a larger share of lines is a decorator or a factory."""

_OVERLOAD = re.compile(r"@(?:\w+\.)?overload\b")
_STUB = re.compile(r"(?:->[^:]*|\)):\s*(?:\.\.\.|pass)?\s*$")
_LITERAL = re.compile(r"\d|[\"'`]")


def comparable_functions(path: str, text: str) -> Iterator[tuple[str, int, int]]:
    """(qualified name, first line, last line) of functions that are compared.

    Overload stubs, nested functions, and functions that mostly consist of a nested function are left out.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    functions = functions_of(path, text)
    for name, first, last in functions:
        head = "\n".join(lines[max(0, first - 4) : first + 1])
        if (_OVERLOAD.search(head) and _STUB.search(lines[last - 1])) or _STUB.search(lines[last - 1]):
            continue
        inside = [(f, e) for _, f, e in functions if (f, e) != (first, last)]
        if any(f <= first and last <= e for f, e in inside):
            continue
        if sum(e - f + 1 for f, e in inside if first <= f and e <= last) > MOSTLY * (last - first + 1):
            continue
        yield name, first, last


def do_the_same(one: str, other: str) -> bool:
    """Whether two functions differ in local names, and little else.

    An asynchronous twin, a pair whose calls or constants are exchanged (read and write), and functions generated from one
    pattern with another type or constant do not do the same.
    """
    a, b = _work(one), _work(other)
    if ("await" in a or "async" in a) != ("await" in b or "async" in b):
        return False
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < SAME:
        return False
    changed = [(a[i:j], b[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
    gone, come = [t for before, _ in changed for t in before], [t for _, after in changed for t in after]
    is_telling = any(re.match(r"\w|[\"'`]", t) and t != "n" for t in (*gone, *come))
    is_exchanged = bool(changed) and sorted(gone) == sorted(come)
    return not is_telling and not is_exchanged


def _work(text: str) -> list[str]:
    """The tokens of a function from its parameters on: local names as `n`; calls, attributes, literals and constants kept."""
    originals, normalised = tokens(text), shape(text)
    start = originals.index("(") if "(" in originals else 0
    own = originals[start - 1] if start else ""
    work = []
    for original, token in zip(originals[start:], normalised[start:], strict=True):
        if original == own:
            work.append("n")
        elif _LITERAL.match(original) or (original.isupper() and len(original) > 1):
            work.append(original)
        else:
            work.append(token)
    return [*(t for t in originals[:start] if t == "async"), *work]
