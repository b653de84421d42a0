"""The job and the result that this program and its parent exchange as JSON files, and the records of its two processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROGRAM = "(program)"
"""The target of a program from a test that runs no changed function, as far as is seen."""


@dataclass
class Version:
    """One version of a module: the root of its tree, the folder that imports start from, its name and its file.

    `names` are the changed functions in its own spelling, `through` others that use them, `lines` the changed lines of it.
    """

    tree: str
    source_root: str
    module: str
    path: str
    names: list[str] = field(default_factory=list)
    through: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    spans: dict[str, list[int]] = field(default_factory=dict)
    """Changed function -> the lines of it that show that what changed there ran."""


@dataclass
class Job:
    """Two versions of one module, and calls of it: (target, text, steps, origin).

    `seconds` is the budget of the search; `limit` are the seconds after which the program is ended.
    """

    before: Version
    after: Version
    scratch: list[str]
    seconds: float
    limit: float
    seed: int = 1
    calls: list[list[Any]] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    """Texts and numbers on the changed lines of both versions."""

    functions: dict[str, str] = field(default_factory=dict)
    """Changed function -> its source text after the change."""


@dataclass
class Call:
    """A program: statements, then an expression whose value is observed; `watched` are variables observed afterwards."""

    target: str
    steps: list[str]
    final: str
    watched: list[str] = field(default_factory=list)
    origin: str = "search"

    @property
    def text(self) -> str:
        """The source text."""
        return "\n".join((*self.steps, self.final))


@dataclass
class Seen:
    """What one version did in a call. `digest` is equal for equal behaviour; `shown` is its form for people.

    `kind` is value, raised or unusable; `error` the name of an exception. An exception is `deliberate` if code of the project
    raises it by a statement, and `at_call` if the call itself does not fit the signature. `reaches`: changed lines ran.
    """

    kind: str
    shown: str = ""
    digest: str = ""
    error: str = ""
    deliberate: bool = False
    at_call: bool = False
    reaches: bool = False
    printed: str = ""
    ran: list[str] = field(default_factory=list)
    """The changed functions of which changed lines ran, in the order of the file; in the call of a test all that began, each
    after the path of its module."""


@dataclass
class Difference:
    """A call with different behaviour before and after. `count` is how many calls differ in the same way."""

    target: str
    steps: list[str]
    final: str
    before: str
    after: str
    kind: str
    """`value`, `output`, `now raises`, `raised before`, `exception` (another one), `message`."""

    deliberate: bool = False
    """Whether the exception that is new, or gone, is raised by a statement of the project."""

    origin: str = "search"
    count: int = 1
    function: str = ""
    """The changed function that makes the difference: the only one that ran, or the one that makes a difference alone."""


@dataclass
class Comparison:
    """The result of a job. `error` is why nothing was compared; `imported` is False if a version cannot be imported.

    `only` names that version if the other one can be.
    `inputs` counts the compared calls by target, `reached` those that ran changed lines; `mutants` is (noticed, tried)
    for mutants of the changed lines.
    """

    differences: list[Difference] = field(default_factory=list)
    inputs: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    mutants: tuple[int, int] = (0, 0)
    unstable: int = 0
    error: str = ""
    imported: bool = True
    only: str = ""
