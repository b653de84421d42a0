"""`codeassist hook install|uninstall|status`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Repo, load_config, note, print_json, safe_path
from codeassist.tasks.git_hooks import hooks as git_hooks

Stages = Annotated[
    list[str] | None,
    typer.Option("--stage", help="pre-commit, pre-push, prepare-commit-msg, post-checkout or post-merge; may be repeated."),
]


def install(
    stage: Stages = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.5, help="Seconds after which a review is cut short.")] = 20.0,
    repo: Repo = HERE,
) -> None:
    """Review before each commit. A hook that is there already stays, and is called first."""
    root, _ = load_config(repo)
    for found in git_hooks.install(root, tuple(stage or ("pre-commit",)), timeout):
        note(
            f"{found.stage}: installed at {safe_path(str(found.path))}"
            + ("; it calls the one that was there first" if found.chained else "")
        )


def uninstall(stage: Stages = None, repo: Repo = HERE) -> None:
    """Take the hooks out, and put back what was there before."""
    root, _ = load_config(repo)
    gone = git_hooks.uninstall(root, tuple(stage or git_hooks.STAGES))
    note(f"Taken out: {', '.join(gone)}." if gone else "No hook of codeassist was installed.")


def status(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """What is installed."""
    root, _ = load_config(repo)
    found = git_hooks.status(root)
    if as_json:
        told = [
            {"stage": s.stage, "installed": s.ours, "chained": s.chained, "other": s.other, "path": s.path.as_posix()}
            for s in found
        ]
        print_json({"schema": "codeassist.hook-status/1", "stages": told})
        return
    for s in found:
        what = (
            "installed" + (", after the one that was there" if s.chained else "")
            if s.ours
            else "another hook"
            if s.other
            else "none"
        )
        print(f"{s.stage:<20} {what}")
