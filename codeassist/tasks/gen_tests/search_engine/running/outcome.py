"""A candidate for a test, and what it did when it was run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .probe import Aim, Operands


@dataclass(frozen=True)
class Candidate:
    """Statements and a final expression whose value is observed; `watched` are variables observed afterwards."""

    target: str
    steps: tuple[str, ...]
    final: str
    watched: tuple[str, ...] = ()
    origin: str = "search"
    plausible: bool = False
    ignored: tuple[str, ...] = ()
    """What is not asserted: the parts of assertions before `==`, such as `stack.name`."""

    @property
    def text(self) -> str:
        """The program that runs."""
        return "\n".join((*self.steps, self.final))


@dataclass
class Outcome:
    """What a candidate did. `signature` is everything a test can assert; `bad` is the reason it cannot become a test."""

    checks: tuple[str, ...] = ()
    raised: tuple[str, str, str] | None = None
    printed: str = ""
    lines: frozenset[int] = frozenset()
    branches: frozenset[tuple[int, bool]] = frozenset()
    parts: frozenset[Aim] = frozenset()
    distances: dict[Aim, float] = field(default_factory=dict)
    operands: dict[Aim, Operands] = field(default_factory=dict)
    steps: int = 0
    bad: str = ""
    kind: str = ""
    lazy: bool = False
    leaves: bool = False
    """Whether it changed the module's global state, which was undone afterwards."""

    error: BaseException | None = None
    where: int = 0
    seconds: float = 0.0
    awaitable: bool = False
    """Whether the result can be awaited, so that a test has to."""

    product: Any = None
    """The result itself if it can be called, until it was looked at."""

    @property
    def signature(self) -> tuple[Any, ...]:
        """Everything that a test can distinguish."""
        return (self.checks, self.raised, self.printed, self.bad)


def subject(check: str) -> str:
    """What an assertion is about: `box.size` for `box.size == 3` and for `box.size is None`."""
    return re.split(r" == | is ", check, maxsplit=1)[0]
