"""Extension points for other packages: one entry-point group for each kind of plug-in.

A package declares its object in its `pyproject.toml`, for example under `[project.entry-points."codeassist.analysers"]`:

    codeassist.analysers   an object like `tasks.review.analysers.base.Analyser`; takes part in every review
    codeassist.encoders    a function (rest of the name) -> `indexers.Encoder`; `encoder = "NAME:REST"`
    codeassist.models      a function (`ModelConfig`) -> `models.chat.ChatModel`; `model = "NAME:REST"`
    codeassist.runners     a function (`Target`) -> `sandbox.results.Runner`, or None for an unsupported file
    codeassist.commands    a function with typer annotations; becomes `codeassist NAME`

A plug-in is imported on first use; one that cannot be loaded raises an error that names it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from codeassist.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ANALYSERS = "codeassist.analysers"
ENCODERS = "codeassist.encoders"
MODELS = "codeassist.models"
RUNNERS = "codeassist.runners"
COMMANDS = "codeassist.commands"


def names(group: str) -> tuple[str, ...]:
    """The names of a group's plug-ins, sorted."""
    return tuple(sorted(_points(group)))


def plugin(group: str, name: str) -> Any:
    """Load the object of a plug-in. Raises `ConfigError` when there is no such plug-in or it cannot be loaded."""
    point = _points(group).get(name)
    if point is None:
        raise ConfigError(f"There is no plug-in '{name}' in {group}.")
    try:
        return point.load()
    except Exception as error:  # a third-party package can raise anything during import
        raise ConfigError(f"The plug-in '{name}' of {group} ({point.value}) cannot be loaded: {error}.") from error


def plugins(group: str) -> list[Any]:
    """Load every object of a group, ordered by name. Raises `ConfigError`."""
    return [plugin(group, name) for name in names(group)]


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=group)}
