"""Which exceptions code intends, which only refuse an input, and which are likely faults."""

from __future__ import annotations

import ast
import re

from .protocol import Suspicion
from .running.execution import Bench
from .running.messages import message_of
from .running.outcome import Candidate, Outcome
from .subjects.target import Target

SUSPICIONS = 12
"""Maximum suspicions that are reported."""


JUNK = (TypeError, AttributeError, NameError, UnboundLocalError, ImportError)
"""Exceptions that values of a wrong kind cause; expected only when the module itself raises them."""


REFUSAL = re.compile(
    r"^(?:invalid|could not convert|unconverted|time data|unknown|unsupported|empty separator)\b"
    r"|\b(?:must|should|expected|not (?:allowed|supported|valid|a valid)|out of range|cannot|can't)\b"
    r"|\btoo (?:large|long|small|short|many)\b",
    re.IGNORECASE,
)
"""Messages of a ValueError that say which input is not accepted."""


DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)

INVENTED = re.compile(r"\btmp_path\b|\b(?:np|pd|mock)\.\w")
"""Inputs that prove nothing about a fault: the content of files, the shapes of arrays and tables, stand-ins."""


class Judge:
    """Judges the outcomes of one module's calls and collects what is suspicious."""

    def __init__(self, bench: Bench, by_name: dict[str, Target]) -> None:
        """`by_name` are the targets by their qualified names."""
        self.bench, self.by_name = bench, by_name
        self.suspicions: dict[tuple[str, int | str], Suspicion] = {}
        nodes = list(ast.walk(bench.tree))  # outer functions come before inner ones
        self._subscripts = [n for n in nodes if isinstance(n, ast.Subscript)]
        self._divisions = [n for n in nodes if isinstance(n, ast.BinOp) and isinstance(n.op, DIVISIONS)]
        self._functions = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

    def explained(self, outcome: Outcome, target: Target | None) -> bool:
        """Whether an exception is intended: raised by the module itself, or named in the documentation."""
        if outcome.error is not None and "Mock" in message_of(outcome.error):  # the interpreter's words about a stand-in
            return False
        if self.bench.origins.raised_on_purpose(outcome) or isinstance(outcome.error, SystemExit):  # how command lines end
            return True
        documentation = target.documentation if target else ""
        if target is not None and target.kind == "operator" and isinstance(outcome.error, TypeError):
            return re.search("unsupported operand|not supported between", message_of(outcome.error)) is not None
        return bool(outcome.raised) and not isinstance(outcome.error, JUNK) and outcome.raised[0] in documentation  # type: ignore[index]

    def refuses_input(self, outcome: Outcome) -> bool:
        """Whether an exception says that an input is not accepted: a wrong type, a missing file, text that cannot be parsed."""
        error = outcome.error
        if isinstance(error, (*JUNK, OSError, EOFError, UnicodeError)):
            return True
        home = type(error).__module__.partition(".")[0]
        if home not in ("builtins", self.bench.name.partition(".")[0]):  # a parser's own exception, such as JSONDecodeError
            return True
        if isinstance(error, KeyError):
            return self._lacks_entry(outcome, error)
        if isinstance(error, ZeroDivisionError):
            return self._divides_by_input(outcome.where)
        if type(error) is not ValueError:
            return False
        return REFUSAL.search(message_of(error)) is not None or self.bench.origins.raised_elsewhere(error)

    def _lacks_entry(self, outcome: Outcome, error: KeyError) -> bool:
        """Whether an entry that the code names was missing in the input, or an input is not a key of a table of the module."""
        subscripts = [n for n in self._subscripts if n.lineno <= outcome.where <= (n.end_lineno or 0)]
        named = any(isinstance(n.slice, ast.Constant) and n.slice.value in error.args[:1] for n in subscripts)
        tables = {n.value.id for n in subscripts if isinstance(n.value, ast.Name)} & vars(self.bench.module).keys()
        return named or bool(tables)

    def _divides_by_input(self, line: int) -> bool:
        """Whether all divisors on a line are parameters or attributes, so that a zero was given, and no documentation names it.

        A divisor that the code computes, such as the length of a list, is none of them.
        """
        divisors = [n.right for n in self._divisions if n.lineno <= line <= (n.end_lineno or 0)]
        inside = [n for n in self._functions if n.lineno <= line <= (n.end_lineno or 0)]
        if not divisors or not inside or re.search(r"\b(?:zero|0)\b", " ".join(ast.get_docstring(n) or "" for n in inside)):
            return False
        arguments = inside[-1].args
        given = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        given -= {n.id for n in ast.walk(inside[-1]) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return all(isinstance(d, ast.Attribute) or (isinstance(d, ast.Name) and d.id in given) for d in divisors)

    def suspect(self, candidate: Candidate, outcome: Outcome, what: str) -> None:
        """Collect a likely fault, once for each line and kind."""
        if INVENTED.search(candidate.text):
            return
        kind = what.split(":", maxsplit=1)[0]
        key = (kind, outcome.where or candidate.target)  # one fault is reachable from many functions
        suspicion = Suspicion(candidate.target, what, outcome.where, candidate.text)
        earlier = self.suspicions.get(key)
        if earlier is None:
            if len(self.suspicions) < SUSPICIONS:
                self.suspicions[key] = suspicion
        elif outcome.where in _lines(self.by_name.get(candidate.target)) - _lines(self.by_name.get(earlier.target)):
            self.suspicions[key] = suspicion  # prefer the function that contains the fault


def _lines(target: Target | None) -> frozenset[int]:
    return target.lines if target is not None else frozenset()


def is_sure(target: Target | None) -> bool:
    """Whether annotations or documentation say what every parameter takes."""
    return target is not None and bool(target.parameters) and all(p.sure for p in target.parameters)
