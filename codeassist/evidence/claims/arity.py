"""How many arguments a sentence says that a function takes, compared with its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codeassist.evidence.claims.bodies import QUOTED
from codeassist.evidence.constructors import constructor_of
from indexers import Index
from indexers.types import Definition

_NUMBERS = {word: n for n, word in enumerate("no one two three four five six seven eight nine".split())}
_NUMBERS |= {"a": 1, "an": 1, "a single": 1, "exactly one": 1, "zero": 0}
_COUNT = rf"(?P<count>exactly one|a single|{'|'.join(_NUMBERS)}|\d{{1,2}})"
_KIND = r"(?P<kind>required |mandatory |positional |optional |keyword )?"
TAKES = re.compile(
    rf"{QUOTED}(?: (?:function|method|constructor|class))? (?:takes|accepts|has|expects|needs|requires|wants)"
    rf" (?:exactly |only )?{_COUNT} {_KIND}(?:arguments?|parameters?)\b(?! or more| *[`'\"]| (?:named|called|other)\b)"
)
COUNTED = frozenset("python javascript typescript tsx go rust java csharp php ruby kotlin swift c lua scala".split())
"""Languages in whose signatures parameters are separated by commas in brackets."""

_RECEIVERS = ("self", "cls", "&self", "&mut self", "mut self")
_OPEN = re.compile(r"^\*|^\.\.\.|\.\.\.$|^params\b|\bvararg\b|\.\.\.")


def number(text: str) -> int:
    """The number that a word or digits stand for."""
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def constructed(definitions: Sequence[Definition], index: Index) -> list[Definition]:
    """The definitions, with the constructor of a class in the place of the class; none where none is known."""
    found: list[Definition] = []
    for definition in definitions:
        if definition.kind == "class" and definition.language == "python":
            wanted = f"{definition.qualified_name}.__init__"
            found += [d for d in index.definitions(wanted, 3) if d.qualified_name == wanted and d.path == definition.path]
        elif definition.kind == "class":
            holder = constructor_of(index, definition)
            found += [holder] if holder is not None else []
        else:
            found.append(definition)
    return found


def takes_other(count: int, kind: str, definitions: Sequence[Definition]) -> bool | None:
    """Whether every definition takes another number of arguments than stated; None if a signature does not tell.

    `kind` is `required`, `optional` or empty. Without a kind both all parameters and those without default count.
    """
    verdicts = []
    for definition in definitions:
        parameters = list(_parameters(definition.signature))
        if "(" not in definition.signature or any(_OPEN.search(p) for p in parameters if p not in ("*", "/")):
            return None
        named = [p for p in parameters if p not in ("*", "/")]
        optional = [p for p in named if "=" in p or re.match(r"\w+\?\s*:", p)]
        required = len(named) - len(optional)
        fitting = {"required": {required}, "optional": {len(optional)}}.get(kind, {required, len(named)})
        verdicts.append(count not in fitting)
    return all(verdicts) if verdicts else None


def _parameters(signature: str) -> Iterator[str]:
    """The parameters of a signature as written, without a receiver."""
    depth, current, found = 0, "", []
    signature = re.sub(r"^func\s*\([^()]*\)\s*", "func ", signature)  # a receiver of Go
    inside = signature[signature.find("(") + 1 :].replace("=>", "  ").replace("->", "  ")
    for character in inside:
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            if depth == 0:
                break
            depth -= 1
        if character == "," and depth == 0:
            found.append(current)
            current = ""
        else:
            current += character
    for part in (*found, current):
        text = part.strip()
        if text and text.partition(":")[0].strip() not in _RECEIVERS:
            yield text
