"""The tool `check_tests`: the audit of a repository's tests, which runs code only where the user agreed to that."""

from __future__ import annotations

from codeassist.errors import UsageError
from codeassist.mcp.tools import Answer
from codeassist.printable import counted, one_line
from codeassist.privacy import masked
from codeassist.repositories import Repository
from codeassist.sandbox import confinement
from codeassist.services import Services, audit_bench
from codeassist.tasks.test_audit import AuditResult, TestAuditContext, TestAuditRequest, run

SECONDS = 30.0
"""For running tests: many clients wait for a minute at most."""

MOST_LINES = 100

_UNTRUSTED = "nothing was run: the user has not agreed to that with 'codeassist trust', so the tests were only read"


def check_tests(repository: Repository, scope: str) -> Answer:
    """Tests that cannot fail, of a change or of a test file or folder. Raises `UsageError` for a path outside."""
    services = repository.services.for_request()
    result = run(_request(repository, scope), _context(services))
    found = [f"{w.severity}: {w.path}:{w.line} {w.test}: {w.what} [{w.kind}]" for w in result.weaknesses]
    found = [one_line(line) for line in (*found, *_unseen(result))]
    cut = [f"and {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
    notes = [f"note: {text}" for text in result.incomplete]
    data = result.as_json()
    kept = {key: data[key] for key in ("weaknesses", "changed_lines", "incomplete")}
    return Answer(masked("\n".join([_head(result, scope), *found[:MOST_LINES], *cut, *notes])), masked(kept))


def _request(repository: Repository, scope: str) -> TestAuditRequest:
    if scope in ("", "uncommitted"):
        return TestAuditRequest(changed=True, seconds=SECONDS)
    if scope == "staged":
        return TestAuditRequest(staged=True, seconds=SECONDS)
    path = repository.root / scope
    try:
        inside, is_path = path.resolve().is_relative_to(repository.root.resolve()), path.exists()
    except (OSError, ValueError) as error:  # too long, or with a NUL
        raise UsageError("The scope is neither a path nor a revision.") from error
    if not inside:
        raise UsageError(f"{scope} is not in {repository.name}.")
    if is_path:
        return TestAuditRequest((str(path),), seconds=SECONDS)
    return TestAuditRequest(base=scope, seconds=SECONDS)


def _context(services: Services) -> TestAuditContext:
    layers = confinement.layers()
    if not services.may_run:
        return TestAuditContext(services.root, None, cancel=services.cancel, unrun=_UNTRUSTED)
    if not layers.sufficient and not confinement.policy.allow_unconfined:
        return TestAuditContext(services.root, None, cancel=services.cancel, unrun=f"nothing was run: {layers.line}")
    return TestAuditContext(services.root, audit_bench(services), cancel=services.cancel)


def _head(result: AuditResult, scope: str) -> str:
    if not result.files and result.changed:
        return "No Python test calls what the change edits."
    if not result.files:
        return f"{result.nothing} ('{scope}')."
    tried = result.mutants[1]
    faults = f"; {counted(tried, 'fault')} tried in {counted(len(result.modules), 'module')}" if tried else ""
    found = counted(len(result.weaknesses), "weakness", "weaknesses")
    return f"{found} in {counted(result.tests, 'test')} of {counted(result.files, 'file')}{faults}."


def _unseen(result: AuditResult) -> list[str]:
    no_test = [f"{line.path}:{line.line}: changed, and no test runs it" for line in result.changed if not line.covered]
    return no_test + [
        f"{line.path}:{line.line}: changed, and a fault here would not be seen"
        for line in result.changed
        if line.covered and line.seen is False
    ]
