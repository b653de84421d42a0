"""The contexts of tasks that need more of the services than one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.services.repository import Services

if TYPE_CHECKING:
    from codeassist.tasks.review import ReviewContext
    from codeassist.tasks.test_audit.bench import OpenBench


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


def audit_bench(services: Services, python: str | None = None) -> OpenBench:
    """How existing tests are run for an audit; `python` is the interpreter, by default the project's."""
    from codeassist.tasks.gen_tests.checking.bench import open_bench
    from codeassist.workspace import contexts_file

    file = contexts_file(services.root)
    return lambda: open_bench(services.root.resolve(), python, file)
