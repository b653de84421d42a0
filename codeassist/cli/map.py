"""`codeassist map`: an overview of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE

if TYPE_CHECKING:
    from codeassist.tasks.map import RepositoryMap


def map(  # noqa: A001  # the module and its command have one name
    tokens: Annotated[int, typer.Option("--tokens", "-t", min=50, help="Token budget, at four characters per token.")] = 1500,
    prefix: Annotated[str, typer.Option("--under", help="Only files under this folder.")] = "",
    *,
    where: Indexed,
    output: Output,
) -> None:
    """Show where the project is started, its folders, main types, and central files and definitions, within a token budget."""
    from codeassist.tasks.map import make_map

    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            result = make_map(index, tokens, prefix)
    if output.as_json:
        print_json(result.as_json())
        return
    _show(result, Places.of(services.root, where.repo))
    if not result.files:
        note(f"The index has no definitions under '{prefix}'." if prefix else "The index has no definitions.")
        raise typer.Exit(EXIT_GATE)


def _show(result: RepositoryMap, places: Places) -> None:
    from codeassist.tasks.map import title

    if result.entry_points:
        print("Entry points")
        for entry in result.entry_points:
            print(f"  {places.path(entry.path)}  {safe(entry.reason)}")
        print()
    if result.folders:
        print("Folders")
        for folder in result.folders:
            about = f"  {safe(folder.about)}" if folder.about else ""
            uses = f"  (uses {', '.join(safe(path) for path in folder.uses)})" if folder.uses else ""
            print(f"  {places.path(folder.path)}/  {folder.files} file{'s' * (folder.files != 1)}{about}{uses}")
        print()
    if result.types:
        print("Main types")
        for kind in result.types:
            print(f"  {safe(kind.qualified_name)}  {kind.kind}  {places.line(kind.path, kind.line)}")
        print()
    for file in result.files:
        print(places.path(file.path))
        for definition in file.definitions:
            print(f"{definition.line:>5}    {safe(title(definition))}")
