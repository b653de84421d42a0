"""Commands of the typer application. A parameter of an `OptionGroup` type expands to one option per field."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, get_type_hints

import click
import typer
from typer.core import TyperArgument, TyperCommand
from typer.models import ArgumentInfo

SUGGESTS = not hasattr(click.exceptions, "NoSuchCommand")
"""Whether typer must suggest the nearest command: click does so itself from 8.4 on, and both would print it twice."""


class OptionGroup:
    """Base of dataclasses whose fields are options, each annotated for typer and with a default."""


class Command(TyperCommand):
    """A command that shows the help of its arguments, which typer up to 0.25 loses with click 8.5 and later."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Restore the help of the arguments from the signature of the command's function."""
        super().__init__(*arguments, **options)
        if self.callback is None:
            return
        hints = get_type_hints(inspect.unwrap(self.callback), include_extras=True)
        for parameter in self.params:
            if isinstance(parameter, TyperArgument) and not parameter.help:
                notes = getattr(hints.get(parameter.name or ""), "__metadata__", ())
                parameter.help = next((note.help for note in notes if isinstance(note, ArgumentInfo)), None)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print nothing: click 8.5 and later list arguments by themselves, and typer lists them with the options."""


def add_command(app: typer.Typer, name: str, function: Callable[..., None], *, hidden: bool = False) -> None:
    """Add a function to an application as the command `name`."""
    app.command(name, cls=Command, hidden=hidden)(expanded(function))


def expanded(function: Callable[..., None]) -> Callable[..., None]:
    """The function with every `OptionGroup` parameter replaced by one parameter per field, as typer needs it."""
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    groups = {name: hints[name] for name in signature.parameters if _is_group(hints[name])}
    if not groups:
        return function
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in groups:
            parameters += _parameters(groups[name])
        else:
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))
    names = {name: [f.name for f in fields(kind)] for name, kind in groups.items()}

    def command(**values: Any) -> None:
        instances = {name: groups[name](**{f: values.pop(f) for f in names[name]}) for name in groups}
        function(**values, **instances)

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__module__ = function.__module__
    command.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": None}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, OptionGroup) and is_dataclass(hint)


@cache
def _parameters(group: type[OptionGroup]) -> tuple[inspect.Parameter, ...]:
    hints = get_type_hints(group, include_extras=True)
    parameters = []
    for f in fields(group):  # type: ignore[arg-type]
        assert f.default is not MISSING, f"{group.__name__}.{f.name} needs a default"
        parameters.append(
            inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=hints[f.name])
        )
    return tuple(parameters)
