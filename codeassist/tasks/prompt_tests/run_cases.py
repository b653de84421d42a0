"""Run a prompt's test cases on recorded answers or a live model, and compare versions or models."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from codeassist.errors import AnswerError, PromptError
from codeassist.models.answers import ask_for_json
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.prompts.cases import Case, Verdict, assess, cases_path, read_cases
from indexers.files.reading import read_text

BOOTSTRAP = 2_000
"""Resamples for a confidence interval; more would move its ends by less than 0.01."""


@dataclass(slots=True)
class CaseResult:
    """The result of one case. `ok` is None if it could not be decided (no recording, or a judge without a model)."""

    prompt: str
    case: str
    ok: bool | None
    verdicts: list[Verdict] = field(default_factory=list)
    answer: str = ""
    source: str = "recorded"
    tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "prompt": self.prompt,
            "case": self.case,
            "ok": self.ok,
            "source": self.source,
            "verdicts": [{"kind": v.kind, "ok": v.ok, "words": v.words} for v in self.verdicts],
            "tokens": self.tokens,
            "cost": self.cost,
            "seconds": round(self.seconds, 3),
            "error": self.error or None,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the bounds of its 95 % confidence interval."""

    value: float
    low: float
    high: float


def run_cases(prompt: Prompt, library: Library, session: Session | None, only: str = "") -> list[CaseResult]:
    """Run the cases of a prompt whose name contains `only`: on `session`'s model, or on recorded answers if it is None.

    An invalid cases file gives one failed result. Raises `ModelError` if the model cannot be reached.
    """
    results = []
    try:
        cases = read_cases(prompt)
    except PromptError as error:
        return [CaseResult(prompt.id, "(cases)", ok=False, error=str(error))]
    for case in cases:
        if only and only not in case.name:
            continue
        results.append(_recorded(prompt, case) if session is None else _live(prompt, case, library, session))
    return results


def _recorded(prompt: Prompt, case: Case) -> CaseResult:
    render(prompt, case.inputs)  # fails if the inputs no longer fit the prompt
    if case.response is None:
        return CaseResult(prompt.id, case.name, None, error="no recorded answer; run with --live --record")
    verdicts = assess(prompt, case, case.response, None)
    return CaseResult(prompt.id, case.name, _all(verdicts), verdicts, case.response, _origin(prompt, case))


def _origin(prompt: Prompt, case: Case) -> str:
    """The source of a recorded answer, and whether it was recorded for an earlier version of the prompt."""
    where = str(case.recorded.get("by") or case.recorded.get("model") or "recorded")
    stale = case.recorded.get("hash") not in (None, prompt.content_hash)
    return f"{where}, for an earlier version of the prompt" if stale else where


def _live(prompt: Prompt, case: Case, library: Library, session: Session) -> CaseResult:
    before = len(session.ledger.calls)
    result = CaseResult(prompt.id, case.name, False, source=session.model.name)
    try:
        reply = session.ask(render(prompt, case.inputs), schema=prompt.schema, asking=prompt.asking)
        calls = session.ledger.calls[before:]
        result.answer, result.seconds = reply.text, reply.seconds
        result.tokens = sum(c.reply.input_tokens + c.reply.output_tokens for c in calls)
        result.cost = reply.cost
        result.verdicts = assess(prompt, case, reply.text, _judge(library, session))
        result.ok = _all(result.verdicts)
    except AnswerError as error:  # an invalid answer fails the case; a wrong key or a missing server does not
        result.error = str(error)
    return result


def _judge(library: Library, session: Session) -> Callable[[str, str], tuple[bool, str]]:
    prompt = library.find("judge")

    def judge(criterion: str, answer: str) -> tuple[bool, str]:
        messages = render(prompt, {"criterion": criterion, "answer": answer})
        value = ask_for_json(session, messages, prompt.needed_schema, asking=prompt.asking)
        return bool(value["holds"]), f"{criterion}: {value['reason']}"

    return judge


def _all(verdicts: Sequence[Verdict]) -> bool | None:
    if any(v.ok is False for v in verdicts):
        return False
    return None if any(v.ok is None for v in verdicts) else True


def record(prompt: Prompt, results: Sequence[CaseResult]) -> Path:
    """Write live answers to the cases file as recordings, with model and prompt hash; returns it. Its comments are lost."""
    import yaml

    path = cases_path(prompt)
    data = yaml.safe_load(read_text(path))
    answers = {r.case: r for r in results if r.answer}
    for entry in data["cases"]:
        if result := answers.get(entry["name"]):
            entry["response"] = result.answer
            entry["recorded"] = {"model": result.source, "prompt": prompt.id, "hash": prompt.content_hash}
    try:
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    except OSError as error:
        raise PromptError(f"Cannot write {path}: {error.strerror or error}.") from error
    return path


def pass_rate(results: Sequence[CaseResult]) -> Figure:
    """The share of decided cases that pass, with the Wilson score interval (Wilson, 1927)."""
    decided = [r for r in results if r.ok is not None]
    total, passed = len(decided), sum(bool(r.ok) for r in decided)
    if not total:
        return Figure(0.0, 0.0, 1.0)
    z = 1.96
    centre = (passed + z * z / 2) / (total + z * z)
    margin = z / (total + z * z) * ((passed * (total - passed) / total) + z * z / 4) ** 0.5
    return Figure(passed / total, max(0.0, centre - margin), min(1.0, centre + margin))


def middle(values: Sequence[float], seed: int = 0) -> Figure:
    """The median with its percentile bootstrap interval."""
    if not values:
        return Figure(0.0, 0.0, 0.0)
    chance = random.Random(seed)
    medians = sorted(median(chance.choices(values, k=len(values))) for _ in range(BOOTSTRAP))
    return Figure(median(values), medians[int(0.025 * BOOTSTRAP)], medians[int(0.975 * BOOTSTRAP)])


def sign_test(a: Sequence[CaseResult], b: Sequence[CaseResult]) -> float:
    """The two-sided p-value of the exact McNemar test (McNemar, 1947) that two variants have the same pass rate."""
    from math import comb

    passed = {r.case: r.ok for r in a if r.ok is not None}
    pairs = [(passed[r.case], r.ok) for r in b if r.ok is not None and r.case in passed]
    better = sum(bool(y) and not x for x, y in pairs)
    worse = sum(bool(x) and not y for x, y in pairs)
    n = better + worse
    return min(1.0, 2 * sum(comb(n, i) for i in range(min(better, worse) + 1)) / 2**n) if n else 1.0


def junit(results: Sequence[CaseResult]) -> str:
    """The results as JUnit XML."""
    from xml.etree import ElementTree as ET

    suites = ET.Element("testsuites", name="codeassist prompts")
    for name in dict.fromkeys(r.prompt for r in results):
        selected = [r for r in results if r.prompt == name]
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=name,
            tests=str(len(selected)),
            failures=str(sum(r.ok is False for r in selected)),
            skipped=str(sum(r.ok is None for r in selected)),
            time=f"{sum(r.seconds for r in selected):.3f}",
        )
        for result in selected:
            case = ET.SubElement(suite, "testcase", classname=name, name=result.case, time=f"{result.seconds:.3f}")
            message = "; ".join(v.words for v in result.verdicts if v.ok is not True) or result.error
            if result.ok is False:
                ET.SubElement(case, "failure", message=_printable(message)).text = _printable(result.answer)
            elif result.ok is None:
                ET.SubElement(case, "skipped", message=_printable(message))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _printable(text: str) -> str:
    """Text in which characters that XML does not allow are replaced."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


@dataclass(frozen=True, slots=True)
class PromptTests:
    """Results by variant: one, or several versions or models to compare."""

    variants: list[tuple[str, list[CaseResult]]]

    @property
    def results(self) -> list[CaseResult]:
        """The results of all variants."""
        return [result for _, results in self.variants for result in results]

    @property
    def chance(self) -> float | None:
        """The p-value for the difference between two variants; None unless there are exactly two."""
        return sign_test(self.variants[0][1], self.variants[1][1]) if len(self.variants) == 2 else None

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.prompts-test/1`."""
        return {
            "schema": "codeassist.prompts-test/1",
            "variants": [{"name": name, "results": [r.as_json() for r in results]} for name, results in self.variants],
            "chance": self.chance,
        }


def run_variants(
    library: Library, prompts: Sequence[Prompt], sessions: Sequence[Session | None], against: str, only: str
) -> PromptTests:
    """Run the cases of prompts with each session (None: recordings), and those of version `against` of the first, if given."""
    variants: list[tuple[str, list[CaseResult]]] = []
    versions = [prompts] if not against else [[library.find(f"{prompts[0].name}@{against}")], prompts]
    for session in sessions:
        model = session.model.name if session else "recorded"
        for chosen in versions:
            results = [r for p in chosen for r in run_cases(p, library, session, only)]
            variants.append((f"{model} {chosen[0].id}" if len(prompts) == 1 else model, results))
    return PromptTests(variants)
