"""`codeassist doctor`: what works here, what is missing, and the command that mends it."""

from __future__ import annotations

from typing import Any

import typer

from codeassist.cli.common import HERE, AsJson, IndexDir, Repo, load_config, print_json


def doctor(repo: Repo = HERE, index_dir: IndexDir = None, as_json: AsJson = False) -> None:
    """Check versions, extras, encoder, device and the index."""
    from codeassist.tasks.doctor.checks import examine

    root, config = load_config(repo, index__index_dir=index_dir)
    checks = examine(root, config)
    if as_json:
        listed: list[dict[str, Any]] = [{"name": c.name, "ok": c.ok, "detail": c.detail, "mend": c.mend} for c in checks]
        print_json({"schema": "codeassist.doctor/1", "checks": listed})
    else:
        marks = {True: "ok", False: "BAD", None: "-"}
        for check in checks:
            print(f"{marks[check.ok]:<4} {check.name:<24} {check.detail}" + (f"  -> {check.mend}" if check.mend else ""))
    if any(check.ok is False for check in checks):
        raise typer.Exit(1)
