"""Shared by the prompt commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.output import safe_path
from codeassist.errors import UsageError
from codeassist.prompts import Library

if TYPE_CHECKING:
    from codeassist.services import Services
    from indexers import Index

Name = Annotated[str, typer.Argument(help="The prompt: NAME or NAME@VERSION.")]

DEVICES = Path("/dev")
"""Where standard output is a link."""


@contextmanager
def contexts(services: Services) -> Iterator[Callable[[str], str]]:
    """The context that `ask` would send for a question, as numbered blocks; the index is opened for the first question."""
    from codeassist.evidence.packing import Source
    from codeassist.models.token_estimate import estimate
    from codeassist.tasks.ask.retrieval import context_for

    with ExitStack() as stack:
        opened: list[Index] = []

        def gather(question: str) -> str:
            if not opened:
                opened.append(stack.enter_context(services.index()))
            source = Source(opened[0], services.config.privacy.never_send)
            return context_for(opened[0], source, question, services.config.ask.context_tokens, estimate).render()

        yield gather


def write_file(path: Path, text: str) -> None:
    """Write a file that the user named, never through a link, which a clone may bring. Raises `UsageError`."""
    if path.is_symlink() and DEVICES not in path.absolute().parents:
        raise UsageError(f"{path} is a link; remove it first, or write the file that it names.")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}.") from error


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
