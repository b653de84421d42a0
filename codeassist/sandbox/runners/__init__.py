"""Test runners behind one protocol, one module per language."""

from __future__ import annotations

from codeassist.errors import UsageError
from codeassist.plugins import RUNNERS, plugins
from codeassist.sandbox.results import Coverage, Proposal, Runner, TestRun
from codeassist.sandbox.target import Target

__all__ = ["Coverage", "Proposal", "Runner", "TestRun", "find_runner"]


def find_runner(target: Target) -> Runner:
    """The runner for a target's language. Raises `UsageError` if there is none or its tools are not installed."""
    suffix = target.path.suffix
    if suffix == ".py":
        from codeassist.sandbox.runners.python import Pytest

        return Pytest(target)
    if suffix == ".go":
        from codeassist.sandbox.runners.go import GoTest

        return GoTest(target)
    if suffix == ".rs":
        from codeassist.sandbox.runners.rust import CargoTest

        return CargoTest(target)
    if suffix == ".java":
        from codeassist.sandbox.runners.java import JUnit

        return JUnit(target)
    from codeassist.sandbox.runners import javascript

    if suffix in (".js", ".mjs", ".cjs", ".jsx", *javascript.TYPED):
        return javascript.JavaScript(target, javascript.framework(target))
    for make in plugins(RUNNERS):
        if (runner := make(target)) is not None:
            provided: Runner = runner
            return provided
    raise UsageError(f"There is no test runner for {target.path.name}.")
