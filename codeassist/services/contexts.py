"""The contexts of tasks that need more of the services than one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.services.repository import Services

if TYPE_CHECKING:
    from codeassist.tasks.review import ReviewContext
    from codeassist.tasks.test_audit.run import Measure, ModuleRecord


def review_context(services: Services, *, dry: bool = False, model: bool = True) -> ReviewContext:
    """The context of a review; without `model` only the analysers run."""
    from codeassist.tasks.review import ReviewContext

    services.note_ignored("review.project_tools")
    session = services.session("review", dry=dry) if model else None
    auditor = session
    if session is not None and services.config.review.auditor and not dry:
        auditing = services.with_flags({"tasks.review.model": services.config.review.auditor})
        auditor = auditing.session("review", ledger=session.ledger)
    notes: list[str] = []
    return ReviewContext(
        services.root,
        services.config,
        lambda refresh: services.existing_index(refresh=refresh, notes=notes),
        services.library,
        session,
        auditor,
        services.not_sent(session),
        services.events,
        services.cancel,
        services.search_engine,
        notes,
    )


def measure_tests(services: Services, python: str | None = None) -> Measure:
    """How the tests of a module are run against its mutants; `python` is the interpreter, by default the project's."""
    from codeassist.sandbox.interpreter import find_interpreter
    from codeassist.sandbox.target import find_target
    from codeassist.tasks.gen_tests.checking.audit import audit_module

    def measure(module: Path, tests: Sequence[Path], first: frozenset[int], seconds: float) -> ModuleRecord | str:
        target = find_target(str(module), services.root)
        return audit_module(target, find_interpreter(target.root, python), tests, first, seconds)

    return measure
