"""What tests are wanted: the whole request as an interface makes it, and the options of one module's generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from codeassist.deadline import SILENT, Cancel, Events
from codeassist.models.session import Session
from codeassist.prompts import Library

REPEATS = 3


class Engine(StrEnum):
    """What makes the tests: running the code, asking a model, or both; `auto` is both where a model is configured."""

    AUTO = "auto"
    SEARCH = "search"
    MODEL = "model"
    BOTH = "both"


@dataclass(slots=True)
class GenTestsRequest:
    """Everything `gen-tests` can be asked for.

    `paths` are `PATH` or `PATH::NAME`; `changed` adds the modules that differ from `base`; `uncovered` restricts to what no
    test reaches, by `coverage` where given; `api` tests HTTP APIs; `seconds` is the time for each file; `python` names the
    interpreter; `out` the file to write.
    """

    paths: Sequence[str] = ()
    changed: bool = False
    base: str = "HEAD"
    uncovered: bool = False
    coverage: Path | None = None
    api: bool = False
    engine: Engine = Engine.AUTO
    prompt: str = ""
    seconds: float = 60.0
    repeats: int = REPEATS
    python: str | None = None
    out: Path | None = None
    write: bool = False
    seed: int = 1


@dataclass(slots=True)
class ModelEngine:
    """What the engine `model` needs: a session, the prompts, and globs of files that must not be sent."""

    session: Session
    library: Library
    prompt: str = ""
    never_send: Sequence[str] = ()
    needed: bool = False
    """Whether the model alone makes the tests, so that its failure is the command's."""


@dataclass(slots=True)
class ModuleOptions:
    """How tests of one module are made, within `seconds`.

    `missing` are lines that a coverage file says are not run; empty when it is to be measured.
    """

    seconds: float = 60.0
    engine: Engine = Engine.SEARCH
    seed: int = 1
    uncovered: bool = False
    missing: frozenset[int] = frozenset()
    repeats: int = REPEATS
    out: Path | None = None
    model: ModelEngine | None = None
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)
