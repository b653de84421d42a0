"""`codeassist prompts case add`."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.groups import SUGGESTS, add_command
from codeassist.cli.options import HERE, AsJson, Repo, RepositoryOptions
from codeassist.cli.output import note, print_json, safe
from codeassist.cli.prompts.library_options import shown

app = typer.Typer(help="Cases of prompts.", no_args_is_help=True, suggest_commands=SUGGESTS)


def add(
    number: Annotated[int, typer.Argument(metavar="RUN", help="The number of the run in 'codeassist log'.")],
    name: Annotated[str, typer.Option("--name", help="The name of the case (default: the run and its question).")] = "",
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a case of a recorded question: it should cite these files again or, rated down, be answered otherwise."""
    from codeassist.errors import UsageError
    from codeassist.tasks.prompt_tests.from_run import add_case, prompt_name

    services = RepositoryOptions(repo).open()
    run = services.runs.get(number)
    prompt = services.every_prompt.find(prompt_name(run))
    if not prompt.path.resolve().is_relative_to(services.root.resolve()):
        raise UsageError(
            f"The prompt '{prompt.name}' is not this project's own; run 'codeassist prompts eject {prompt.name}' first."
        )
    added = add_case(run, prompt, name)
    if as_json:
        print_json(added.as_json())
        return
    print(safe(added.name))
    note(f"Added to {shown(added.path)}; edit what it expects, then run 'codeassist prompts test {prompt.name} --live'.")


add_command(app, "add", add)
