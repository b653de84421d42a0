"""`codeassist index`: make the index of a repository, or bring it up to date."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist import workspace
from codeassist.cli.common import HERE, AsJson, IndexDir, Quiet, console, load_config, note, print_json, progress_bar, safe_path
from codeassist.config import Config

if TYPE_CHECKING:
    from watchfiles import Change
    from watchfiles.main import FileChange

    from indexers import Index


def index(
    path: Annotated[Path, typer.Argument(help="The folder to index.")] = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be indexed, and write nothing.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start from nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and keep the index fresh as files change.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another indexer instead of failing.")] = False,
    encoder: Annotated[str | None, typer.Option("--encoder", help="The encoder, as in the configuration.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", help="Processes that parse (0: one a core).")] = None,
    index_dir: IndexDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Index a repository: only what changed since the last time is read again."""
    root, config = load_config(path, index__encoder=encoder, index__jobs=jobs, index__index_dir=index_dir)
    if dry_run:
        _dry_run(root, config, as_json)
        return
    started = time.monotonic()
    with _interruptible() as stop, progress_bar(quiet or as_json) as on_progress:
        built = workspace.build(root, config, rebuild=rebuild, wait=wait, on_progress=on_progress, stop=stop)
    with built:
        _report(built, time.monotonic() - started, as_json, quiet)
        interrupted = built.last_report is not None and not built.last_report.complete
        if watch and not interrupted:
            _watch(built, quiet)
    if interrupted:
        raise typer.Exit(130)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM ask for a stop at the next file; a second Ctrl-C stops at once."""
    asked = False

    def ask(number: int, _: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        note("Stopping after the current files; what is done is kept.")

    previous = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _dry_run(root: Path, config: Config, as_json: bool) -> None:
    from indexers.files.walker import discover

    listing = discover(root, workspace.index_options(config).rules)
    total = sum(file.size for file in listing.files)
    if as_json:
        files = [{"path": file.path, "size": file.size} for file in listing.files]
        skipped = dict(listing.skipped)
        print_json({"schema": "codeassist.index-dry-run/1", "files": files, "bytes": total, "skipped": skipped})
        return
    for file in listing.files:
        print(safe_path(file.path))
    note(f"{len(listing.files)} files, {total / 1e6:.1f} MB would be read.")
    for reason, count in listing.skipped.most_common():
        note(f"{count:>8} skipped: {reason}")


def _report(built: Index, seconds: float, as_json: bool, quiet: bool) -> None:
    from indexers.build.update import index_size

    report, statistics = built.last_report, built.statistics()
    assert report is not None
    size = index_size(built.folder)
    if as_json:
        print_json(
            {
                "schema": "codeassist.index/1",
                "root": str(built.root),
                "added": report.added,
                "changed": report.changed,
                "deleted": report.deleted,
                "remaining": report.remaining,
                "seconds": round(seconds, 3),
                "bytes": size,
                **{key: statistics[key] for key in ("languages", "skipped", "encoder", "generation")},
            }
        )
        return
    if quiet:
        return
    changed = report.added + report.changed + report.deleted
    if changed:
        print_languages(statistics["languages"])
        print_skipped(statistics["skipped"])
    what = f"{report.added} files added, {report.changed} changed, {report.deleted} deleted" if changed else "Nothing changed"
    note(f"{what} in {seconds:.2f} s; the index takes {size / 1e6:.1f} MB at {built.folder}.")
    if report.remaining:
        note(f"Stopped: {report.remaining} files are left; run 'codeassist index' again to go on.")


def print_languages(languages: dict[str, dict[str, int]]) -> None:
    """The closing table on standard error: files, lines, chunks and symbols by language."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("language")
    for column in ("files", "lines", "chunks", "symbols"):
        table.add_column(column, justify="right")
    ordered = sorted(languages.items(), key=lambda entry: -entry[1]["chunks"])
    for name, counts in ordered:
        table.add_row(name, *(f"{counts[c]:,}" for c in ("files", "lines", "chunks", "symbols")))
    if len(ordered) > 1:
        totals = (sum(counts[c] for counts in languages.values()) for c in ("files", "lines", "chunks", "symbols"))
        table.add_row("total", *(f"{total:,}" for total in totals), style="bold")
    console(error=True).print(table)


def print_skipped(skipped: dict[str, int]) -> None:
    """What was left out and why, on one line."""
    if skipped:
        ordered = sorted(skipped.items(), key=lambda entry: -entry[1])
        note("Skipped: " + ", ".join(f"{count} {reason}" for reason, count in ordered))


def _watch(built: Index, quiet: bool) -> None:
    """Refresh after each burst of changes until interrupted."""
    from watchfiles import watch

    if not quiet:
        note("Watching; Ctrl-C ends.")
    folder = str(built.folder)

    def wanted(_: Change, path: str) -> bool:
        return path != folder and not path.startswith(folder + os.sep) and "/.git/" not in path.replace("\\", "/")

    with suppress(KeyboardInterrupt):
        _follow(built, watch(built.root, watch_filter=wanted, debounce=400, raise_interrupt=True), quiet)


def _follow(built: Index, bursts: Iterable[set[FileChange]], quiet: bool) -> None:
    for changes in bursts:
        report = built.update(wait=True)
        total = report.added + report.changed + report.deleted
        if total and not quiet:
            note(f"{total} of {len(changes)} changed files taken in, in {report.seconds:.2f} s.")
