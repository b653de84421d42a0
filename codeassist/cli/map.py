"""`codeassist map`: the repository at a glance."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.common import (
    HERE,
    AsJson,
    IndexDir,
    NoRefresh,
    Quiet,
    Repo,
    fresh_index,
    load_config,
    note,
    print_json,
    safe,
    safe_path,
)


def map(  # noqa: A001  # the module and its command have one name
    tokens: Annotated[int, typer.Option("--tokens", "-t", min=50, help="The budget, at four characters a token.")] = 1500,
    prefix: Annotated[str, typer.Option("--under", help="Only files under this folder.")] = "",
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show the most central files and definitions within a token budget."""
    from codeassist.tasks.map.make import make_map, shortened

    root, config = load_config(repo, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        files = make_map(index, tokens, prefix)
    if as_json:
        listed = [
            {
                "path": f.path,
                "rank": round(f.rank, 6),
                "definitions": [{"line": d.line, "signature": d.signature} for d in f.definitions],
            }
            for f in files
        ]
        print_json({"schema": "codeassist.map/1", "files": listed})
        return
    for file in files:
        print(safe_path(file.path))
        for definition in file.definitions:
            indent = "    " * (1 + min(3, definition.qualified_name.count(".")))
            print(f"{definition.line:>5}{indent}{safe(shortened(definition.signature))}")
    if not files:
        note(f"The index holds no definitions under '{prefix}'." if prefix else "The index holds no definitions.")
        raise typer.Exit(1)
