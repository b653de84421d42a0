"""`codeassist doctor`: what works on this machine, what is missing, and the command that fixes it."""

from __future__ import annotations

import typer

from codeassist.cli.options import AsJson, RepositoryOptions
from codeassist.cli.output import print_json
from codeassist.errors import EXIT_GATE

_MARKS = {True: "ok", False: "BAD", None: "-"}


def doctor(*, where: RepositoryOptions, as_json: AsJson = False) -> None:
    """Check versions, extras, encoder, device and the index."""
    from codeassist.tasks.doctor import examine

    services = where.open()
    diagnosis = examine(services.root, services.config)
    if as_json:
        print_json(diagnosis.as_json())
    else:
        for check in diagnosis.checks:
            fix = f"  -> {check.fix}" if check.fix else ""
            print(f"{_MARKS[check.ok]:<4} {check.name:<24} {check.detail}{fix}")
    if not diagnosis.ok:
        raise typer.Exit(EXIT_GATE)
