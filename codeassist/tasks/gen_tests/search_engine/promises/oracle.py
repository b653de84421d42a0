"""Compare the code with what its documentation promises. A difference is a suspicion, and nothing on its path is asserted."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..choosing.shrinking import smaller
from ..inputs.aimed import Aimed
from ..inputs.claim_calls import (
    arguments_of,
    as_check,
    bases,
    candidate_of,
    depends_on_place,
    expected_result,
    likely_kind,
    value_of,
    with_values,
)
from ..inputs.doctest_examples import Documented, documented
from ..protocol import Suspicion
from ..running.execution import Bench
from ..running.outcome import Candidate, Outcome
from ..search import Search
from ..subjects.target import Target
from .bounded import limit_claims
from .breaking import Breaking
from .documented import Claim, claims, of_empty
from .doubts import Doubt, own_path

ROWS = 160
"""Maximum inputs that one claim is tried on."""

SHRUNK = 60
"""Maximum smaller forms of a counterexample that are tried."""


class Oracle:
    """Checks the documentation's examples and promises; afterwards the bench refuses observations that are in doubt."""

    def __init__(self, bench: Bench, search: Search) -> None:
        """`search` provides the targets, and inputs that reached much of the code."""
        self.bench, self.search = bench, search
        self.breaking = Breaking(bench, search)
        self.doubts: list[Doubt] = []
        self.contradicted: dict[str, Suspicion] = {}
        self._said: set[tuple[str, str]] = set()
        self._confirmed: set[str] = set()
        """Calls that give what is documented."""

    # -- examples

    def examples(self, documents: Iterable[str]) -> None:
        """Check the interactive examples of the module, its functions and other documents."""
        inventory = self.search.inventory
        for target in inventory.targets:
            for example in documented(target.documentation):
                self._example(example, target)
        for text in (ast.get_docstring(self.bench.tree) or "", *documents):
            for example in documented(text):
                called = self._called(example.final)
                if called is not None:
                    self._example(example, called)

    def _called(self, text: str) -> Target | None:
        names = [
            n.id if isinstance(n, ast.Name) else n.attr
            for n in ast.walk(ast.parse(text))
            if isinstance(n, ast.Name | ast.Attribute)
        ]
        return next((t for t in self.search.inventory.targets if t.name in names), None)

    def _example(self, example: Documented, target: Target) -> None:
        if depends_on_place(example):
            return
        wrong = self._differs(example.before, example)
        if wrong is None:
            self._confirmed.add(example.final)
            return
        if not wrong:
            return
        steps = example.before
        if self._differs(example.steps, example):
            steps = example.steps
        program = "\n".join((*steps, as_check(example)))
        self._contradict(
            target,
            f"is documented to {expected_result(example)}, but {wrong}",
            program,
            Candidate(target.qualname, steps, example.final),
        )

    def _differs(self, steps: tuple[str, ...], example: Documented) -> str | None:
        """What an example does instead of what is documented; None if it does that, "" when it cannot be judged."""
        outcome = self.bench.run(Candidate("", steps, f"repr({example.final})"))
        if outcome.bad or isinstance(outcome.error, (NameError, ImportError)):
            return ""
        if not outcome.lines:  # nothing of the module was run
            return ""
        if outcome.raised:
            name = outcome.raised[0]
            if example.raises:
                return None if name == example.raises or example.raises in bases(outcome.error) else f"raises {name}"
            return "" if isinstance(outcome.error, OSError) else f"raises {name}: {outcome.raised[2]}"
        value = value_of(outcome)
        if value is None or self.bench.run(Candidate("", steps, f"repr({example.final})")).signature != outcome.signature:
            return ""
        if example.raises:
            return f"gives {value}"
        if example.agrees(outcome.printed, value):
            return None
        return f"gives {value}" if value != "None" else f"prints {outcome.printed.strip()!r}"

    # -- promises

    def promises(self, until: float) -> None:
        """Check what the documentation and the names of functions promise, until a time of `time.monotonic`."""
        targets = [t for t in self.search.inventory.targets if t.kind == "function" and not t.is_async]
        single = {t.name for t in targets if len([p for p in t.parameters if not p.optional]) == 1}
        work = [(t, claim) for t in targets for claim in self._claims(t, single)]
        for method in self.search.inventory.targets:
            if method.kind == "method" and not method.is_async and all(p.optional for p in method.parameters):
                if not self.bench.run(Candidate("", (), f"{method.owner}() is None")).raised:
                    work += [(method, claim) for claim in of_empty(method.owner, method.name, method.documentation)]
        work += limit_claims(self.bench, self.search.inventory.targets)
        for n, (target, claim) in enumerate(work):
            now = time.monotonic()
            if now > until:
                return
            if not any(
                s[0] == target.qualname and (claim.raises or s[1] == "value") and s[1] == self._cause(claim) for s in self._said
            ):
                self._check(target, claim, now + (until - now) / (len(work) - n) * 2)

    @staticmethod
    def _claims(target: Target, others: set[str]) -> list[Claim]:
        positional = [p for p in target.parameters if p.how.startswith("positional")]
        required = [p.name for p in positional if not p.optional]
        if not required or any(p.how == "keyword_only" and not p.optional for p in target.parameters):
            return []
        optional = [p.name for p in target.parameters if p.optional and not p.how.startswith("var")]
        kinds = {p.name: kind for p in target.parameters if (kind := likely_kind(p))}
        return claims(target.name, required, optional, kinds, target.documentation, others)

    @staticmethod
    def _cause(claim: Claim) -> str:
        return claim.says if claim.raises else "value"

    def _check(self, target: Target, claim: Claim, until: float) -> None:
        kinds = {p.name: kind for p in target.parameters if p.name in claim.parameters and (kind := likely_kind(p))}
        kinds |= dict(claim.kinds)
        kinds = {p: kinds[p] for p in claim.parameters if p in kinds or p in dict(claim.inputs)} | {
            p: "any" for p, _ in claim.inputs if p not in kinds
        }
        if set(kinds) != set(claim.parameters):
            return
        aimed = Aimed(self.search.inventory.trees.get(target.qualname), target.documentation, self.search.chance)
        rows = aimed.rows(kinds, dict(claim.inputs), ROWS)
        broken = []
        for row in sorted(rows, key=lambda r: sum(map(len, r.values()))):
            if time.monotonic() > until:
                break
            candidate = candidate_of(claim, tuple(f"{p} = {row[p]}" for p in claim.parameters))
            if self.breaking.breaks(claim, candidate):
                broken.append(candidate)
                break  # the rows are sorted by length
        for candidate in broken:
            self._report(
                target, claim, self._shrunk(claim, candidate, until) if claim.parameters and not claim.inputs else candidate
            )

    def _shrunk(self, claim: Claim, candidate: Candidate, until: float) -> Candidate:
        tried = 0
        options = self._smaller(candidate)
        while tried < SHRUNK and time.monotonic() < until and (option := next(options, None)) is not None:
            tried += 1
            if self.breaking.breaks(claim, option):
                candidate = option
                options = self._smaller(option)
        return candidate

    @staticmethod
    def _smaller(candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with smaller inputs; its test is not changed."""
        return (c for c in smaller(candidate) if c.final == candidate.final and len(c.steps) == len(candidate.steps))

    def _report(self, target: Target, claim: Claim, candidate: Candidate) -> None:
        what = self.breaking.breaks(claim, candidate)
        values = dict(step.split(" = ", 1) for step in candidate.steps if " = " in step)
        call = Candidate(target.qualname, (), with_values(claim.call, values))
        if claim.raises:
            program = f"import pytest\n\nwith pytest.raises({claim.raises}):\n    {call.final}"
            self._contradict(target, f"{claim.says}, but {what}", program, call, self._cause(claim), raising=True)
            return
        test = claim.test if claim.before else with_values(claim.test, values)
        program = "\n".join((*candidate.steps, f"assert {test}")) if claim.before else f"assert {test}"
        raises = f" ({what})" if what.startswith("raises") else ""
        gives = value_of(self.bench.run(Candidate("", (), f"repr({call.final})")))
        instead = raises.strip(" ()") or (f"gives {gives}" if gives else "does not")
        said = f"{claim.says}, but {instead}" if "documented" in claim.says else f"{claim.says}{raises}"
        crashes = bool(self.bench.run(call).raised)
        judges = claim.exact or "documented" not in claim.says  # what only names promise says nothing about other inputs
        self._contradict(target, said, program, None if crashes else call, exact=claim if judges else None)
        if claim.before and not claim.parameters:  # which of its runs leave an object in a wrong state is not known
            self.doubts.append(Doubt(target, frozenset(), frozenset()))

    # -- doubts

    def _contradict(
        self,
        target: Target,
        what: str,
        program: str,
        call: Candidate | None,
        cause: str = "value",
        exact: Claim | None = None,
        *,
        raising: bool = False,
    ) -> None:
        """Report a contradiction, once a cause, and put the path of its call in doubt."""
        conditions = frozenset(n for n, line in self.bench.instrumenter.conditions.items() if line in target.lines)
        if call is not None:
            outcome = self.bench.run(call)
            path = own_path(target, conditions, outcome)
            if path and (raising or not outcome.raised):
                self.doubts.append(Doubt(target, conditions, path, exact))
        self.contradicted.setdefault(target.qualname, Suspicion(target.qualname, what, min(target.lines, default=1), program))
        if (target.qualname, cause) not in self._said:
            self._said.add((target.qualname, cause))
            self.search.judge.suspicions[f"documented {cause}", target.qualname] = Suspicion(
                target.qualname, what, min(target.lines, default=1) - 1, program
            )

    def refuse(self) -> None:
        """From now on the bench marks observations that are in doubt, so that no test asserts them."""
        if self.doubts:
            self.bench.doubtful = self._doubtful

    def _doubtful(self, candidate: Candidate, outcome: Outcome) -> bool:
        return any(d.touches(outcome) and not self._known(d, candidate) for d in self.doubts)

    def _known(self, doubt: Doubt, candidate: Candidate) -> bool:
        """Whether the result of a call is known to be right."""
        if candidate.final in self._confirmed:
            return True
        if doubt.exact is None or candidate.steps:
            return False
        values = arguments_of(candidate.final, doubt.exact)
        return bool(values) and not self._judged(doubt.exact, values)

    def _judged(self, claim: Claim, steps: tuple[str, ...]) -> bool:
        """Whether a call with these arguments breaks an exact claim, or cannot be judged."""
        judge, self.bench.doubtful = self.bench.doubtful, None
        try:
            return self.bench.run(candidate_of(replace(claim, given=""), steps)).checks != ("{v} is True",)
        finally:
            self.bench.doubtful = judge
