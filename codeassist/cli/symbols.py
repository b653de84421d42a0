"""`codeassist symbols`: list the definitions of a name."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from codeassist.cli.navigation import ask_index, show, undefined
from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import note, safe
from indexers.types import Definition


def symbols(
    name: Annotated[str, typer.Argument(help="A full, partial or qualified name (Class.method).")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, help="Maximum number of results.")] = 50,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the definitions of a name."""
    from codeassist.tasks.navigate import definitions as find

    result, places = ask_index(where, output, lambda index: find(index, name, limit))
    show(result, output, (f"{places.line(found.path, found.line)}  {_signature(found)}" for found in result.found))
    if not result.found:
        undefined(where, output, name)
    last = re.split(r"[.:#]+", name)[-1].lower()
    if not output.as_json and last and all(found.name.lower() != last for found in result.found):
        note(f"No definition is called '{safe(name)}': these contain it.")


def _signature(definition: Definition) -> str:
    """The signature, with the kind of definition where it does not say that itself, and with what it is a member of."""
    signature = safe(definition.signature)
    owner = safe(definition.qualified_name.rpartition(".")[0])
    kind = "" if definition.kind in signature.split() else f"{definition.kind} "
    return f"{kind}{f'of {owner}: ' if owner and kind else ''}{signature}{f'  in {owner}' if owner and not kind else ''}"
