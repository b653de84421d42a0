"""`codeassist callers`: who uses a name."""

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


def callers(
    name: Annotated[str, typer.Argument(help="The name of a function, method or class.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="How many at most.")] = 200,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the places that call, inherit from or import a name (matched by name)."""
    root, config = load_config(repo, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        found = index.graph().callers(name, limit + 1)
    more, found = len(found) > limit, found[:limit]
    if as_json:
        uses = [{"path": u.path, "line": u.line, "kind": u.kind, "by": u.by, "is_test": u.is_test} for u in found]
        print_json({"schema": "codeassist.callers/1", "name": name, "uses": uses})
    else:
        for use in found:
            print(f"{safe_path(use.path)}:{use.line}  {use.kind}" + (f" in {safe(use.by)}" if use.by else ""))
    if more and not quiet:
        note(f"The first {limit} are shown; there are more (-k).")
    if "." in name and found and not quiet:
        note(f"Matched by the last part of the name, '{name.rpartition('.')[2]}': types are not known.")
    if not found:
        if not as_json:
            note(f"Nothing in the index uses '{name}'.")
        raise typer.Exit(1)
