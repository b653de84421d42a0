"""The request for generated tests, and the options for generating the tests of one module."""

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
    """How tests are generated: by running the code, by a model, or both; `auto` is both if a model is configured."""

    AUTO = "auto"
    SEARCH = "search"
    MODEL = "model"
    BOTH = "both"


@dataclass(slots=True)
class GenTestsRequest:
    """All options of `gen-tests`.

    `paths` are `PATH` or `PATH::NAME`; `changed` adds the modules that differ from the revision `base`; `uncovered` restricts
    generation to uncovered code, as measured or as given by the file `coverage`; `api` tests HTTP APIs; `seconds` is
    the whole budget per file; `repeats` is how often a test must pass; `python` is the interpreter to use;
    `out` is the file to write.
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
    """What the engine `model` needs: a session, the prompts, and glob patterns of files that must never be sent."""

    session: Session
    library: Library
    prompt: str = ""
    never_send: Sequence[str] = ()
    needed: bool = False
    """Whether only the model generates tests, so that an error of the model fails the command."""


@dataclass(slots=True)
class ModuleOptions:
    """How the tests of one module are generated, within `seconds`.

    `missing` are the uncovered lines that a coverage file reports; empty if coverage is to be measured.
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
