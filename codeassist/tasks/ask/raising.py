"""Answers about what raises an error that the repository defines; `foreign_errors` for others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from codeassist.evidence.excerpts import FARTHEST_CAUSE, condition_of, is_comment
from codeassist.evidence.places import SCAFFOLD
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from codeassist.tasks.ask.usage import EVERY_USE, LISTED, subject_of, uses_of
from indexers import Hit, Index
from indexers.files.decoding import file_lines
from indexers.search.message_match import raising_line
from indexers.search.query import understand
from indexers.syntax.languages import DOCUMENT, detect
from indexers.syntax.words import terms
from indexers.types import Definition, Use

LONGEST_CAUSE = 160
"""Characters of a raising line with its condition."""

_RAISED_QUESTION = re.compile(
    r"(?i)^\W*(?:what|who|which|where|when)\b.*?\b(?:raises?|raised|raising|throws?|thrown|returns?|returned)\b"
)
_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'")
"""Texts in quotes, such as the path of an import, in which the words say nothing."""

_RAISED = re.compile(r"\b(?:raise|throw)\b")
_RAISES = re.compile(r"\b(?:raise|throw|panic|return|Err|reject)\b")

_COMPARES = re.compile(r"\berrors\.(?:Is|As)\(|[!=]=|\binstanceof\b|\bisinstance\(")
"""What stands before an error that is only compared: `return errors.Is(err, ErrClosed)`."""

_CONSTANT = re.compile(
    r"(?<![\w.])(?P<name>[A-Z][A-Z\d]*_[A-Z\d_]+|[a-z]*[A-Z]\w*(?:Message|Text|Error))\s*(?::[^=]+)?=\s*[\"'`f]"
)
MOST_USERS = 5
_NO_RAISE = frozenset({"import", "base", "type"})
"""Kinds of use that raise nothing."""


def asks_who_raises(question: str) -> bool:
    """Whether a question asks what raises something, or where or when it is raised."""
    return _RAISED_QUESTION.search(question) is not None


def raised_in(index: Index, question: str, definition: Definition, numbers: Citations, most: int = LISTED) -> list[str]:
    """Where an error is raised, each place with the condition; empty when no use of it is such a place.

    Places that say more of the question come first, code before tests.
    """
    uses = uses_of(index, definition, ("call", "value", "argument"))
    return raising(index, question, uses, definition.qualified_name, subject_of(definition, numbers), numbers, most)


@dataclass(frozen=True, slots=True)
class _Raising:
    """A use that raises an error: the line with its condition, and whether it says `raise` or `throw`."""

    use: Use
    cause: str
    plainly: bool


def with_message(index: Index, question: str, hit: Hit) -> list[Use]:
    """Where the message of a question is used, if the hit only gives it a name: `NOT_CALLABLE = "expected a function"`."""
    lines = hit.text.split("\n")
    at = raising_line(question, lines)
    constant = _CONSTANT.search(lines[at]) if at is not None else None
    if constant is None:
        return []
    uses = index.callers(constant["name"], EVERY_USE, ("argument", "value", "call"))
    own = {use.by: use for use in reversed(uses) if use.by and not use.is_test}
    return [own[by] for by in dict.fromkeys(use.by for use in uses) if by in own][:MOST_USERS]


def raising(
    index: Index, question: str, uses: Sequence[Use], name: str, subject: str, numbers: Citations, most: int = LISTED
) -> list[str]:
    """The uses that raise `name`, one line for each definition with the first of them; empty if none raises it."""
    lines_of = cache(lambda path: file_lines(index.root, path))
    groups: dict[tuple[str, str], list[_Raising]] = {}
    for use in uses:
        line = "".join(lines_of(use.path)[use.line - 1 : use.line])
        if use.kind not in _NO_RAISE and detect(use.path).role != DOCUMENT and _raises(line, name):
            holder = use.by or getattr(index.definition_at(use.path, use.line), "qualified_name", "")
            plainly = _RAISED.search(without_texts(line)) is not None
            groups.setdefault((use.path, holder), []).append(_Raising(use, _cause(lines_of(use.path), use.line), plainly))
    if not groups:
        return []
    asked = set(understand(question).terms) - SCAFFOLD - set(terms(f"{name} raise throw function place"))
    said = {
        place: len(asked.intersection(terms("\n".join([*place, *(r.cause for r in some)])))) for place, some in groups.items()
    }
    ranked = sorted(groups.items(), key=lambda item: (item[1][0].use.is_test, -said[item[0]]))
    listed = [
        f"- `{by or path}` in `{path}` {numbers.cite(path, some[0].use.line, some[0].use.line, by)}"
        f"{f' ({len(some)} times)' if len(some) > 1 else ''}: {inline_code(some[0].cause)}"
        for (path, by), some in ranked[:most]
    ]
    if len(groups) > most:
        listed.append(f"- … and {len(groups) - most} more; `codeassist callers {name}` lists all")
    verb = "raised" if all(one.plainly for some in groups.values() for one in some) else "raised or returned"
    return ["\n".join([f"{subject} is {verb} in {len(groups)} place{'s' if len(groups) > 1 else ''}:", *listed])]


def _raises(line: str, name: str) -> bool:
    """Whether a line of code raises or returns `name`: a word for it stands before the name, and both outside of texts."""
    code = without_texts(line)
    at = re.search(rf"(?<!\w){re.escape(name.rpartition('.')[2])}(?!\w)", code)
    if at is None or is_comment(code):
        return False
    before = list(_RAISES.finditer(code[: at.start()]))
    return bool(before) and _COMPARES.search(code[before[-1].end() : at.start()]) is None


def without_texts(line: str) -> str:
    """A line of code without its texts in quotes."""
    return _TEXTS.sub("", line)


def _cause(every: Sequence[str], line: int) -> str:
    """A line of a file, which raises, after the condition that it depends on; with the next line if it ends open."""
    first = max(1, line - FARTHEST_CAUSE)
    lines, at = every[first - 1 : line], line - first
    condition = condition_of(lines, at)
    raising = lines[at].strip() + ("".join(every[line : line + 1]).strip() if lines[at].rstrip().endswith("(") else "")
    shown = raising if condition is None else f"{lines[condition].strip()} … {raising}"
    return shown[:LONGEST_CAUSE]
