"""`codeassist prompts show`."""

from __future__ import annotations

from codeassist.cli.common import HERE, Repo, note, safe
from codeassist.cli.prompts.common import Name, library, shown


def show(name: Name, repo: Repo = HERE) -> None:
    """Print a prompt file as it is, of any version that was published."""
    _, _, found = library(repo)
    prompt = found.find(name)
    print(safe(prompt.text).rstrip())
    note(f"{prompt.id}, {shown(prompt.path)}, sha256 {prompt.content_hash[:12]}")
