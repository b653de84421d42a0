"""Tune a prompt: propose rewrites and score them on its cases, within a budget (after Zhou et al., 2022)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import AnswerError, BudgetError, PromptError
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.models.token_estimate import estimate
from codeassist.prompts import Prompt, parse, render
from codeassist.prompts.cases import read_cases
from codeassist.prompts.records import Rewrite
from codeassist.prompts.rendering import problems, variables
from codeassist.tasks.prompt_tests.results import CaseResult
from codeassist.tasks.prompt_tests.run_cases import Bench, run_cases
from codeassist.tasks.prompt_tests.statistics import Figure, pass_rate, sign_test


@dataclass(slots=True)
class Trial:
    """One wording: its idea, the prompt, its case results and pass rate; `chance` is the p-value against the original."""

    idea: str
    prompt: Prompt | None
    results: list[CaseResult]
    rate: Figure
    chance: float = 1.0
    error: str = ""

    @property
    def rank(self) -> tuple[float, int]:
        """Sort key, higher is better: more cases passed, then fewer tokens."""
        length = sum(estimate(s.template) for s in self.prompt.sections) if self.prompt else 1_000_000
        return (self.rate.value if self.prompt else -1.0, -length)


def tune(prompt: Prompt, bench: Bench, rounds: int) -> list[Trial]:
    """The original prompt, then one trial per round, based on the failures of the best so far. Stops at the budget."""
    if not read_cases(prompt):
        raise PromptError(f"{prompt.path}:1: '{prompt.name}' has no cases to tune on.")
    session = bench.session
    assert session is not None, "tuning needs a model"
    base = run_cases(prompt, bench)
    trials = [Trial("original", prompt, base, pass_rate(base))]
    for _ in range(rounds):
        best = max(trials, key=lambda t: t.rank)
        assert best.prompt is not None
        try:
            trials.append(_trial(best, trials, bench, session))
        except BudgetError as error:
            trials.append(Trial("stopped", None, [], Figure(0, 0, 0), error=str(error)))
            break
        except AnswerError as error:
            trials.append(Trial("no proposal", None, [], Figure(0, 0, 0), error=str(error)))
    return trials


def _trial(best: Trial, trials: list[Trial], bench: Bench, session: Session) -> Trial:
    proposer = bench.library.find("tune")
    current = best.prompt
    assert current is not None
    section = next((s for s in current.sections if s.role == "system"), current.sections[0])
    failures = [
        {"name": r.case, "wanted": "; ".join(v.words for v in r.verdicts if v.ok is False), "got": r.answer[:300] or r.error}
        for r in best.results
        if r.ok is False
    ]
    inputs = {
        "description": current.description,
        "template": section.template.strip(),
        "failures": failures,
        "tried": [t.idea for t in trials[1:]],
    }
    messages = render(proposer, inputs)
    proposal = ask_for_record(session, messages, proposer.needed_schema, Rewrite, sample=len(trials), asking=proposer.asking)
    try:
        changed = reworded(current, section.template, proposal.template)
    except PromptError as error:
        return Trial(proposal.idea, None, [], Figure(0, 0, 0), error=str(error))
    results = run_cases(changed, bench)
    return Trial(proposal.idea, changed, results, pass_rate(results), sign_test(trials[0].results, results))


def reworded(prompt: Prompt, old: str, new: str) -> Prompt:
    """A prompt with one template replaced. Raises `PromptError` if the new one is invalid or its variables differ."""
    text = prompt.text.replace(old.strip("\n"), new.strip("\n"), 1)
    if text == prompt.text:
        raise PromptError(f"{prompt.path}:1: the proposal changes nothing.")
    changed = parse(text, prompt.path)
    if len(changed.sections) != len(prompt.sections) or set(variables(changed)) != set(variables(prompt)):
        raise PromptError(f"{prompt.path}:1: the proposal adds or removes variables or roles.")
    if problem := next(iter(problems(changed)), None):
        raise PromptError(f"{prompt.path}:{problem[0]}: {problem[1]}.")
    return changed


def write_version(prompt: Prompt, folder: Path) -> Path:
    """Write a tuned prompt to a project's folder as its next minor version; returns the file's path."""
    major, minor, _ = prompt.version_key
    text = re.sub(r"^version:.*$", f"version: {major}.{minor + 1}.0", prompt.text, count=1, flags=re.MULTILINE)
    path = folder / f"{prompt.name}.prompty"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PromptError(f"Cannot write {path}: {error.strerror or error}.") from error
    return path
