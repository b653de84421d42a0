"""`codeassist hook install|uninstall|status`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.hook.background import record_in_background
from codeassist.cli.options import AsJson, RepositoryOptions
from codeassist.cli.output import note, print_json, safe_path
from codeassist.tasks.git_hooks import STAGES, HookStatus, hook_status, install_hooks, uninstall_hooks

Stages = Annotated[
    list[str] | None,
    typer.Option(
        "--stage",
        help="pre-commit, pre-merge-commit, pre-push, prepare-commit-msg, post-checkout or post-merge; may be repeated.",
    ),
]


def install(
    stage: Stages = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.5, help="Seconds after which a review is cut short.")] = 20.0,
    audit: Annotated[
        bool, typer.Option("--audit", help="Also say, before a commit, which changed lines no test would protect.")
    ] = False,
    *,
    where: RepositoryOptions,
) -> None:
    """Install hooks, by default a review before each commit. An existing hook is kept and called first."""
    services = where.open()
    for hook in install_hooks(services.root, tuple(stage or ("pre-commit",)), timeout, audit=audit):
        chained = "; it calls the previous hook first" if hook.chained else ""
        note(f"{hook.stage}: installed at {safe_path(str(hook.path))}{chained}")
    if audit and services.may_run and record_in_background(services.root):
        note("What the tests call is being recorded in the background; commits until then say that it is not known.")
    if services.search_engine is None:
        more = " and tries the tests of the change; without it they are only read" if audit else ""
        note(
            "With 'codeassist trust' the hook also runs changed Python code in the sandbox and shows what behaves "
            f"differently{more}."
        )


def uninstall(stage: Stages = None, *, where: RepositoryOptions) -> None:
    """Remove the hooks, and restore the previous ones."""
    removed = uninstall_hooks(where.open().root, tuple(stage or STAGES))
    note(f"Removed: {', '.join(removed)}." if removed else "No codeassist hooks were installed.")


def status(*, where: RepositoryOptions, as_json: AsJson = False) -> None:
    """Show which hooks are installed, with their time limit and whether they try the tests of a change."""
    report = HookStatus(hook_status(where.open().root))
    if as_json:
        print_json(report.as_json())
        return
    for hook in report.hooks:
        limit = f", {hook.timeout:g} s" if hook.timeout is not None else ""
        audit = ", tries the tests of the change" if hook.audit else ""
        ours = f"installed{', after the previous hook' if hook.chained else ''}{limit}{audit}"
        print(f"{hook.stage:<20} {ours if hook.ours else 'another hook' if hook.other else 'none'}")
