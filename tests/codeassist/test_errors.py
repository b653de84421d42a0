"""Exit codes of every error, and that the drawing of the tree is the tree."""

from __future__ import annotations

import re

import pytest

from codeassist import errors
from indexers import errors as index_errors

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CodeassistError)]
EVERY_OF_THE_INDEX = [
    kind for kind in vars(index_errors).values() if isinstance(kind, type) and issubclass(kind, index_errors.IndexerError)
]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_the_drawn_tree_gives_the_exit_code(kind: type[errors.CodeassistError]) -> None:
    drawn = re.search(rf"{kind.__name__} +(\d)", errors.__doc__ or "")
    assert drawn is not None
    assert errors.exit_code(kind("x")) == int(drawn.group(1))


@pytest.mark.parametrize("kind", EVERY_OF_THE_INDEX, ids=lambda kind: kind.__name__)
def test_errors_of_the_index_have_a_code(kind: type[index_errors.IndexerError]) -> None:
    assert errors.exit_code(kind("x")) in (errors.EXIT_USAGE, errors.EXIT_MODEL, errors.EXIT_INDEX)


def test_other_exceptions_have_none() -> None:
    assert errors.exit_code(ValueError("x")) is None


def test_interrupts() -> None:
    assert errors.exit_code(KeyboardInterrupt()) == 130
    assert errors.exit_code(errors.CancelledError(15)) == 143
    assert not issubclass(errors.CancelledError, Exception)
