"""Read the changes that a push sends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from codeassist.changes.change import Change
from codeassist.changes.reading import between
from codeassist.changes.repository import EMPTY_TREE, Repository


def pushed_ranges(text: str, environment: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """(old, new) revisions of a push, from the pre-push hook's standard input or the variables of the pre-commit framework.

    `old` is empty for a branch that the remote does not have; deleted branches are omitted.
    """
    variables = os.environ if environment is None else environment
    if variables.get("PRE_COMMIT_TO_REF"):
        old = variables.get("PRE_COMMIT_FROM_REF", "")
        return [("" if set(old) <= {"0"} else old, variables["PRE_COMMIT_TO_REF"])]
    ranges = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 4 and set(parts[1]) != {"0"}:
            ranges.append(("" if set(parts[3]) == {"0"} else parts[3], parts[1]))
    return ranges


def changes_to_push(root: Path, text: str) -> Iterator[Change]:
    """The change of each pushed branch, given the pre-push hook's standard input. Raises `UsageError` if git fails."""
    repository = Repository(root)
    for old, new in pushed_ranges(text):
        known = bool(old) and repository.knows(old)
        start = repository.merge_base(repository.revision(old), new) if known else _fork(repository, new)
        yield between(repository, start, repository.revision(new))


def _fork(repository: Repository, new: str) -> str:
    """The commit at which a new branch leaves the commits that the remote has; the empty tree if they share none."""
    code, out, _ = repository.git("rev-list", "--boundary", new, "--not", "--remotes")
    edges = [line[1:].decode() for line in out.split(b"\n") if line.startswith(b"-")] if code == 0 else []
    return edges[0] if edges else EMPTY_TREE
