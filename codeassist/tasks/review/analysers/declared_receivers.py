"""Uses of a removed member where its name has other definitions: receivers of a declared type, and methods that override it.

For languages that no outline reads. A type counts where it is written: `store: Store`, `Store store`, `store = Store(...)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.evidence.parsed_source import symbols_of
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Place
from indexers.syntax.languages import Language

_TYPE = (
    r"(?:(?:abstract|data|open|sealed|final|public|internal|private|case) )*"
    r"(?:class|interface|trait|protocol|struct|object|enum|mixin|record)"
)
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--)")
_MARKED = re.compile(r"(?:^|\s)@?override\b", re.IGNORECASE)


def uses_by_type(facts: Facts, owner: str, name: str, language: Language) -> tuple[list[Place], list[Place]]:
    """(calls on receivers of the type `owner`, methods that override `owner.name`) after the change.

    Nothing where the type is declared more than once, or where a type above it or an extension may have the name.
    """
    globs = tuple(f"*{extension}" for extension in language.extensions)
    declared = re.compile(rf"^\s*{_TYPE}\s+{re.escape(owner)}\b(?P<rest>.*)")
    homes = [(path, match) for path, _, text in facts.change.find([owner], globs) if (match := declared.match(text))]
    hits = facts.change.find([name], globs)
    if len(homes) != 1 or any(re.search(rf"\b{re.escape(owner)}(?:<[^>]*>)?\.{re.escape(name)}\b", t) for _, _, t in hits):
        return [], []
    calls: list[Place] = []
    overriding: list[Place] = []
    above = _supertypes(_head(facts, homes[0][0], owner))
    for path in dict.fromkeys(path for path, _, _ in hits):
        text = facts.change.read(path) or ""
        if any(_defines(path, text, base, name) for base in above):
            return [], []
        calls += [facts.place(path, line) for line in _calls(text, owner, name) if not _is_new(facts, path, line)]
        overriding += [facts.place(path, n) for n in _overrides(path, text, owner, name) if not _is_new(facts, path, n)]
    return calls, overriding


def _is_new(facts: Facts, path: str, line: int) -> bool:
    file = facts.change.file(path)
    return file is not None and line in file.added


def _calls(text: str, owner: str, name: str) -> Iterator[int]:
    """Lines that call the name on a variable which is of the type wherever the file says its type."""
    call = re.compile(rf"(?<![\w.])(?:this\.|self\.)?(?P<receiver>[A-Za-z_]\w*)[?!]*\.{re.escape(name)}\s*[({{]")
    of_type: dict[str, bool] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if _COMMENT.match(line):
            continue
        for match in call.finditer(line):
            receiver = match["receiver"]
            if receiver not in of_type:
                of_type[receiver] = _types(text, receiver) == {owner}
            if of_type[receiver]:
                yield number
                break


def _types(text: str, variable: str) -> set[str]:
    """The types that a file declares a variable with; one that a value of unknown type is assigned to has the type ""."""
    word = re.escape(variable)
    found = {match[1] for match in re.finditer(rf"(?<![\w.]){word}\s*:\s*([A-Za-z_]\w*)", text)}
    found |= {match[1] for match in re.finditer(rf"(?<![\w.])([A-Z]\w*)(?:<[^<>]*>)?[?*&]?\s+{word}\s*[,;=)]", text)}
    for match in re.finditer(rf"\b(?:val|var|let|final|auto)\s+{word}\s*=\s*(?:new\s+)?(?:([A-Z]\w*)\()?", text):
        found.add(match[1] or "")
    return found


def _overrides(path: str, text: str, owner: str, name: str) -> Iterator[int]:
    """Lines of methods that are marked as overriding, in classes whose only supertype is the type."""
    lines = text.split("\n")
    heads = {qualified: signature for qualified, _, _, _, signature in symbols_of(path, text)}
    for qualified, _, start, _, _ in symbols_of(path, text):
        around, _, last = qualified.rpartition(".")
        if last != name or around not in heads or _supertypes(heads[around]) != [owner]:
            continue
        if any(_MARKED.search(line) for line in lines[max(0, start - 2) : start + 1]):
            yield next((n for n in range(start, start + 4) if n <= len(lines) and name in lines[n - 1]), start)


def _head(facts: Facts, path: str, owner: str) -> str:
    """The declaration of a type as text."""
    known = symbols_of(path, facts.change.read(path) or "")
    return next((signature for qualified, _, _, _, signature in known if qualified.rpartition(".")[2] == owner), "")


def _supertypes(head: str) -> list[str]:
    """The types that a declaration extends or implements, by their names."""
    flat, before = head, ""
    while flat != before:
        before, flat = flat, re.sub(r"\([^()]*\)|<[^<>]*>|\[[^\[\]]*\]", "", flat)
    match = re.search(r"(?::|\bextends\b|\bimplements\b|\bwith\b)(?P<listed>[^{]*)", flat)
    listed = re.split(r",|\bextends\b|\bimplements\b|\bwith\b", match["listed"]) if match is not None else []
    return [found[1] for part in listed if (found := re.match(r"\s*(?:[\w.]+\.)?([A-Za-z_]\w*)", part))]


def _defines(path: str, text: str, owner: str, name: str) -> bool:
    return any(q.endswith(f"{owner}.{name}") for q, _, _, _, _ in symbols_of(path, text))
