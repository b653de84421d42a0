"""A model's review: hunks with what surrounds them and the evidence, answered in a schema, then checked claim by claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from codeassist.changes.change import Change, ChangedFile
from codeassist.deadline import SILENT, Deadline, Events
from codeassist.errors import AnswerError
from codeassist.evidence.functions import enclosing, syntax_tree
from codeassist.models.answers import ask_for_json
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding, Place, Severity

NEAR = 3
"""A finding this many lines beside the change is moved to it; further off it is dropped."""

AUDIT = 0.5
"""The auditor's support from which a finding stays."""

MOST_LINES_AROUND = 120
GROUPS = 12
RISKY = re.compile(r"(?i)auth|login|secur|crypt|token|passw|pay|money|migrat|delete|sql|permission|session|lock|thread|async")


@dataclass(slots=True)
class Reviewer:
    """What a model's review needs. `auditor` is the session of the second pass (the same model when not another)."""

    session: Session
    library: Library
    auditor: Session
    prompt: str = ""
    never_send: Callable[[str], bool] = field(default=lambda _: False)
    deadline: Deadline = field(default_factory=Deadline)
    prove: Callable[[Finding, Facts], str | None] | None = None
    """Shows a fault by running something: what it said, or None."""

    events: Events = SILENT


@dataclass(slots=True)
class Said:
    """What a model's findings came to."""

    findings: list[Finding] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Hunks of one file that are looked at together, with what stands around them."""

    file: ChangedFile
    text: str
    risk: float


def review_with_model(facts: Facts, analysed: Sequence[Finding], reviewer: Reviewer) -> Said:
    """Ask about each changed file, riskiest first, and keep what survives the checks. Raises `ModelError`."""
    said = Said()
    groups = sorted(_groups(facts.change, reviewer, said), key=lambda g: -g.risk)
    for number, group in enumerate(groups):
        if number >= GROUPS or reviewer.deadline.passed:
            said.notes.append(
                f"the model was not asked about {len(groups) - number} of {len(groups)} files, the least risky ones"
            )
            break
        reviewer.events.step(f"asking about {group.file.path}")
        messages, schema, prompt = messages_for(facts, group, analysed, reviewer)
        try:
            answer = ask_for_json(reviewer.session, messages, schema, prompt=prompt)
        except AnswerError as error:
            said.notes.append(str(error))
            continue
        for told in answer["findings"]:
            finding = _checked(facts, group.file, told, analysed, reviewer, said)
            if finding is not None and (audited := _audited(facts, group, finding, reviewer, said)) is not None:
                said.findings.append(audited)
    return said


def first_messages(facts: Facts, analysed: Sequence[Finding], reviewer: Reviewer) -> tuple[list[Message], str]:
    """What would be sent first, and by which prompt; no messages when nothing would be asked."""
    groups = sorted(_groups(facts.change, reviewer, Said()), key=lambda g: -g.risk)
    if not groups:
        return [], ""
    messages, _, prompt = messages_for(facts, groups[0], analysed, reviewer)
    return reviewer.session.prepare(messages)[0], prompt


def messages_for(
    facts: Facts, group: Group, analysed: Sequence[Finding], reviewer: Reviewer
) -> tuple[list[Message], dict[str, Any], str]:
    """(messages, schema, prompt) for one file."""
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
    known = {i.name for i in prompt.inputs}
    return render(prompt, {k: v for k, v in inputs.items() if k in known}), dict(prompt.needed_schema), prompt.id


def _groups(change: Change, reviewer: Reviewer, said: Said) -> Iterator[Group]:
    room = max(600, int(reviewer.session.room() * 0.6))
    count = reviewer.session.model.count_tokens
    for file in change.texts():
        if reviewer.never_send(file.path):
            said.dropped["files kept back (never_send)"] += 1
            continue
        text = _shown(file)
        if count(text) > room:
            text = "\n".join(_hunks(file))
            while count(text) > room and "\n" in text:
                text = text[: int(len(text) * 0.8)].rpartition("\n")[0]
            said.notes.append(f"{file.path}: too long for the model; it saw the changed lines only, not all around them")
        risk = min(len(file.touched), 200) / 40 + 3 * bool(RISKY.search(file.path + text[:4_000])) - 2 * ("test" in file.path)
        yield Group(file, text, risk)


def _shown(file: ChangedFile) -> str:
    """The definitions that enclose the change, each line numbered, added ones marked; then what was removed."""
    wanted: set[int] = set()
    for line in file.touched or range(1, len(file.new_lines) + 1):
        around = enclosing(file.path, file.new or "", line)
        if around is not None and around[2] - around[1] <= MOST_LINES_AROUND:
            wanted |= set(range(around[1], around[2] + 1))
        wanted |= set(range(max(1, line - 5), min(len(file.new_lines), line + 5) + 1))
    parts, before = [], 0
    for n in sorted(wanted):
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
    """Lines elsewhere that use what the change touches."""
    names = {around[0].rpartition(".")[2] for line in file.touched if (around := enclosing(file.path, file.new or "", line))}
    if not names:
        return []
    hits = facts.change.find(sorted(names)[:12], ())
    return [f"{p}:{n}: {t.strip()[:160]}" for p, n, t in hits if p != file.path and not reviewer.never_send(p)][:14]


def _instructions(facts: Facts, path: str) -> list[str]:
    from pathspec import GitIgnoreSpec

    return [i.text for i in facts.config.instructions if GitIgnoreSpec.from_lines(i.paths or ["*"]).match_file(path)]


def _conventions(facts: Facts, reviewer: Reviewer) -> str:
    """The repository's contributing guide, its beginning."""
    for name in ("CONTRIBUTING.md", ".github/CONTRIBUTING.md", "CONTRIBUTING.rst", "docs/CONTRIBUTING.md"):
        text = None if reviewer.never_send(name) else facts.change.read(name)
        if text:
            return text[:1_500]
    return ""


def _checked(
    facts: Facts, file: ChangedFile, told: dict[str, Any], analysed: Sequence[Finding], reviewer: Reviewer, said: Said
) -> Finding | None:
    """A finding that stands where the change is and whose claims resolve; else None, and why is counted."""
    start, end = int(told["start_line"]), int(told["end_line"])
    wanted = set(range(1, len(file.new_lines) + 1)) if file.whole else set(file.touched)
    if not wanted & set(range(start, end + 1)):
        nearest = min(wanted, key=lambda n: abs(n - start), default=0)
        if not nearest or abs(nearest - start) > NEAR:
            said.dropped["not about lines of the change"] += 1
            return None
        said.dropped["moved to the change"] += 1
        start = end = nearest
    start, end = max(1, min(start, len(file.new_lines))), max(1, min(max(start, end), len(file.new_lines), start + 60))
    evidence = []
    for claim in told.get("evidence", ()):
        text = facts.change.read(claim["path"]) if not reviewer.never_send(claim["path"]) else None
        line = int(claim["line"])
        rows = (text or "").split("\n")
        if text is None or not 0 < line <= len(rows) or (claim.get("quote") and not _near(claim["quote"], rows, line)):
            said.dropped["claims what the repository does not bear out"] += 1
            return None
        evidence.append(Place(claim["path"], line, rows[line - 1].strip()[:160]))
    finding = Finding(
        f"model/{told['kind']}",
        Severity(told["severity"]),
        file.path,
        start,
        end,
        " ".join(told["message"].split())[:400],
        float(told["confidence"]),
        tuple(evidence),
        source=f"model:{reviewer.session.model.name}",
    )
    if any(_repeats(finding, known) for known in (*analysed, *said.findings)):
        said.dropped["said already"] += 1
        return None
    patch = told.get("patch")
    if patch is not None and (why := bad_patch(file, start, end, patch)):
        said.dropped[f"a patch left out: {why}"] += 1
        patch = None
    return replace(finding, patch=patch)


def _near(quote: str, rows: list[str], line: int) -> bool:
    wanted = " ".join(quote.split())
    return any(wanted in " ".join(row.split()) for row in rows[max(0, line - 3) : line + 2])


def _repeats(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same: near lines, and most words shared."""
    if one.path != other.path or one.start > other.end + 2 or other.start > one.end + 2:
        return False
    a, b = (set(re.findall(r"\w{4,}", f.message.lower())) for f in (one, other))
    return len(a & b) >= 0.5 * min(len(a), len(b)) if a and b else False


def bad_patch(file: ChangedFile, start: int, end: int, patch: str) -> str:
    """Why replacing lines with a patch makes no sense; "" when it does."""
    if file.lossy:
        return "the file is no UTF-8"
    before = file.new_lines[start - 1 : end]
    after = patch.replace("\r\n", "\n").rstrip("\n").split("\n") if patch else []
    if before == after:
        return "it is there already"
    if any(c in patch for c in ("\x00", "\x1b")):
        return "it holds control characters"
    if file.suffix == ".py":
        whole = "\n".join([*file.new_lines[: start - 1], *after, *file.new_lines[end:]])
        if syntax_tree(file.new) is not None and syntax_tree(whole) is None:
            return "it does not parse"
    return ""


def _audited(facts: Facts, group: Group, finding: Finding, reviewer: Reviewer, said: Said) -> Finding | None:
    """A second opinion by a prompt of its own; and, where it can be, proof."""
    prompt = reviewer.library.find("review-audit")
    inputs = {
        "path": finding.path,
        "change": group.text,
        "message": finding.message,
        "lines": f"{finding.start}-{finding.end}",
        "evidence": [f"{p}: {p.text}" for p in finding.evidence],
    }
    try:
        verdict = ask_for_json(reviewer.auditor, render(prompt, inputs), prompt.needed_schema, prompt=prompt.id)
    except AnswerError:
        said.dropped["the auditor gave no verdict"] += 1
        return None
    support = float(verdict["support"])
    if support < AUDIT:
        said.dropped["not supported by the auditor"] += 1
        return None
    finding = replace(finding, confidence=min(finding.confidence, support))
    if finding.severity is Severity.ERROR:
        proof = reviewer.prove(finding, facts) if reviewer.prove is not None else None
        if proof is None:
            return replace(finding, severity=Severity.WARNING, note="not proven by running it")
        return replace(finding, note=proof)
    return finding
