"""What the commands about prompts share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import load_config
from codeassist.config import Config
from codeassist.prompts import Library

Name = Annotated[str, typer.Argument(help="The prompt: NAME or NAME@VERSION.")]


def library(repo: Path) -> tuple[Path, Config, Library]:
    """The repository, its configuration and the prompts in force there."""
    root, config = load_config(repo)
    return root, config, Library.of(root, config)


def own_folder(repo: Path) -> tuple[Config, Path]:
    """The configuration and the folder that checks and locks act on: the layer that wins and can be edited."""
    _, config, found = library(repo)
    return config, found.layers[0].folder


def shown(path: Path) -> str:
    """A path as it reads best from here."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
