"""`codeassist uninstall`: take codeassist out of the configuration of coding agents."""

from __future__ import annotations

from codeassist.cli.install import Agents, Preview, show_edits
from codeassist.cli.options import Output, RepositoryOptions


def uninstall(agents: Agents = None, dry_run: Preview = False, *, where: RepositoryOptions, output: Output) -> None:
    """Remove what 'codeassist install' wrote, for the named agents or all."""
    from codeassist.tasks.agents import uninstall as run

    show_edits(run(where.open().root, agents or (), dry_run=dry_run), output, dry_run=dry_run)
