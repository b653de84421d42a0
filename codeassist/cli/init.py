"""`codeassist init`: write a commented configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import HERE
from codeassist.cli.output import note
from codeassist.config import PROJECT_FILE, template
from codeassist.errors import UsageError


def init(
    path: Annotated[Path, typer.Argument(help="The folder to write it to.")] = HERE,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a `.codeassist.toml` with every key, its default and what it does."""
    if not path.is_dir():
        raise UsageError(f"There is no folder {path}.")
    target = path / PROJECT_FILE
    if target.is_symlink():
        raise UsageError(f"{target} is a link; remove it first, or write the file that it names.")
    if target.exists() and not force:
        raise UsageError(f"{target} already exists; add --force to replace it.")
    try:
        target.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror or error}.") from error
    note(f"Wrote {target}; every key is commented out and at its default.")
