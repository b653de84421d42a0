"""typer: an application is run with the test runner; its exit code and output are asserted."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .click import words_of
from .recipe import Recipe


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A run of each application of the module."""
    return {name: partial(_run, name, value) for name, value in names.items() if type(value).__name__ == "Typer"}


def _run(name: str, app: Any, chance: random.Random, words: list[str], given: str) -> tuple[tuple[str, ...], str]:
    try:
        line = repr(words_of(importlib.import_module("typer.main").get_command(app), chance))
    except Exception:  # an application without commands, or whose parameters are not supported
        line = given
    return (f"result = CliRunner().invoke({name}, {line})",), "(result.exit_code, result.output)"


RECIPE = Recipe("typer", imports={"CliRunner": "from typer.testing import CliRunner"}, calls=calls)
