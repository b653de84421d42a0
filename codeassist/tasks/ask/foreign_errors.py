"""Answers about what raises an error that the repository does not define: one of the language, or one of a library."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from functools import cache

from codeassist.evidence.excerpts import is_comment
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from codeassist.tasks.ask.raising import LONGEST_CAUSE, raising, without_texts
from codeassist.tasks.ask.usage import EVERY_USE, LISTED
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.syntax.languages import DOCUMENT, detect
from indexers.types import Use

_ERROR = re.compile(r"^(?:[A-Z]\w*)?(?:Error|Exception|Warning|Fault|Failure)$")
_OF_THE_LANGUAGE = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
_CLASS = re.compile(r"^[A-Z][a-z\d]+(?:[A-Z][a-z\d]*)+$")
"""A name such as EndOfStream, which a class of a library may have."""

_OF_GO = re.compile(r"^(?:[a-z]\w*\.)?Err[A-Z]\w*$|^[a-z]\w*\.[A-Z]\w*$")
"""What Go programs call their errors, and exported names of other packages."""

_RAISED = re.compile(r"\b(?:rais|thr(?:ow|ew))", re.IGNORECASE)
_RETURNED = re.compile(r"\breturn", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?!\w)")
_CAUGHT = re.compile(r"\b(?:except|catch|rescue)\b|\berrors\.(?:Is|As)\(|[!=]=")


def foreign_error(index: Index, question: str) -> str | None:
    """The error of the language or of a library of which a question asks what raises it; None if the repository defines it.

    Only errors of Go are returned.
    """
    raised, returned = _RAISED.search(question), _RETURNED.search(question)
    if not raised and not returned:
        return None

    def is_error(name: str) -> bool:
        if _OF_GO.search(name):
            return True
        last = name.rpartition(".")[2]
        return raised is not None and (last in _OF_THE_LANGUAGE or any(form.search(last) for form in (_ERROR, _CLASS)))

    named = [name for name in _NAME.findall(question) if is_error(name) and not index.defines(name.rpartition(".")[2])]
    return named[-1] if named else None


def foreign_raised_in(index: Index, question: str, name: str, numbers: Citations, most: int = LISTED) -> list[str]:
    """Where such an error is raised, else that nothing raises it and where it is caught; empty if neither is known."""
    last = name.rpartition(".")[2]
    lines_of = cache(lambda path: file_lines(index.root, path))
    uses = index.callers(last, EVERY_USE)
    known = {(use.path, use.line) for use in uses}
    uses += [use for use in index.mentions(last, EVERY_USE) if (use.path, use.line) not in known]
    lines = [("".join(lines_of(use.path)[use.line - 1 : use.line]).strip(), use) for use in uses]
    written = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)" if "." in name else rf"(?<!\w){re.escape(name)}(?!\w)")
    named = [(line, use) for line, use in lines if written.search(without_texts(line))]
    subject = f"`{name}`, which this repository does not define,"
    found = raising(index, question, [use for _, use in named], name, subject, numbers, most)
    return found or _caught(index, named, subject, numbers, most)


def _caught(index: Index, named: Sequence[tuple[str, Use]], subject: str, numbers: Citations, most: int) -> list[str]:
    """Where an error is caught or compared, from the lines that name it, each with its use."""
    found: dict[tuple[str, int], str] = {}
    for line, use in sorted(named, key=lambda item: item[1].is_test):
        if detect(use.path).role != DOCUMENT and not is_comment(line) and _CAUGHT.search(without_texts(line)):
            found.setdefault((use.path, use.line), line)
    if not found:
        return []
    listed = []
    for (path, number), line in list(found.items())[:most]:
        holder = getattr(index.definition_at(path, number), "qualified_name", "")
        cited = numbers.cite(path, number, number, holder)
        listed.append(f"- `{holder or path}` in `{path}` {cited}: {inline_code(line[:LONGEST_CAUSE])}")
    if len(found) > most:
        listed.append(f"- … and {len(found) - most} more")
    places = f"{len(found)} place{'s' if len(found) > 1 else ''}"
    return ["\n".join([f"{subject} is raised nowhere in it, and caught or compared in {places}:", *listed])]
