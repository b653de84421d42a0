"""`codeassist prompts check`."""

from __future__ import annotations

import typer

from codeassist.cli.options import HERE, AsJson, Repo, RepositoryOptions
from codeassist.cli.output import note, print_json, safe
from codeassist.cli.prompts.library_options import shown


def check(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Exit with 1 when a prompt is invalid, untested, unlocked, too long, or changed without a new version."""
    from codeassist.prompts.checking import check_folder, problems_json
    from codeassist.prompts.library import built_in, shipped_versions

    services = RepositoryOptions(repo).open()
    folder = services.every_prompt.layers[0].folder
    shipped = {} if folder.resolve() == built_in().resolve() else shipped_versions()
    problems = check_folder(folder, services.config.prompts.max_tokens, shipped)
    if as_json:
        print_json(problems_json(folder, problems))
    else:
        for problem in problems:
            print(f"{shown(problem.path)}:{problem.line}: {problem.rule}: {safe(problem.message)}")
        if not problems:
            note(f"{len(list(folder.glob('*.prompty')))} prompts in {shown(folder)}: no problems.")
    if problems:
        raise typer.Exit(1)
