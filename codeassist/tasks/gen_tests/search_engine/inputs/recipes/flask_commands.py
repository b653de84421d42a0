"""Commands of Flask's command line: they run in the context of an application, with its own test runner."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from . import click
from .recipe import Recipe


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A run of each command of a module that uses `flask.cli`."""
    if not any(getattr(value, "__module__", "") == "flask.cli" for value in names.values()):
        return {}
    return {name: partial(_run, name, value) for name, value in names.items() if click.is_command(value)}


def _run(name: str, command: Any, chance: random.Random, words: list[str], given: str) -> tuple[tuple[str, ...], str]:
    line = click.written(click.words_of(command, chance)) if chance.random() < 0.85 else given
    return (f"result = flask.Flask('app').test_cli_runner().invoke({name}, {line})",), "(result.exit_code, result.output)"


RECIPE = Recipe("flask", imports={"flask": "import flask"}, calls=calls)
