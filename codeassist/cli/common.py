"""What the commands share: options, opening the index, printing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeassist import config as configuration
from codeassist import workspace

if TYPE_CHECKING:
    from rich.console import Console

    from indexers import Index
    from indexers.build.update import Progress

Repo = Annotated[Path, typer.Option("--repo", "-C", help="The repository (default: the one around the current folder).")]
IndexDir = Annotated[str | None, typer.Option("--index-dir", help="Where the index lies (default: .codeassist).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
NoRefresh = Annotated[bool, typer.Option("--no-refresh", help="Use the index as it is, even when files changed.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
HERE = Path()


def load_config(repo: Path, **flags: Any) -> tuple[Path, configuration.Config]:
    """The repository around a folder and its configuration; `flags` are `section__key` values that win."""
    root = workspace.find_root(repo)
    named = {key.replace("__", "."): value for key, value in flags.items()}
    return root, configuration.load(root, named).config


@contextmanager
def fresh_index(
    root: Path, config: configuration.Config, *, refresh: bool = True, quiet: bool = False
) -> Iterator[tuple[Index, workspace.Freshness]]:
    """An open index, made or refreshed as needed, with a word about it on standard error."""

    def announce() -> None:
        if not quiet:
            note(f"Indexing {root} (first use) …")

    with progress_bar(quiet) as on_progress:
        index, freshness = workspace.open_fresh(
            root, config, refresh=refresh and config.search.refresh, on_build=announce, on_progress=on_progress
        )
    from indexers.stores.catalog import guarded

    with index, guarded(index.folder):
        if freshness.stale and not quiet:
            note(f"The index is stale: {freshness.note}.")
        remaining = index.catalog.meta("remaining", 0)
        if remaining and not quiet:
            note(f"Partial results, the index is not complete: {remaining} files are left; run 'codeassist index' to go on.")
        yield index, freshness


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on standard error when that is a terminal; else None."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("[bold]{task.description}"), BarColumn(), TextColumn("{task.fields[files]} files"),
        TextColumn("{task.fields[chunks]} chunks"), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    bar = Bar(*columns, console=console(error=True), transient=True)
    task = bar.add_task("Indexing", total=None, files="0", chunks="0", rate="", visible=False)

    def show(state: Progress) -> None:
        elapsed = bar.tasks[0].elapsed or 0.0
        rate = f"{state.bytes_done / elapsed / 1e6:.1f} MB/s" if elapsed > 0.5 else ""
        bar.update(
            task, total=state.bytes_total, completed=state.bytes_done, files=f"{state.done}/{state.total}",
            chunks=f"{state.chunks}", rate=rate, visible=True,
        )  # fmt: skip

    with bar:
        yield show


def console(*, error: bool = False) -> Console:
    """A rich console on standard output or standard error."""
    from rich.console import Console

    return Console(stderr=error, highlight=False, soft_wrap=False)


def is_terminal() -> bool:
    """Whether standard output is a terminal that may have colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def note(text: str) -> None:
    """A line for the person, never part of the data."""
    print(safe(text), file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def safe_path(text: str) -> str:
    """A path as one printable piece of a line, whatever its name holds."""
    return safe(text).replace("\n", "\\n").replace("\t", "\\t")


def safe(text: str) -> str:
    """Text from a repository without control characters, which could drive a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
