"""The jobs and results that the search engine and its parent process exchange as JSON files.

The engine writes results with `dataclasses.asdict`; the parent reads them with a check of every type.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Raised:
    """An exception: the name of its class, the module that defines it, its message."""

    name: str
    module: str
    message: str


@dataclass
class Observation:
    """One call that was run, and its result.

    `steps` are the statements before the call `final`; `watched` are variables whose state is asserted; `checks` are
    assertions with `{v}` in place of the value; `kills` are the numbers of the mutants it detects; `lines` and `branches`
    (number of the condition, its truth value) are what it covers; two runs with the same result have equal `signature`s;
    `fixtures` are those of the project that it uses; `ignored` is what of the objects it does not observe.
    """

    target: str
    steps: list[str]
    final: str
    watched: list[str] = field(default_factory=list)
    origin: str = "search"
    checks: list[str] = field(default_factory=list)
    raised: Raised | None = None
    printed: str = ""
    kills: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    branches: list[tuple[int, bool]] = field(default_factory=list)
    signature: str = ""
    fixtures: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass
class Suspicion:
    """A likely bug in the code under test: where, what, and code that reproduces it. `by` names the model, if any."""

    target: str
    what: str
    line: int
    code: str
    by: str = ""


@dataclass
class EngineResult:
    """The result of one job. `error` is set when the module could not be imported or its process died.

    `signatures` and `observed`, the assertions that hold, are those of the candidates of a job that verifies them.
    `contradicted` are the targets that do not do what their documentation says.
    `lines`, `imported` (lines that run at import time) and `conditions` (number -> line) are set only by a survey.
    `missing` are the packages that the tested one can do without and that are not installed.
    A `draft` is what a search had found before its last steps, for the case that its process ends. `import_seconds` is how
    long a search waited for the import of the module.
    """

    tests: list[Observation] = field(default_factory=list)
    suspicions: list[Suspicion] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parameters: dict[str, list[str]] = field(default_factory=dict)
    mutants: int = 0
    signatures: list[str] = field(default_factory=list)
    observed: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    imported: list[int] = field(default_factory=list)
    conditions: dict[int, int] = field(default_factory=dict)
    contradicted: list[str] = field(default_factory=list)
    error: str = ""
    draft: bool = False
    import_seconds: float = 0.0
    missing: list[str] = field(default_factory=list)


@dataclass
class ExampleCall:
    """A call of the target from documentation or code: its text and the statements it needs."""

    target: str
    text: str
    steps: list[str]
    origin: str


@dataclass
class Reached:
    """What existing tests cover: lines, branches and killed mutants. `only`: the lines to generate tests for (empty: all)."""

    lines: list[int] = field(default_factory=list)
    branches: list[tuple[int, bool]] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)
    only: list[int] = field(default_factory=list)


@dataclass
class Job:
    """One job of the search engine: `mode` is search, survey or verify; `seconds` is the time budget of a search.

    `documents` are texts with interactive examples of the module, `fixtures` the conftest files whose fixtures tests can use.
    `skip` are calls that ended an earlier process. `kept` is the file to which calls that show something new are written, so
    that a process that ends early loses nothing. With `replay` 1, only the given calls are run; with 2, without mutants.
    """

    mode: str
    module: str
    path: str
    now: str
    scratch: list[str]
    cpu_seconds: int
    names: list[str] = field(default_factory=list)
    seed: int = 1
    seconds: float = 0.0
    skip: list[str] = field(default_factory=list)
    kept: str = ""
    replay: int = 0
    calls: list[ExampleCall] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    fixtures: list[str] = field(default_factory=list)
    have: Reached | None = None
    candidates: list[Observation] = field(default_factory=list)
