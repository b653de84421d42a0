"""Reasoning strategies: each has its own prompts and calls, with the same retrieval, packing and checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from statistics import fmean
from typing import Any

from codeassist.evidence.blocks import render
from codeassist.evidence.claims.answer import cited_numbers
from codeassist.models.messages import Finish
from codeassist.prompts.records import Action, Questions
from codeassist.tasks.ask.answer import Shape
from codeassist.tasks.ask.answer_in_progress import AnswerInProgress, AskOptions, as_examples
from codeassist.tasks.ask.exploration import look

SAMPLING = 0.7
"""The least temperature at which several answers differ (Wang et al., 2023, sample at 0.5 to 0.7)."""

MOST_PARTS = 4
SMALL_WINDOW = 6_000
"""A model with a smaller context window answers directly: other strategies would use up too much of it."""


def choose(question: str, shape: Shape, options: AskOptions) -> str:
    """The requested strategy; `auto` selects one by the question's shape and the model's context window."""
    if options.strategy != "auto":
        return options.strategy
    if options.session.model.context_window < SMALL_WINDOW or options.session.settings.max_tokens:
        return "direct"
    parts = len(re.findall(r"[?\uff1f]", question)) + len(re.findall(r"\b(?:and|then|versus|vs)\b", question, re.IGNORECASE))
    if parts >= 3 or (parts == 2 and shape in ("how", "why") and len(question.split()) > 14):
        return "decompose"
    return "steps" if shape in ("how", "why") else "direct"


def direct(work: AnswerInProgress) -> str:
    """One prompt with the context."""
    return _with_context(work, "ask")


def steps(work: AnswerInProgress) -> str:
    """Chain of thought (Wei et al., 2022): the model reasons first; the reasoning is separated from the answer."""
    return _with_context(work, "ask-steps")


def vote(work: AnswerInProgress) -> str:
    """Self-consistency (Wang et al., 2023): of several answers, the one whose citations overlap most with the others'."""
    prompt = work.load("ask", main=True)
    inputs = _inputs(work)
    packed = work.gather(_query(work), work.budget(prompt, inputs))
    inputs["context"] = packed.render()
    temperature = max(SAMPLING, work.options.session.settings.temperature or 0.0)
    answers: list[str] = []
    ends: list[Finish] = []
    for number in range(work.options.config.ask.samples):
        answers.append(work.ask(prompt, inputs, aloud=False, temperature=temperature, sample=number + 1))
        cited = sorted(cited_numbers(answers[-1]))
        ends.append(work.finish)
        work.step(f"sample {number + 1} cites {', '.join(f'[{n}]' for n in cited) or 'nothing'}")
        if work.finish == "interrupted":
            break
    sets = [frozenset(cited_numbers(answer)) for answer in answers]
    best = max(range(len(answers)), key=lambda i: (_agreement(sets, i), bool(sets[i]), -i))
    pairs = [_overlap(a, b) for a, b in combinations(sets, 2)]
    work.agreement = round(fmean(pairs), 3) if pairs else None
    work.finish = ends[best]
    _show(work, answers[best])
    return answers[best]


def decompose(work: AnswerInProgress) -> str:
    """Least-to-most (Zhou et al., 2023): answers sub-questions, each with its own retrieval, then joins the answers."""
    parts = work.decide(work.load("ask-decompose"), {"question": work.question, "most": MOST_PARTS}, Questions)
    questions = list(dict.fromkeys(q.strip() for q in parts.questions if q.strip()))[:MOST_PARTS] or [work.question]
    prompt = work.load("ask")
    notes = []
    for number, question in enumerate(questions, 1):
        work.step(f"part {number}: {question}")
        inputs = {"question": question, "examples": []}
        packed = work.gather(question, work.budget(prompt, inputs))
        answer = work.ask(prompt, inputs | {"context": packed.render()}, aloud=False)
        notes.append({"question": question, "answer": answer})
        if work.finish == "interrupted":
            return answer
    join = work.load("ask-join", main=True)
    return work.ask(join, {"question": work.question, "notes": notes})


def explore(work: AnswerInProgress) -> str:
    """The model chooses retrieval actions, within limits on steps and tokens, then answers (after ReAct, Yao et al., 2023)."""
    prompt = work.load("ask-explore")
    inputs: dict[str, Any] = {"question": work.question, "steps_left": work.options.config.ask.steps, "seen": []}
    budget = work.budget(prompt, inputs)
    packed = work.gather(_query(work), budget // 3)
    remaining = budget - packed.tokens
    seen: list[dict[str, str]] = []
    for step in range(work.options.config.ask.steps, 0, -1):
        state = {"question": work.question, "steps_left": step, "seen": seen, "context": render(work.blocks)}
        choice = work.decide(prompt, state, Action)
        action, argument = choice.action, choice.argument.strip()
        if action == "answer" or remaining < 100:
            break
        work.step(f"{action} {argument}")
        if any(s["action"] == action and s["argument"] == argument for s in seen):
            seen.append({"action": action, "argument": argument, "result": "already done; look elsewhere or answer"})
            continue
        added, outcome = look(work, action, argument, remaining // 2)
        remaining -= added.tokens
        seen.append({"action": action, "argument": argument, "result": outcome})
    final = work.load("ask", main=True)
    return work.ask(final, _inputs(work) | {"context": render(work.blocks)})


STRATEGIES: dict[str, Callable[[AnswerInProgress], str]] = {
    "direct": direct,
    "steps": steps,
    "vote": vote,
    "decompose": decompose,
    "explore": explore,
}


def _with_context(work: AnswerInProgress, name: str) -> str:
    prompt = work.load(name, main=True)
    inputs = _inputs(work)
    packed = work.gather(_query(work), work.budget(prompt, inputs))
    return work.ask(prompt, inputs | {"context": packed.render()})


def _inputs(work: AnswerInProgress) -> dict[str, Any]:
    return {"question": work.question, "examples": as_examples(work.options)}


def _query(work: AnswerInProgress) -> str:
    return work.options.search_as or work.question


def _overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """The Jaccard similarity of two sets of citations; 1 if both are empty."""
    return len(a & b) / len(a | b) if a | b else 1.0


def _agreement(sets: list[frozenset[int]], i: int) -> float:
    others = [_overlap(sets[i], other) for j, other in enumerate(sets) if j != i]
    return fmean(others) if others else 1.0


def _show(work: AnswerInProgress, text: str) -> None:
    work.options.events.text(text)
