"""Shared by the prompt commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.output import safe_path
from codeassist.errors import UsageError
from codeassist.prompts import Library

Name = Annotated[str, typer.Argument(help="The prompt: NAME or NAME@VERSION.")]


def own_folder(library: Library) -> Path:
    """The folder of the project's or the user's prompts. Raises `UsageError` when there are only shipped ones."""
    layer = library.layers[0]
    if layer.name == "built-in":
        raise UsageError("This project has no prompts of its own; 'codeassist prompts eject NAME' copies one to edit.")
    return layer.folder


def shown(path: Path) -> str:
    """A path for display, relative to the current folder where possible."""
    try:
        return safe_path(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return safe_path(path.as_posix())
