"""What hooks run besides a staged review: never a prompt, never a hang, and never silent when it leaves something out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, Repo, load_config, note
from codeassist.errors import CodeassistError, UsageError

if TYPE_CHECKING:
    from codeassist.changes.repository import Repository
    from codeassist.config import Config
    from codeassist.tasks.review import Change


def run(
    stage: Annotated[str, typer.Argument(help="pre-push, prepare-commit-msg or index.")],
    told: Annotated[list[str] | None, typer.Argument(help="What git tells the hook.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.5)] = 20.0,
    repo: Repo = HERE,
) -> None:
    """Run what a hook runs. What goes wrong here is told and stops nothing: only findings stop git."""
    work = {
        "pre-commit": lambda: _pre_commit(repo, timeout), "pre-push": lambda: _pre_push(repo, timeout),
        "prepare-commit-msg": lambda: _message(repo, told or []), "index": lambda: _index(repo, told or []),
    }.get(stage)  # fmt: skip
    if work is None:
        raise UsageError(f"'{stage}' is nothing a hook runs.")
    try:
        work()
    except typer.Exit:
        raise
    except Exception as error:
        note(f"codeassist: the {stage} hook failed and was skipped: {type(error).__name__}: {error}")


def _pre_commit(repo: Path, timeout: float) -> None:
    from codeassist.tasks.review import Wanted, read_change

    root, config = load_config(repo)
    until = time.monotonic() + timeout
    if _reviewed(root, config, read_change(root, Wanted(staged=True)), until):
        raise typer.Exit(1)


def _pre_push(repo: Path, timeout: float) -> None:
    """Review what is pushed; several branches are reviewed one by one under one time budget."""
    from codeassist.changes.reading import between
    from codeassist.changes.repository import Repository
    from codeassist.tasks.git_hooks.hooks import pushed_ranges

    root, config = load_config(repo)
    given = "" if sys.stdin.isatty() else sys.stdin.read()
    until = time.monotonic() + timeout
    repository = Repository(root)
    code = 0
    for old, new in pushed_ranges(given):
        start = (
            repository.merge_base(repository.revision(old), new) if old and repository.knows(old) else _fork(repository, new)
        )
        code = max(code, _reviewed(root, config, between(repository, start, repository.revision(new)), until))
    if code:
        raise typer.Exit(code)


def _reviewed(root: Path, config: Config, change: Change, until: float) -> int:
    """Show what is found; the exit code."""
    from codeassist.cli.findings import show_review
    from codeassist.cli.review import exit_code, index_of
    from codeassist.tasks.review import review

    if not change.files:
        return 0
    with index_of(root, config, change) as (index, _):
        result = review(root, change, config.review, index, until=until)
    show_review(result, change, quiet=True)
    return exit_code(result, config, None)


def _fork(repository: Repository, new: str) -> str:
    """Where a branch that the other side does not have leaves what it has; the empty tree when it has nothing of it."""
    from codeassist.changes.repository import EMPTY_TREE

    code, out, _ = repository.git("rev-list", "--boundary", new, "--not", "--remotes")
    edges = [line[1:].decode() for line in out.split(b"\n") if line.startswith(b"-")] if code == 0 else []
    return edges[0] if edges else EMPTY_TREE


def _message(repo: Path, told: list[str]) -> None:
    """Only for a message that nobody gave: not for -m, a merge, a squash or an amended commit."""
    from codeassist.cli.commit_msg import commit_msg

    if not told or (len(told) > 1 and told[1]):
        return
    try:
        commit_msg(Path(told[0]), model="none", max_cost=None, max_tokens=None, no_cache=False, repo=repo, quiet=True)
    except CodeassistError as error:
        note(f"codeassist: {error}")


def _index(repo: Path, told: list[str]) -> None:
    """Bring an index that there is up to date; a checkout of single files, and no index, are left alone."""
    from codeassist import workspace
    from indexers import IndexerError

    root, config = load_config(repo)
    if (told and told[0] == "0") or not workspace.index_exists(root, config):
        return
    try:
        index, freshness = workspace.open_fresh(root, config)
    except IndexerError as error:
        note(f"codeassist: {error}")
        return
    with index:
        if freshness.stale:
            note(f"codeassist: the index is stale: {freshness.note}.")
