"""`codeassist prompts diff`."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note, safe
from codeassist.errors import PromptError
from codeassist.prompts import Prompt, render
from codeassist.prompts.format import read
from codeassist.prompts.library import SUFFIX, built_in
from codeassist.prompts.lock import published, read_lock


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="NAME or NAME@VERSION.")],
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]",
            help="NAME or NAME@VERSION (default: the current A; A without a version is its last published version).",
        ),
    ] = None,
    repo: Repo = HERE,
) -> None:
    """Show the differences of two prompts: text, declared inputs, and the rendered sample."""
    library = RepositoryOptions(repo).open().every_prompt
    name, _, version = first.partition("@")
    b = library.find(second or name)
    a = library.find(first) if version or second else _last_published(b)
    changed = _print("text", a.text, b.text, a, b)
    changed |= _print("inputs", _inputs(a), _inputs(b), a, b)
    changed |= _print("rendered sample", _rendered(a, b), _rendered(b, b), a, b)
    if not changed:
        note(f"{a.id} and {b.id} are the same.")


def _last_published(current: Prompt) -> Prompt:
    """The newest locked version with another text, else the shipped prompt, else the current prompt itself."""
    folder = current.path.parent
    entries = [e for e in read_lock(folder) if e.name == current.name and e.content != current.content_hash]
    for entry in sorted(entries, key=lambda e: [int(part) for part in e.version.split(".")], reverse=True):
        if (old := published(folder, entry.name, entry.version)) is not None:
            return old
    shipped = built_in() / f"{current.name}{SUFFIX}"
    return read(shipped) if shipped.is_file() else current


def _print(label: str, old: str, new: str, a: Prompt, b: Prompt) -> bool:
    lines = list(
        difflib.unified_diff(old.splitlines(), new.splitlines(), f"{a.id} ({label})", f"{b.id} ({label})", lineterm="", n=2)
    )
    for line in lines:
        print(safe(line))
    return bool(lines)


def _inputs(prompt: Prompt) -> str:
    rows = (f"{i.name}: {i.type}" + ("" if i.required else f" = {i.default!r}") for i in prompt.inputs)
    return "\n".join(sorted(rows))


def _rendered(prompt: Prompt, sampled: Prompt) -> str:
    names = {i.name for i in prompt.inputs}
    try:
        messages = render(prompt, {k: v for k, v in {**prompt.sample, **sampled.sample}.items() if k in names})
    except PromptError as error:
        return f"(cannot be rendered: {error})"
    return "\n".join(f"--- {m.role}\n{m.content}" for m in messages)
