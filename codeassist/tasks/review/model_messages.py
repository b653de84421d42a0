"""What a model's review sends: the changed code of one file with its surroundings, callers, evidence and conventions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from codeassist.changes.change import Change, ChangedFile
from codeassist.deadline import SILENT, Deadline, Events
from codeassist.errors import ModelError
from codeassist.evidence.parsed_source import enclosing
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding

MOST_LINES_AROUND = 120
RISKY = re.compile(r"(?i)auth|login|secur|crypt|token|passw|pay|money|migrat|delete|sql|permission|session|lock|thread|async")


@dataclass(slots=True)
class Reviewer:
    """What a model's review needs. `auditor` is the session of the second pass; it may be `session` itself."""

    session: Session
    library: Library
    auditor: Session
    prompt: str = ""
    never_send: Callable[[str], bool] = field(default=lambda _: False)
    deadline: Deadline = field(default_factory=Deadline)
    prove: Callable[[Finding, Facts], str | None] | None = None
    """Demonstrates a fault by running a test; returns a note on the failure, or None."""

    events: Events = SILENT


@dataclass(slots=True)
class ModelFindings:
    """The findings of a model that passed the checks, and the numbers of dropped ones by reason."""

    findings: list[Finding] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Files that the model did not review, each with the reason."""

    error: ModelError | None = None
    """The error that ended the model's review."""


@dataclass(slots=True)
class Group:
    """The hunks of one file with their context, sent in one request."""

    file: ChangedFile
    text: str
    risk: float


def messages_for(facts: Facts, group: Group, analysed: Sequence[Finding], reviewer: Reviewer) -> tuple[list[Message], Prompt]:
    """The messages for one file, and their prompt."""
    prompt = reviewer.library.find(reviewer.prompt or "review")
    path = group.file.path
    evidence = [f"{f.path}:{f.start}: {f.message}" for f in analysed if f.path == path]
    inputs = {
        "path": path,
        "change": group.text,
        "evidence": evidence[:12],
        "callers": _callers(facts, group.file, reviewer),
        "instructions": _instructions(facts, path),
        "conventions": _conventions(facts, reviewer),
        "title": facts.change.messages[0] if facts.change.messages else "",
    }
    declared = {i.name for i in prompt.inputs}
    return render(prompt, {k: v for k, v in inputs.items() if k in declared}), prompt


def groups_of(change: Change, reviewer: Reviewer, outcome: ModelFindings) -> Iterator[Group]:
    """The files of a change that may be sent, cut to the room of the model; the others are counted in `outcome`."""
    room = max(600, int(reviewer.session.room() * 0.6))
    count = reviewer.session.model.count_tokens
    for file in change.texts():
        if reviewer.never_send(file.path):
            outcome.dropped["files not sent (never_send)"] += 1
            continue
        text = _shown(file)
        if count(text) > room:
            text = "\n".join(_hunks(file))
            while count(text) > room and "\n" in text:
                text = text[: int(len(text) * 0.8)].rpartition("\n")[0]
            outcome.notes.append(f"{file.path}: too long for the model; only its changed lines were sent")
        risk = min(len(file.touched), 200) / 40 + 3 * bool(RISKY.search(file.path + text[:4_000])) - 2 * ("test" in file.path)
        yield Group(file, text, risk)


def _shown(file: ChangedFile) -> str:
    """The definitions that enclose the change, with line numbers and marks at added lines; then the removed lines."""
    numbers: set[int] = set()
    for line in file.touched or range(1, len(file.new_lines) + 1):
        around = enclosing(file.path, file.new or "", line)
        if around is not None and around[2] - around[1] <= MOST_LINES_AROUND:
            numbers |= set(range(around[1], around[2] + 1))
        numbers |= set(range(max(1, line - 5), min(len(file.new_lines), line + 5) + 1))
    parts, before = [], 0
    for n in sorted(numbers):
        if before and n > before + 1:
            parts.append("   ...")
        parts.append(f"{n:>5} {'+' if n in file.added else ' '} {file.new_lines[n - 1]}")
        before = n
    if file.removed and not file.whole:
        parts += ["", "removed:", *(f"      - {text}" for _, text in sorted(file.removed.items())[:80])]
    return "\n".join(parts)


def _hunks(file: ChangedFile) -> Iterator[str]:
    for n in sorted(file.added):
        yield f"{n:>5} + {file.added[n]}"


def _callers(facts: Facts, file: ChangedFile, reviewer: Reviewer) -> list[str]:
    """Lines of other files that use the changed definitions."""
    names = {around[0].rpartition(".")[2] for line in file.touched if (around := enclosing(file.path, file.new or "", line))}
    if not names:
        return []
    hits = facts.change.find(sorted(names)[:12], ())
    return [f"{p}:{n}: {t.strip()[:160]}" for p, n, t in hits if p != file.path and not reviewer.never_send(p)][:14]


def _instructions(facts: Facts, path: str) -> list[str]:
    from indexers.files.globs import GlobSpec

    return [i.text for i in facts.config.instructions if GlobSpec(i.paths or ["*"]).match_file(path)]


def _conventions(facts: Facts, reviewer: Reviewer) -> str:
    """The beginning of the repository's contributing guide."""
    for name in ("CONTRIBUTING.md", ".github/CONTRIBUTING.md", "CONTRIBUTING.rst", "docs/CONTRIBUTING.md"):
        text = None if reviewer.never_send(name) else facts.change.read(name)
        if text:
            return text[:1_500]
    return ""
