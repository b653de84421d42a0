"""What the commands about prompts share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import load_config, safe_path
from codeassist.config import Config
from codeassist.errors import UsageError
from codeassist.prompts import Library

Name = Annotated[str, typer.Argument(help="The prompt: NAME or NAME@VERSION.")]


def library(repo: Path) -> tuple[Path, Config, Library]:
    """The repository, its configuration and the prompts in force there."""
    root, config = load_config(repo)
    return root, config, Library.of(root, config)


def own_folder(repo: Path, *, write: bool = False) -> tuple[Config, Path]:
    """The configuration and the folder of the layer that wins; to `write`, it must not be the shipped one."""
    _, config, found = library(repo)
    if write:
        must_be_own(found.layers[0].name)
    return config, found.layers[0].folder


def must_be_own(layer: str) -> None:
    """Refuse to change the prompts that ship with the program. Raises `UsageError`."""
    if layer == "built-in":
        raise UsageError("This project has no prompts of its own; 'codeassist prompts eject NAME' copies one to edit.")


def shown(path: Path) -> str:
    """A path as it reads best from here."""
    try:
        return safe_path(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return safe_path(path.as_posix())
