"""`codeassist prompts log`."""

from __future__ import annotations

from codeassist.cli.options import HERE, Repo, RepositoryOptions
from codeassist.cli.output import note, safe
from codeassist.cli.prompts.library_options import Name


def log(name: Name, repo: Repo = HERE) -> None:
    """List a prompt's published versions and the commits that changed it."""
    from codeassist.prompts.lock import history, read_lock

    library = RepositoryOptions(repo).open().every_prompt
    prompt = library.find(name.partition("@")[0])
    for entry in (e for e in read_lock(prompt.path.parent) if e.name == prompt.name):
        mark = "  (current)" if entry.version == prompt.version else ""
        print(f"{entry.name}@{entry.version:<8} locked {entry.date}  sha256 {entry.content[:12]}{mark}")
    commits = history(prompt.path)
    for commit, date, version, subject in commits:
        print(f"{commit}  {date}  {version:<8} {safe(subject)}")
    if not commits:
        note("git has no history of this file.")
