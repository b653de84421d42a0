"""Run a prompt's test cases on recorded answers or a live model, and compare versions and models."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeassist.errors import AnswerError, PromptError
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.prompts.assertions import Checks, assess, passed
from codeassist.prompts.cases import Case, cases_path, read_cases, read_document
from codeassist.tasks.prompt_tests import checkers
from codeassist.tasks.prompt_tests.results import CaseResult, PromptTests

_BLOCK = re.compile(r"^\[(\d{1,6})\] (.+?):\d+-\d+", re.MULTILINE)

Gather = Callable[[str], str]
"""The context for a question, as numbered blocks."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What cases are run with: recordings if `session` is None. `gather` reads contexts from the index; `scripts` may run."""

    library: Library
    session: Session | None = None
    gather: Gather | None = None
    scripts: bool = False


def run_cases(prompt: Prompt, bench: Bench, only: str = "") -> list[CaseResult]:
    """Run the cases of a prompt whose name contains `only`.

    An invalid cases file gives one failed result. Raises `ModelError` if the model cannot be reached.
    """
    try:
        cases = read_cases(prompt)
    except PromptError as error:
        return [CaseResult(prompt.id, "(cases)", ok=False, error=str(error))]
    return [_run(prompt, case, bench) for case in cases if only in case.name]


def _run(prompt: Prompt, case: Case, bench: Bench) -> CaseResult:
    inputs = _inputs(case, bench)
    if inputs is None:
        return CaseResult(prompt.id, case.name, None, error="its context comes from the index, and there is none here")
    messages = render(prompt, inputs)  # fails if the inputs no longer fit the prompt
    files = blocks_of(str(inputs.get("context", "")))
    checks = Checks(
        prompt,
        judge=checkers.judge(bench.library, bench.session) if bench.session else None,
        script=checkers.script(prompt, inputs) if bench.scripts else None,
        similarity=checkers.similarity,
        files=files,
    )
    if bench.session is None:
        return _recorded(prompt, case, checks)
    tries = [_asked(prompt, case, messages, checks, bench.session, n) for n in range(case.repeat)]
    return _together(tries)


def _inputs(case: Case, bench: Bench) -> dict[str, Any] | None:
    """The inputs of a case, with the context of its question; None when that needs an index and there is none."""
    if not case.question:
        return dict(case.inputs)
    if bench.gather is None:
        return None
    return {"question": case.question, "context": bench.gather(case.question), **case.inputs}


def blocks_of(context: str) -> dict[int, str]:
    """The path of each numbered block of a context."""
    return {int(number): path for number, path in _BLOCK.findall(context)}


def _recorded(prompt: Prompt, case: Case, checks: Checks) -> CaseResult:
    result = CaseResult(prompt.id, case.name, None, source=_origin(prompt, case), files=checks.files)
    if case.response is None and all(set(a) <= {"context_has", "weight"} for a in case.expect):
        result.source = "the context"  # what is sent is tested, not what is answered
    elif case.response is None:
        result.error = "no recorded answer; run with --live --record"
        return result
    if blocks := case.recorded.get("blocks"):  # the numbers of the recorded answer mean the blocks of its time
        known = (
            {int(n): str(path) for n, path in blocks.items() if re.fullmatch(r"[0-9]{1,9}", str(n))}
            if isinstance(blocks, dict)
            else {}
        )
        checks = replace(checks, cited=known)
    result.answer = case.response or ""
    result.verdicts = assess(case.expect, result.answer, checks)
    result.ok = passed(result.verdicts, case.threshold)
    result.passes = int(result.ok is True)
    return result


def _origin(prompt: Prompt, case: Case) -> str:
    """The source of a recorded answer, and whether it was recorded for an earlier version of the prompt."""
    where = str(case.recorded.get("by") or case.recorded.get("model") or "recorded")
    stale = case.recorded.get("hash") not in (None, prompt.content_hash)
    return f"{where}, for an earlier version of the prompt" if stale else where


def _asked(prompt: Prompt, case: Case, messages: Any, checks: Checks, session: Session, sample: int) -> CaseResult:
    before = len(session.ledger.calls)
    result = CaseResult(prompt.id, case.name, False, source=session.model.name, files=checks.files)
    try:
        reply = session.ask(messages, schema=prompt.schema, sample=sample, asking=prompt.asking)
        calls = session.ledger.calls[before:]
        result.answer, result.seconds = reply.text, reply.seconds
        result.tokens = sum(c.reply.input_tokens + c.reply.output_tokens for c in calls)
        result.cost = reply.cost
        result.verdicts = assess(case.expect, reply.text, checks)
        result.ok = passed(result.verdicts, case.threshold)
    except AnswerError as error:  # an invalid answer fails the case; a wrong key or a missing server does not
        result.error = str(error)
    result.passes = int(result.ok is True)
    return result


def _together(tries: list[CaseResult]) -> CaseResult:
    """Several answers to one case as one result."""
    shown = next((t for t in tries if t.ok is False), next((t for t in tries if t.ok is None), tries[0]))
    costs = [t.cost for t in tries]
    return replace(
        shown,
        tries=len(tries),
        passes=sum(t.passes for t in tries),
        tokens=sum(t.tokens for t in tries),
        seconds=sum(t.seconds for t in tries),
        cost=None if any(c is None for c in costs) else sum(c or 0.0 for c in costs),
    )


def record(prompt: Prompt, results: Sequence[CaseResult]) -> tuple[Path, int]:
    """Write live answers to the cases file as recordings, with model, prompt hash and files; its comments are lost.

    Returns the file and how many were written: rows of data files have no place for one.
    """
    import yaml

    path = cases_path(prompt)
    data = read_document(path)
    answers = {r.case: r for r in results if r.answer}
    written = 0
    for entry in data["cases"]:
        if result := answers.get(str(entry.get("name"))):
            entry["response"] = result.answer
            entry["recorded"] = _provenance(prompt, result)
            written += 1
    try:
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    except OSError as error:
        raise PromptError(f"Cannot write {path}: {error.strerror or error}.") from error
    return path, written


def _provenance(prompt: Prompt, result: CaseResult) -> dict[str, Any]:
    stated: dict[str, Any] = {"model": result.source, "prompt": prompt.id, "hash": prompt.content_hash}
    return stated | ({"blocks": dict(result.files)} if result.files else {})


def run_variants(
    prompts: Sequence[Prompt], benches: Sequence[Bench], against: Sequence[str] = (), only: str = ""
) -> PromptTests:
    """Run the cases of prompts with each bench, and those of each version in `against` of the first prompt before them."""
    variants: list[tuple[str, list[CaseResult]]] = []
    for bench in benches:
        model = bench.session.model.name if bench.session else "recorded"
        older = [[bench.library.find(f"{prompts[0].name}@{version}")] for version in against]
        for chosen in (*older, list(prompts)):
            results = [r for p in chosen for r in run_cases(p, bench, only)]
            variants.append((f"{model} {chosen[0].id}" if len(prompts) == 1 else model, results))
    return PromptTests(variants)
