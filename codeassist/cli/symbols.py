"""`codeassist symbols`: where a name is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from indexers.graph.definitions import Definition


def symbols(
    name: Annotated[str, typer.Argument(help="A name, whole or in part, or a qualified one (Class.method).")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="How many at most.")] = 50,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the definitions of a name."""
    root, config = load_config(repo, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        found = index.graph().definitions(name, limit)
    if as_json:
        print_json({"schema": "codeassist.symbols/1", "name": name, "definitions": [as_object(d) for d in found]})
    else:
        for definition in found:
            signature = safe(definition.signature)
            said = signature if definition.kind in signature.split() else f"{definition.kind} {signature}"
            print(f"{safe_path(definition.path)}:{definition.line}  {said}")
    if not found:
        if not as_json:
            note(f"No definition of '{name}' in the index.")
        raise typer.Exit(1)


def as_object(definition: Definition) -> dict[str, Any]:
    """The JSON form of a definition."""
    return {
        "path": definition.path,
        "start_line": definition.line,
        "end_line": definition.end_line,
        "name": definition.name,
        "qualified_name": definition.qualified_name,
        "kind": definition.kind,
        "language": definition.language,
        "signature": definition.signature,
        "documentation": definition.documentation,
    }
