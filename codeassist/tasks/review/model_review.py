"""A review by a model: it gets hunks with their context and the evidence, answers in a schema, and each claim is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from codeassist.changes.change import ChangedFile
from codeassist.errors import AnswerError, ModelError
from codeassist.evidence.parsed_source import syntax_tree
from codeassist.models.answers import ask_for_record
from codeassist.models.messages import Message
from codeassist.prompts import render
from codeassist.prompts.records import AuditVerdict, ReportedFinding, ReportedFindings
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding, Place, Severity
from codeassist.tasks.review.model_messages import Group, ModelFindings, Reviewer, groups_of, messages_for

NEAR = 3
"""A finding at most this many lines from the change is moved to it; one further away is dropped."""

AUDIT = 0.5
"""The lowest support by the auditor at which a finding is kept."""

GROUPS = 12


def review_with_model(facts: Facts, analysed: Sequence[Finding], reviewer: Reviewer) -> ModelFindings:
    """Ask about each changed file, riskiest first, and keep the findings that pass the checks.

    When the model fails, the findings so far are kept, and the result has the error and the files that were not reviewed.
    """
    outcome = ModelFindings()
    groups = sorted(groups_of(facts.change, reviewer, outcome), key=lambda g: -g.risk)
    reviewer.session.deadline = reviewer.auditor.deadline = reviewer.deadline
    answered = 0
    for number, group in enumerate(groups):
        if number >= GROUPS or reviewer.deadline.passed:
            why = "the least risky ones" if number >= GROUPS else "the time was over"
            text = f"the model was not asked about {len(groups) - number} of {len(groups)} files, {why}"
            (outcome.notes if number >= GROUPS else outcome.unread).append(text)
            break
        reviewer.events.step(f"asking about {group.file.path}")
        try:
            _ask_about(facts, group, analysed, reviewer, outcome)
            answered += 1
        except AnswerError as error:
            outcome.unread.append(f"{group.file.path}: {str(error).rstrip('.')}")
            outcome.error = error if not answered and number == len(groups) - 1 else None
        except ModelError as error:
            outcome.error = error
            left = [g.file.path for g in groups[number:]]
            names = f"{', '.join(left[:3])}{' …' if len(left) > 3 else ''}"
            outcome.unread.append(f"{names}: the model failed before it reviewed {'this' if len(left) == 1 else 'these'}")
            break
    return outcome


def _ask_about(facts: Facts, group: Group, analysed: Sequence[Finding], reviewer: Reviewer, outcome: ModelFindings) -> None:
    """Ask about one file and add the findings that pass the checks to `outcome`. Raises `ModelError`."""
    messages, prompt = messages_for(facts, group, analysed, reviewer)
    answer = ask_for_record(reviewer.session, messages, prompt.needed_schema, ReportedFindings, asking=prompt.asking)
    for reported in answer.findings:
        finding = _checked(facts, group.file, reported, analysed, reviewer, outcome)
        if finding is not None and (audited := _audited(facts, group, finding, reviewer, outcome)) is not None:
            outcome.findings.append(audited)


def first_messages(facts: Facts, analysed: Sequence[Finding], reviewer: Reviewer) -> tuple[list[Message], str]:
    """The first request and the id of its prompt; no messages when nothing would be asked."""
    groups = sorted(groups_of(facts.change, reviewer, ModelFindings()), key=lambda g: -g.risk)
    if not groups:
        return [], ""
    messages, prompt = messages_for(facts, groups[0], analysed, reviewer)
    return reviewer.session.prepare(messages)[0], prompt.id


def _checked(
    facts: Facts,
    file: ChangedFile,
    reported: ReportedFinding,
    analysed: Sequence[Finding],
    reviewer: Reviewer,
    outcome: ModelFindings,
) -> Finding | None:
    """The finding if it is on changed lines and its evidence resolves; else None, and the reason is counted."""
    start, end = reported.start_line, reported.end_line
    changed = set(range(1, len(file.new_lines) + 1)) if file.whole else set(file.touched)
    if not changed & set(range(start, end + 1)):
        nearest = min(changed, key=lambda n: abs(n - start), default=0)
        if not nearest or abs(nearest - start) > NEAR:
            outcome.dropped["not on changed lines"] += 1
            return None
        outcome.dropped["moved to a changed line"] += 1
        start = end = nearest
    start, end = max(1, min(start, len(file.new_lines))), max(1, min(max(start, end), len(file.new_lines), start + 60))
    evidence = []
    for claim in reported.evidence:
        text = facts.change.read(claim.path) if not reviewer.never_send(claim.path) else None
        line = claim.line
        rows = (text or "").split("\n")
        if text is None or not 0 < line <= len(rows) or (claim.quote and not _near(claim.quote, rows, line)):
            outcome.dropped["evidence that the repository does not support"] += 1
            return None
        evidence.append(Place(claim.path, line, rows[line - 1].strip()[:160]))
    finding = Finding(
        f"model/{reported.kind}",
        Severity(reported.severity),
        file.path,
        start,
        end,
        " ".join(reported.message.split())[:400],
        reported.confidence,
        tuple(evidence),
        source=f"model:{reviewer.session.model.name}",
    )
    if any(_repeats(finding, known) for known in (*analysed, *outcome.findings)):
        outcome.dropped["already reported"] += 1
        return None
    patch = reported.patch
    if patch is not None and (reason := bad_patch(file, start, end, patch)):
        outcome.dropped[f"patch removed: {reason}"] += 1
        patch = None
    return replace(finding, patch=patch)


def _near(quote: str, rows: list[str], line: int) -> bool:
    """Whether a quote is in the rows around a line, apart from white space."""
    words = " ".join(quote.split())
    return any(words in " ".join(row.split()) for row in rows[max(0, line - 3) : line + 2])


def _repeats(one: Finding, other: Finding) -> bool:
    """Whether two findings report the same: they are on nearby lines and share at least half of their words."""
    if one.path != other.path or one.start > other.end + 2 or other.start > one.end + 2:
        return False
    a, b = (set(re.findall(r"\w{4,}", f.message.lower())) for f in (one, other))
    return len(a & b) >= 0.5 * min(len(a), len(b)) if a and b else False


def bad_patch(file: ChangedFile, start: int, end: int, patch: str) -> str:
    """Why a patch must not replace some lines; "" when it may."""
    if file.lossy:
        return "the file is not UTF-8"
    before = file.new_lines[start - 1 : end]
    after = patch.replace("\r\n", "\n").rstrip("\n").split("\n") if patch else []
    if before == after:
        return "it changes nothing"
    if any(c in patch for c in ("\x00", "\x1b")):
        return "it contains control characters"
    if file.suffix == ".py":
        whole = "\n".join([*file.new_lines[: start - 1], *after, *file.new_lines[end:]])
        if syntax_tree(file.new) is not None and syntax_tree(whole) is None:
            return "it does not parse"
    return ""


def _audited(facts: Facts, group: Group, finding: Finding, reviewer: Reviewer, outcome: ModelFindings) -> Finding | None:
    """The finding as the auditor's support and a proof leave it; None when the auditor does not support it."""
    prompt = reviewer.library.find("review-audit")
    inputs = {
        "path": finding.path,
        "change": group.text,
        "message": finding.message,
        "lines": f"{finding.start}-{finding.end}",
        "evidence": [f"{p}: {p.text}" for p in finding.evidence],
    }
    try:
        verdict = ask_for_record(
            reviewer.auditor, render(prompt, inputs), prompt.needed_schema, AuditVerdict, asking=prompt.asking
        )
    except AnswerError:
        outcome.dropped["the auditor gave no verdict"] += 1
        return None
    support = verdict.support
    if support < AUDIT:
        outcome.dropped["not supported by the auditor"] += 1
        return None
    finding = replace(finding, confidence=min(finding.confidence, support))
    if finding.severity is Severity.ERROR:
        proof = reviewer.prove(finding, facts) if reviewer.prove is not None else None
        if proof is None:
            return replace(finding, severity=Severity.WARNING, note="not proven by running it")
        return replace(finding, note=proof)
    return finding
