"""`codeassist prompts eject`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note
from codeassist.cli.prompts.library_options import Name, shown, write_file
from codeassist.errors import UsageError
from codeassist.prompts import Library
from codeassist.prompts.cases import cases_path
from codeassist.prompts.library import SUFFIX
from indexers.files.reading import read_text


def eject(
    name: Name, repo: Repo = HERE, force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False
) -> None:
    """Copy a shipped prompt and its cases into this project for editing; the copy then overrides the shipped one."""
    services = RepositoryOptions(repo).open()
    library = services.every_prompt
    prompt = Library(library.layers[-1:]).find(name)
    folder = library.folder_to_edit(services.root, services.config)
    target = folder / f"{prompt.name}{SUFFIX}"
    cases = cases_path(prompt)
    for path in (target, folder / cases.name):
        if path.exists() and not force:
            raise UsageError(f"{shown(path)} already exists; add --force to replace it.")
    try:
        texts = {target: prompt.text}
        if cases.is_file():
            texts[folder / cases.name] = read_text(cases)
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            write_file(path, text)
            print(shown(path))
    except OSError as error:
        raise UsageError(f"Cannot write into {folder}: {error.strerror or error}.") from error
    if prompt.name == "ask":
        note("By default, how and why questions use the prompt 'ask-steps'; --strategy changes that.")
    note("Edit the prompt, raise its version, then run 'codeassist prompts lock' and 'codeassist trust'.")
