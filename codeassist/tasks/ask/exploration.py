"""The actions of the `explore` strategy: search, look up a symbol, list its callers, read some lines."""

from __future__ import annotations

import re

from codeassist.evidence.blocks import Packed
from codeassist.tasks.ask.answer_in_progress import AnswerInProgress
from indexers import Hit, QueryError
from indexers.search.options import Options

RESULTS = 5
CALLERS = 8
READ_LINES = 120


def look(work: AnswerInProgress, action: str, argument: str, budget: int) -> tuple[Packed, str]:
    """Run one action; returns the packed blocks and a line for the model that describes the result."""
    actions = {"search": _search, "symbol": _symbol, "callers": _callers, "read": _read}
    if action not in actions or not argument:
        return Packed(), f"unknown action or no argument; actions are {', '.join(actions)} and answer"
    hits = actions[action](work, argument)
    if not hits:
        return Packed(), "nothing found"
    shown = {(b.path, b.start_line, b.end_line) for b in work.blocks if not b.folded}  # a folded block can be opened
    unseen = [h for h in hits if (h.path, h.start_line, h.end_line) not in shown]
    if not unseen:
        return Packed(), "nothing new: it is in the blocks already"
    packed = work.add(work.source.pack(unseen, budget, work.options.session.model.count_tokens, first=len(work.blocks) + 1))
    numbers = ", ".join(f"[{b.n}]" for b in packed.blocks)
    return packed, f"see {numbers}" if numbers else "found, but there is no room left for it"


def _search(work: AnswerInProgress, argument: str) -> list[Hit]:
    try:
        return work.index.search(argument, RESULTS, paths=work.options.paths, options=Options(all_chunks=True))
    except QueryError:
        return []


def _symbol(work: AnswerInProgress, argument: str) -> list[Hit]:
    definitions = work.index.definitions(argument, 3)
    return [
        Hit(d.path, d.line, d.end_line, 1.0, d.name, d.kind, d.language, "", d.qualified_name, d.signature, d.documentation)
        for d in definitions
    ]


def _callers(work: AnswerInProgress, argument: str) -> list[Hit]:
    return [
        Hit(use.path, max(1, use.line - 4), use.line + 4, 1.0, use.by, "use", "", "", qualified_name=use.by)
        for use in work.index.callers(argument, CALLERS, ("call", "base", "type"))
    ]


def _read(work: AnswerInProgress, argument: str) -> list[Hit]:
    match = re.fullmatch(r"(.+?)(?::(\d{1,9})(?:-(\d{1,9}))?)?", argument)
    path = match[1].removeprefix("./") if match else argument
    if match is None:
        return []
    if not work.index.language_of(path):  # indexed files only: none outside the root, none ignored
        if not (module := _module(work, path)):
            return _symbol(work, path)
        path = module
    start = int(match[2] or 1)
    end = min(int(match[3] or start + READ_LINES - 1), start + READ_LINES - 1)
    return [Hit(path, start, end, 1.0, "", "lines", "", "")] if start <= end else []


def _module(work: AnswerInProgress, name: str) -> str:
    """The indexed file of a dot path such as `shop.auth`; empty when there is none, or several."""
    if not re.fullmatch(r"\w+(?:\.\w+)+", name):
        return ""
    stem = name.replace(".", "/")
    ends = [f"{stem}.py", f"{stem}/__init__.py"]
    found = [path for path in work.index.files() if any(path == end or path.endswith(f"/{end}") for end in ends)]
    return found[0] if len(found) == 1 else ""
