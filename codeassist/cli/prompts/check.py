"""`codeassist prompts check`."""

from __future__ import annotations

import typer

from codeassist.cli.common import HERE, AsJson, Repo, note, print_json, safe
from codeassist.cli.prompts.common import own_folder, shown


def check(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Fail when a prompt changed without a new version, is faulty, untested, unlocked or too long."""
    from codeassist.prompts.checking import check_folder

    config, folder = own_folder(repo)
    problems = check_folder(folder, config.prompts.max_tokens)
    if as_json:
        listed = [{"path": str(p.path), "line": p.line, "rule": p.rule, "message": p.message} for p in problems]
        print_json({"schema": "codeassist.prompts-check/1", "folder": str(folder), "problems": listed})
    else:
        for problem in problems:
            print(f"{shown(problem.path)}:{problem.line}: {problem.rule}: {safe(problem.message)}")
        if not problems:
            note(f"{len(list(folder.glob('*.prompty')))} prompts in {shown(folder)}: nothing to complain about.")
    if problems:
        raise typer.Exit(1)
