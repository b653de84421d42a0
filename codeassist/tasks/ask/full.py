"""The long form of an answer (`--full`, and "what is NAME"): the code, its relations, documents, history."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from codeassist.evidence.places import Evidence, Place, first_sentence
from codeassist.tasks.ask.answer import Citations, Shape
from codeassist.tasks.ask.documented import documented
from codeassist.tasks.ask.wording import a_kind, as_sentence, code_of, commits_of, describe, document_of, short_signature
from indexers import Index
from indexers.types import Definition

SUMMARY_LINES, MOST_SAID = 6, 10
"""Lines of the first paragraph of a documentation text, and of all paragraphs that are quoted."""

MOST_NAMESAKES, NAMED = 30, 3
"""Definitions of the same name that are looked at, and those that are named."""

_LISTS = re.compile(
    r"\s*(?::\w|@\w|[-=~]{3}|(?:args|arguments|parameters|returns?|raises|throws|examples?|notes?|see also)\b.{0,3}$)",
    re.IGNORECASE,
)
"""The first line of a paragraph that lists parameters and the like."""

Writer = Callable[[Index, str, list[Place], Evidence, Citations], list[str]]


def full_answer(
    index: Index, question: str, shape: Shape, shown: list[Place], evidence: Evidence, numbers: Citations
) -> list[str]:
    """The paragraphs of a long answer, by the shape of the question."""
    return _WRITERS.get(shape, _where)(index, question, shown, evidence, numbers)


def _where(_: Index, __: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    first = f"In the {describe(shown[0], numbers)}" if shown[0].definition else f"In {describe(shown[0], numbers)}"
    return [as_sentence(first), code_of(shown[0]), _others(shown, numbers), _relations(evidence, numbers)]


def _what(index: Index, _: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    place = shown[0]
    definition = place.definition
    if definition is None:
        return [as_sentence(describe(place, numbers)), code_of(place), _others(shown, numbers), _relations(evidence, numbers)]
    is_a = f"`{definition.qualified_name}` is the {a_kind(definition)} `{short_signature(definition)}`"
    head = f"{is_a} in `{definition.path}` {numbers.define(definition)}."
    said = "\n".join(f"> {line}".rstrip() for line in _said(definition.documentation))
    if not said and definition.kind != "section":
        said = documented(index, definition, numbers)
    members = [
        d
        for d in index.definitions_in(definition.path, definition.line + 1, definition.end_line)
        if d.qualified_name == f"{definition.qualified_name}.{d.name}" and d.kind not in ("field", "variable")
    ]
    members = sorted({d.name: d for d in members}.values(), key=lambda d: (d.name.startswith("_"), d.line))
    listed = ""
    if members:
        names = ", ".join(f"`{d.name}` {numbers.define(d)}" for d in members[:8])
        listed = f"Its members: {names}" + (f" and {len(members) - 8} more." if len(members) > 8 else ".")
    relations = _relations(evidence, numbers, callees=not members)
    code = "" if said and listed else code_of(place)
    return [head, said, code, listed, _namesakes(index, definition, numbers), _others(shown, numbers), relations]


def _said(documentation: str) -> list[str]:
    """The first paragraph of a documentation text, and those after it that fit, up to the list of parameters."""
    paragraphs = [paragraph.strip().splitlines() for paragraph in documentation.strip().split("\n\n")]
    lines = paragraphs[0][:SUMMARY_LINES]
    for paragraph in paragraphs[1:]:
        if not paragraph or _LISTS.match(paragraph[0]) or len(lines) + 1 + len(paragraph) > MOST_SAID:
            break
        if paragraph is paragraphs[-1] and not paragraph[-1].rstrip().endswith((".", "!", "?", ":", ")", "`")):
            break  # what the index keeps of a long text ends anywhere
        lines += ["", *paragraph]
    return lines


def _namesakes(index: Index, definition: Definition, numbers: Citations) -> str:
    """The other definitions of the same name, of other classes or files."""
    same = [d for d in index.definitions(definition.name, MOST_NAMESAKES) if d.name == definition.name and not d.is_test]
    others = {(d.qualified_name, d.path): d for d in same}
    others.pop((definition.qualified_name, definition.path), None)
    named = [f"`{d.qualified_name}` in `{d.path}` {numbers.define(d)}" for d in list(others.values())[:NAMED]]
    return f"- Of the same name: {', '.join(named)}" + (" and more" if len(others) > NAMED else "") if named else ""


def _how(_: Index, __: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    head = as_sentence(
        f"It starts in the {describe(shown[0], numbers)}" if shown[0].definition else describe(shown[0], numbers)
    )
    steps = ""
    if evidence.callees:
        lines = []
        for number, definition in enumerate(evidence.callees, 1):
            summary = first_sentence(definition.documentation, 120)
            lines.append(
                f"{number}. `{definition.qualified_name}` {numbers.define(definition)}" + (f": {summary}" if summary else "")
            )
        steps = "Its calls, in the order of the source:\n\n" + "\n".join(lines)
    return [head, code_of(shown[0]), steps, _others(shown, numbers), _relations(evidence, numbers, callees=False)]


def _why(index: Index, question: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    commits = commits_of(evidence.commits)
    documents = "\n".join(f"- {document_of(hit, numbers)}" for hit in evidence.documents)
    documentation = f"Related documentation:\n\n{documents}" if documents else ""
    hint = (
        ""
        if commits or index.options.history
        else "Commit messages are not indexed; set `history = true` under `[index]` to include them."
    )
    evidence.documents, evidence.commits = [], []
    place = as_sentence(f"The code itself: {describe(shown[0], numbers)}")
    return [commits, documentation, place, code_of(shown[0]), _relations(evidence, numbers), hint]


def _relations(evidence: Evidence, numbers: Citations, *, callees: bool = True) -> str:
    lines = []
    if evidence.callers:
        shown = ", ".join(f"`{u.by or u.path}` {numbers.cite(u.path, u.line, u.line, u.by)}" for u in evidence.callers)
        more = evidence.caller_count - len(evidence.callers)
        lines.append(f"- Used by {shown}" + (f" and {more} more" if more > 0 else ""))
    if callees and evidence.callees:
        lines.append("- Calls " + ", ".join(f"`{d.qualified_name}` {numbers.define(d)}" for d in evidence.callees))
    if evidence.tests:
        tests = ", ".join(f"`{u.by}` {numbers.cite(u.path, u.line, u.line, u.by)}" for u in evidence.tests)
        lines.append(f"- Tested by {tests}")
    lines.extend(f"- See also {document_of(hit, numbers)}" for hit in evidence.documents)
    lines.extend(f"- History: {c.sha[:9]} ({c.date[:10]}) {c.subject}" for c in evidence.commits[:1])
    return "\n".join(lines)


def _others(shown: Sequence[Place], numbers: Citations) -> str:
    return "\n".join(f"- Also {describe(place, numbers)}" for place in shown[1:])


_WRITERS: dict[Shape, Writer] = {"what": _what, "how": _how, "why": _why, "flow": _how}
"""Other shapes are written like "where"."""
