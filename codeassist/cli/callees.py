"""`codeassist callees`: what a definition calls."""

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
from codeassist.cli.symbols import as_object


def callees(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class.")],
    everything: Annotated[bool, typer.Option("--all", help="Also calls that lead out of the repository.")] = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List what a definition calls, in order, with the likeliest definition of each."""
    root, config = load_config(repo, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        defined = bool(index.graph().definitions(name, 1))
        found = [(use, target) for use, target in index.graph().callees(name) if target is not None or everything]
    if as_json:
        calls = [
            {"name": use.name, "line": use.line, "path": use.path, "definition": as_object(t) if t else None}
            for use, t in found
        ]
        print_json({"schema": "codeassist.callees/1", "name": name, "calls": calls})
    else:
        for use, target in found:
            where = f"  {safe_path(target.path)}:{target.line}" if target else "  (not in this repository)"
            print(f"{safe_path(use.path)}:{use.line}  {safe(use.name)}{where}")
    if not found:
        if not as_json:
            note(f"'{name}' calls nothing that is known." if defined else f"No definition of '{name}' in the index.")
        raise typer.Exit(1)
