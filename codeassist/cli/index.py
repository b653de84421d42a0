"""`codeassist index`: build the index of a repository, or bring it up to date."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.interrupts import CANCEL, patiently
from codeassist.cli.options import HERE, Output, Repository
from codeassist.cli.output import closing, note, print_json, safe_path
from codeassist.cli.show_index import print_languages, print_skipped
from codeassist.errors import EXIT_INTERRUPT

if TYPE_CHECKING:
    from codeassist.tasks.index import IndexResult, Preview
    from indexers import Index

STOPPING = "Stopping after the current files; what is done is kept."


def index(
    path: Annotated[Path, typer.Argument(help="The folder to index.")] = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be indexed, and write nothing.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start from nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and keep the index fresh as files change.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another indexer instead of failing.")] = False,
    encoder: Annotated[str | None, typer.Option("--encoder", help="The encoder, as in the configuration.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", help="Processes that parse (0: one for each core).")] = None,
    index_dir: Annotated[str | None, typer.Option("--index-dir", help="Folder of the index (default: .codeassist).")] = None,
    *,
    output: Output,
) -> None:
    """Index a repository: only what changed since the last time is read again."""
    from codeassist.tasks.index import build, preview

    with closing(output.events()) as events:
        services = Repository(path, index_dir).open(events, {"index.encoder": encoder, "index.jobs": jobs})
        if dry_run:
            _show_preview(preview(services.root, services.config), output)
            return
        with patiently(STOPPING):
            result = build(services.root, services.config, rebuild=rebuild, wait=wait, events=events, cancel=CANCEL)
    with result.index as built:
        _show(result, output)
        if watch and result.report.complete:
            _watch(built, output)
    if not result.report.complete:
        raise typer.Exit(EXIT_INTERRUPT)


def _show_preview(found: Preview, output: Output) -> None:
    if output.as_json:
        print_json(found.as_json())
        return
    for file in found.files:
        print(safe_path(file.path))
    note(f"{len(found.files)} files, {found.size / 1e6:.1f} MB would be read.")
    for reason, count in found.skipped.most_common():
        note(f"{count:>8} skipped: {reason}")


def _show(result: IndexResult, output: Output) -> None:
    if output.as_json:
        print_json(result.as_json())
        return
    if output.quiet:
        return
    report = result.report
    if result.changed:
        print_languages(result.statistics["languages"])
        print_skipped(result.statistics["skipped"])
    changes = f"{report.added} files added, {report.changed} changed, {report.deleted} deleted"
    what = changes if result.changed else "Nothing changed"
    size = f"the index takes {result.size / 1e6:.1f} MB at {result.index.folder}"
    note(f"{what} in {result.seconds:.2f} s; {size}.")
    if report.remaining:
        note(f"Stopped: {report.remaining} files are left; run 'codeassist index' again to continue.")


def _watch(built: Index, output: Output) -> None:
    """Refresh after each burst of changes until interrupted."""
    from indexers.build.watching import watch

    if not output.quiet:
        note("Watching; Ctrl-C ends.")
    with suppress(KeyboardInterrupt):
        for report, changed in watch(built):
            total = report.added + report.changed + report.deleted
            if total and not output.quiet:
                note(f"Indexed {total} of {changed} changed files in {report.seconds:.2f} s.")
