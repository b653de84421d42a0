"""A change to a module, run before and after in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE, calls_in_tests
from codeassist.tasks.review.behaviour import Behaviour, SearchEngine
from codeassist.tasks.review.engine import Analysis, Review, review
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


PAGES = '''
def pages(total, size):
    """The number of pages that items fill."""
    if size <= 0:
        raise ValueError("size must be positive")
    return {expression}
'''


RIGHT, WRONG = PAGES.format(expression="(total + size - 1) // size"), PAGES.format(expression="(total + size) // size")
