"""What a test looks at besides the result: arguments that a call changes, calls of mocks, the state of objects."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..inputs.mocks import MOCK, is_mock
from ..subjects.proxies import is_a
from .execution import Bench
from .outcome import Candidate, Outcome, subject


def watching(
    bench: Bench, candidate: Candidate, outcome: Outcome, parameters: Mapping[str, Sequence[str]]
) -> tuple[Candidate, Outcome]:
    """A candidate that also asserts lists, dicts, sets and objects of the module that the call changes, and calls of mocks.

    `parameters` are the names of the parameters of functions and classes.
    """
    own = frozenset(n for n, v in vars(bench.module).items() if is_a(v, type) and v.__module__ == bench.name)
    named = None if outcome.raised else named_arguments(candidate, parameters, own) or candidate
    if named is not None and MOCK.search(candidate.text):
        named = named_mocks(named, parameters)
    if named is None or named == candidate:
        return candidate, outcome
    outcome_of_named = bench.run(named)
    initial = dict(step.split(" = ", 1) for step in named.steps if " = " in step)
    made = any(_is_made(text) for name, text in initial.items() if name in named.watched and name not in candidate.watched)
    before = bench.run(replace(named, final="None")).checks if made else None
    changed = tuple(n for n in named.watched if n in initial and _is_changed(n, initial[n], outcome_of_named.checks, before))
    if not changed or outcome_of_named.bad:
        return candidate, outcome
    named = replace(named, watched=tuple(dict.fromkeys((*candidate.watched, *changed))))
    return only_changes(bench, named, bench.run(named))


def _is_made(initial: str) -> bool:
    """Whether an initial value is an object that a call makes."""
    return re.match(r"[A-Za-z_]\w*\(", initial) is not None


def _is_changed(name: str, initial: str, checks: Sequence[str], before: Sequence[str] | None) -> bool:
    if before is not None and _is_made(initial):
        about = re.compile(rf"(?:\w+\()?{re.escape(name)}\b(?!\()")
        return any(about.match(c) and c not in before for c in checks)
    if MOCK.match(initial):
        return any(c.startswith(f"{name}.") for c in checks)
    return any(c.startswith(f"{name} ==") and c != f"{name} == {initial}" for c in checks)


def only_changes(bench: Bench, candidate: Candidate, outcome: Outcome) -> tuple[Candidate, Outcome]:
    """A candidate that asserts nothing about a watched object which was so before the call already."""
    if not candidate.watched or not candidate.steps or outcome.raised or outcome.bad:
        return candidate, outcome
    before = bench.run(replace(candidate, final="None", ignored=()))
    same = {subject(c) for c in outcome.checks if "{v}" not in c and c in before.checks}
    if before.bad or not same:
        return candidate, outcome
    candidate = replace(candidate, ignored=tuple(sorted({*candidate.ignored, *same})))
    return candidate, bench.run(candidate)


def steady(bench: Bench, candidate: Candidate, outcome: Outcome) -> tuple[Candidate, Outcome] | None:
    """A candidate that gives the same when it runs again, without the assertions that differ; None when nothing is left."""
    again = bench.run(candidate)
    if again.signature == outcome.signature:
        return candidate, outcome
    if again.bad or outcome.raised or again.raised or again.printed != outcome.printed:
        return None
    differing = {subject(c) for c in {*outcome.checks} ^ {*again.checks}}
    candidate = replace(candidate, ignored=tuple(sorted({*candidate.ignored, *differing})))
    first, second = bench.run(candidate), bench.run(candidate)
    return (candidate, first) if first.signature == second.signature and not first.bad else None


def named_arguments(
    candidate: Candidate, parameters: Mapping[str, Sequence[str]] | None = None, classes: frozenset[str] = frozenset()
) -> Candidate | None:
    """The candidate with its mutable literal arguments assigned to watched variables, named like the parameters.

    So are arguments that are made by calls of `classes`. None when it has no such arguments.
    """
    try:
        tree = ast.parse(candidate.final, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(tree, ast.Call):
        return None
    steps, watched = list(candidate.steps), list(candidate.watched)
    names = (parameters or {}).get(ast.unparse(tree.func).rpartition(".")[2], ())
    taken = {*watched, *(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))}
    taken |= {step.partition(" = ")[0] for step in steps}
    for position, argument in enumerate(tree.args):
        is_made = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name) and argument.func.id in classes
        if is_made or isinstance(argument, (ast.List, ast.Dict, ast.Set)):
            kind = {"List": "items", "Dict": "mapping", "Set": "members"}.get(type(argument).__name__, "given")
            name = _free(names[position] if position < len(names) else kind, taken, "")
            steps.append(f"{name} = {ast.unparse(argument)}")
            tree.args[position] = ast.Name(id=name, ctx=ast.Load())
            watched.append(name)
    if len(watched) == len(candidate.watched):
        return None
    return replace(candidate, steps=tuple(steps), final=ast.unparse(tree), watched=tuple(watched))


def named_mocks(candidate: Candidate, parameters: Mapping[str, Sequence[str]]) -> Candidate:
    """The candidate with the mocks that are arguments of its calls assigned to watched variables, named like parameters."""
    steps: list[str] = []
    watched = list(candidate.watched)
    taken = {step.partition(" = ")[0] for step in candidate.steps}
    for text in (*candidate.steps, candidate.final):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            return candidate
        for call in [n for n in ast.walk(tree) if isinstance(n, ast.Call)]:
            names = parameters.get(ast.unparse(call.func).rpartition(".")[2], ())
            for position, argument in enumerate(call.args):
                if is_mock(argument) and position < len(names):
                    name = _free(names[position], taken)
                    steps.append(f"{name} = {ast.unparse(argument)}")
                    call.args[position] = ast.Name(id=name, ctx=ast.Load())
                    watched.append(name)
        steps.append(ast.unparse(tree))
    return replace(candidate, steps=tuple(steps[:-1]), final=steps[-1], watched=tuple(watched))


def _free(name: str, taken: set[str], second: str = "mock") -> str:
    """A name for a variable that is not `taken` yet; it is taken then. `second` is the word for a second one of the name."""
    options = (name, *([f"{name}_{second}"] if second else []), *(f"{name}_{n}" for n in range(2 if second else 1, 20)))
    chosen = next(n for n in options if n not in taken and not keyword.iskeyword(n) and n not in ("mock", "result"))
    taken.add(chosen)
    return chosen
