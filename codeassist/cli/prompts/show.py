"""`codeassist prompts show`."""

from __future__ import annotations

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note, safe
from codeassist.cli.prompts.library_options import Name, shown


def show(name: Name, repo: Repo = HERE) -> None:
    """Print a prompt file, in its current or any published version."""
    library = RepositoryOptions(repo).open().every_prompt
    prompt = library.find(name)
    print(safe(prompt.text).rstrip())
    note(f"{prompt.id}, {shown(prompt.path)}, sha256 {prompt.content_hash[:12]}")
