"""The interpreter that runs generated tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codeassist.sandbox.interpreter import Interpreter, find_interpreter


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """The Python that runs these tests, probed once."""
    return find_interpreter(Path(__file__).parent, sys.executable)
