"""A change to a module, run before and after in the sandbox."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE, calls_in_tests
from codeassist.tasks.review.behaviour import Behaviour, SearchEngine
from codeassist.tasks.review.behaviour.analyser import WORKER_FOLDER
from codeassist.tasks.review.behaviour.calls_in_tests import CallsInTests
from codeassist.tasks.review.behaviour.compare import ENGINE, WORKER, work_of
from codeassist.tasks.review.behaviour.running_tests import run_both
from codeassist.tasks.review.behaviour.trees import lay_out
from codeassist.tasks.review.engine import Analysis, Review, review
from tests.codeassist.tasks.review.behaviour.shelf import SECONDS, TESTS
from tests.conftest import write

Compared = tuple[Review, Behaviour]


@pytest.fixture
def compare(repository: Callable[..., Path]) -> Callable[..., Compared]:
    """Compare the behaviour of a project before and after files change; with `cache`, reports are kept there."""

    def compared(before: dict[str, str], after: dict[str, str], cache: Path | None = None, seconds: float = 30.0) -> Compared:
        root = write(repository(before), after)
        analyser = Behaviour(SearchEngine(SEARCH_ENGINE, calls_in_tests), seconds, cache=cache)
        change = read_change(root, ChangeSelection())
        return review(root, change, ReviewConfig(max_findings=0), analysis=Analysis((analyser,))), analyser

    return compared


@pytest.fixture
def tried(repository):
    """Change `shelf.py` of a project with tests: (differences by function, calls that were compared, failing tests)."""

    def trying(before, after, tests=TESTS, others=()):
        root = write(repository({"shelf.py": before, "test_shelf.py": tests} | dict(others)), {"shelf.py": after})
        change = read_change(root, ChangeSelection())
        tools = {ENGINE: SEARCH_ENGINE, WORKER: WORKER_FOLDER}
        with open_sandbox(Target(root / "shelf.py", "", root, root), find_interpreter(root, sys.executable), tools) as box:
            calls = CallsInTests(box, lay_out(box, change), change, work_of(change))
            watching = calls.watching(calls.trees.after, SECONDS)
            report = run_both(box, calls.trees, ["test_shelf.py", *dict(others)], ["."], SECONDS, watching)
            found = calls.differences(["."], SECONDS)
        return {d.function: d for d in found.get("shelf.py", ())}, calls.compared["shelf.py"], report

    return trying


PAGES = '''
def pages(total, size):
    """The number of pages that items fill."""
    if size <= 0:
        raise ValueError("size must be positive")
    return {expression}
'''


RIGHT, WRONG = PAGES.format(expression="(total + size - 1) // size"), PAGES.format(expression="(total + size) // size")
