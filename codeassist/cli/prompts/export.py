"""`codeassist prompts export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note
from codeassist.cli.prompts.library_options import Name, shown, write_file


def export(
    name: Name,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write (default: print it).")] = None,
    repo: Repo = HERE,
) -> None:
    """Export a prompt and its cases as a configuration of promptfoo (promptfooconfig.yaml)."""
    from codeassist.tasks.prompt_tests.promptfoo import exported

    text, notes = exported(RepositoryOptions(repo).open().every_prompt.find(name))
    if output is None:
        print(text.rstrip())
    else:
        write_file(output, text)
        note(f"Wrote {shown(output)}; name the model under 'providers'.")
    for line in notes:
        note(f"{line}.")
