"""`codeassist index`: build or update the index of a repository."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.interrupts import CANCEL, patiently
from codeassist.cli.options import HERE, Output, RepositoryOptions
from codeassist.cli.output import closing, note, print_json, safe_path
from codeassist.cli.show_index import MOST_LANGUAGES, print_encodings, print_languages, print_skipped, print_unparsed
from codeassist.errors import EXIT_INTERRUPT
from codeassist.printable import counted

if TYPE_CHECKING:
    from codeassist.tasks.index import IndexResult, Preview
    from indexers import Index

STOPPING = "Stopping; the files that are finished are kept."
STOPPING_REBUILD = "Stopping; an index that was there stays as it is."


def index(
    path: Annotated[
        Path | None, typer.Argument(help="The folder to index (default: the repository around the current folder).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files to index, without writing anything.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build the index anew; the existing one is used until the new one is complete.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running and update the index when files change.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for a running indexer instead of failing.")] = False,
    encoder: Annotated[str | None, typer.Option("--encoder", help="The encoder, as `encoder` in the section `index`.")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", help="Number of parser processes (0: one per core, at most 8).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Index also the home folder or a file system, and other file systems below it.")
    ] = False,
    index_dir: Annotated[str | None, typer.Option("--index-dir", help="Index folder (default: .codeassist).")] = None,
    *,
    output: Output,
) -> None:
    """Index a repository, or update its index; only changed files are read again."""
    from codeassist import workspace
    from codeassist.tasks.index import build, preview

    with closing(output.events()) as events:
        flags = {"index.encoder": encoder, "index.jobs": jobs, "index.other_file_systems": force or None}
        where = RepositoryOptions(HERE if path is None else path, index_dir)
        services = where.open(events, flags, exact=path is not None)
        if not force:
            workspace.require_ordinary(services.root, services.config)
        if dry_run:
            _show_preview(preview(services.root, services.config), output)
            return
        services.note_ignored("index.")
        with patiently(STOPPING_REBUILD if rebuild else STOPPING):
            result = build(services.root, services.config, rebuild=rebuild, wait=wait, events=events, cancel=CANCEL)
    with result.index as built:
        _show(result, output)
        if watch and result.report.complete:
            _watch(built, output)
    if not result.report.complete:
        raise typer.Exit(EXIT_INTERRUPT)


def _show_preview(listing: Preview, output: Output) -> None:
    if output.as_json:
        print_json(listing.as_json())
        return
    for file in listing.files:
        print(safe_path(file.path))
    for path, reason in listing.skipped_paths:
        note(f"skipped: {safe_path(path)} ({reason})")
    for text in listing.notes:
        note(text)
    note(f"{counted(len(listing.files), 'file')}, {listing.size / 1e6:.1f} MB to index.")
    print_skipped(dict(listing.skipped))


def _show(result: IndexResult, output: Output) -> None:
    if output.as_json:
        print_json(result.as_json())
        return
    if output.quiet:
        return
    report = result.report
    if result.changed:
        print_languages(result.statistics.languages, most=MOST_LANGUAGES)
        print_skipped(result.statistics.skipped)
        print_unparsed(result.statistics.unparsed)
        print_encodings(result.statistics)
    for text in report.notes:
        note(text)
    _show_repositories(result)
    if not (result.changed or report.remaining or result.statistics.languages):
        note(f"There are no files to index in {result.index.root}.")
        return
    changes = f"{counted(report.added, 'file')} added, {report.changed} changed, {report.deleted} deleted"
    unchanged = "Nothing was indexed" if report.remaining else "Nothing changed"
    outcome = changes if result.changed else unchanged
    size = f"the index takes {result.size / 1e6:.1f} MB at {result.index.folder}"
    note(f"{outcome} in {result.seconds:.2f} s; {size}.")
    if report.discarded:
        note("Stopped: the index is the one of before; run 'codeassist index --rebuild' to make it again.")
    elif report.remaining:
        note(f"Stopped: {counted(report.remaining, 'file')} left; run 'codeassist index' again to continue.")


def _show_repositories(result: IndexResult) -> None:
    """Say that repositories inside have indexes of their own, and how to ask about them too."""
    from codeassist.workspace import MOST_NAMED, quoted

    root, nested = result.index.root, result.report.repositories
    if not nested or (len(nested) == 1 and not (root / ".git").exists()):
        return
    if (root / ".git").exists():
        named = ", ".join(json.dumps(path) for path in nested[:MOST_NAMED])
        note(
            f"{counted(len(nested), 'submodule or nested repository', 'submodules or nested repositories')} not in this index; "
            f"to ask about them too, write in .codeassist.toml under [workspace]: repositories = [{named}]"
        )
        return
    note(f"{root} contains {len(nested)} repositories, which its index does not contain; to index each:")
    for path in nested[:MOST_NAMED]:
        note(f"  codeassist index {quoted(root / path)}")
    if len(nested) > MOST_NAMED:
        note(f"  … and {len(nested) - MOST_NAMED} more")


def _watch(built: Index, output: Output) -> None:
    """Update the index after each burst of changes until interrupted."""
    from indexers.build.watching import watch

    if not output.quiet:
        note("Watching for changes; Ctrl-C stops.")
    with suppress(KeyboardInterrupt):
        for report, changed in watch(built):
            total = report.added + report.changed + report.deleted
            if total and not output.quiet:
                note(f"Indexed {total} of {changed} changed files in {report.seconds:.2f} s.")
