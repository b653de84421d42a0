"""`codeassist map`: an overview of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, cropped, is_rendered, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE
from codeassist.printable import counted

if TYPE_CHECKING:
    from codeassist.tasks.map import Folder, RepositoryMap


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
            print(f"  {places.path(entry.path)}  {cropped(safe(entry.reason), places.width(entry.path) + 4)}")
        print()
    if result.folders:
        print("Folders")
        for folder in result.folders:
            _show_folder(folder, places)
        if result.more_folders:
            print(f"  and {result.more_folders} more")
        print()
    if result.types:
        print("Main types")
        for kind in result.types:
            title_of = f"  {safe(kind.qualified_name)}  {kind.kind}  "
            print(f"{cropped(title_of, places.width(kind.path, kind.line))}{places.line(kind.path, kind.line)}")
        print()
    for file in result.files:
        print(places.path(file.path))
        for definition in file.definitions:
            print(cropped(f"{definition.line:>5}    {safe(title(definition))}"))


def _show_folder(folder: Folder, places: Places) -> None:
    """Print a folder on a line, what it uses below it where a terminal is too narrow for both."""
    start = places.width(folder.path) + 3
    about = f"  {counted(folder.files, 'file')}{f'  {safe(folder.about)}' if folder.about else ''}"
    uses = f"(uses {', '.join(safe(path) for path in folder.uses)})" if folder.uses else ""
    whole = f"{about}  {uses}".rstrip()
    if not uses or not is_rendered() or cropped(whole, start) == whole:
        print(f"  {places.path(folder.path)}/{cropped(whole, start)}")
        return
    print(f"  {places.path(folder.path)}/{cropped(about, start)}")
    print(cropped(f"    {uses}"))
