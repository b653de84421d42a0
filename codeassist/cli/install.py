"""`codeassist install`: enter codeassist into the configuration of coding agents."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Output, RepositoryOptions
from codeassist.cli.output import note, print_json, safe, safe_path
from codeassist.errors import EXIT_USAGE

if TYPE_CHECKING:
    from codeassist.tasks.agents import AgentState, InstallResult

Agents = Annotated[list[str] | None, typer.Argument(metavar="[AGENT]...", help="Agents by name (default: those in use here).")]
Preview = Annotated[bool, typer.Option("--dry-run", help="Show the changes without making them.")]


def install(
    agents: Agents = None,
    user: Annotated[bool, typer.Option("--user", help="In your own configuration, for all repositories.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the agents, and where codeassist is installed.")] = False,
    dry_run: Preview = False,
    *,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Make codeassist a tool of coding agents: an entry in their configuration, and a few lines in AGENTS.md."""
    from codeassist.tasks.agents import install as run
    from codeassist.tasks.agents import overview

    root = where.open().root
    if listing:
        _list(overview(root), output)
        return
    show_edits(run(root, agents or (), user=user, dry_run=dry_run), output, dry_run=dry_run)
    for reason in () if output.as_json or output.quiet else _cannot_start():
        note(reason)


def _cannot_start() -> list[str]:
    """Why the agents could not start what their entries name, as far as that can be seen from here."""
    reasons = []
    if importlib.util.find_spec("mcp") is None:
        reasons.append("The agents will start 'codeassist mcp', which needs the extra mcp: pip install 'codeassist-repo[mcp]'")
    if shutil.which("codeassist") is None:
        reasons.append(
            "The agents will start 'codeassist', which is not on PATH: install it with pipx, or add its folder to PATH."
        )
    return reasons


def show_edits(result: InstallResult, output: Output, *, dry_run: bool) -> None:
    """Print what was changed, or the changes themselves for a dry run; exits with 2 if something could not be done."""
    if output.as_json:
        print_json(result.as_json())
    elif dry_run:
        for edit in result.edits:
            print(safe(edit.diff()), end="")
    elif not output.quiet:
        for edit in result.edits:
            action = "removed" if edit.after is None else "made" if edit.before is None else "changed"
            note(f"{safe_path(str(edit.path))} {action}.")
    if not (output.as_json or output.quiet or result.edits or result.problems):
        note("Nothing to do.")
    for problem in result.problems:
        note(safe(problem))
    if result.problems:
        raise typer.Exit(EXIT_USAGE)


def _list(states: list[AgentState], output: Output) -> None:
    if output.as_json:
        print_json({"schema": "codeassist.agents/1", "agents": [state.as_json() for state in states]})
        return
    for state in states:
        places = ", ".join(safe_path(str(path)) for path in state.installed)
        word = f"installed: {places}" if places else "in use" if state.used else "-"
        print(f"{state.agent.name:<12} {state.agent.title:<12} {word}")
