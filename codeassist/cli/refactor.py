"""`codeassist refactor`: one instruction carried out across files, as a patch that was tried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Quiet, Repo, load_config
from codeassist.cli.fix import run_proposal
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, NoCache, model_flags
from codeassist.errors import UsageError


def refactor(
    instruction: Annotated[str, typer.Argument(help="What should be different.")],
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="The files that may change.")],
    write: Annotated[bool, typer.Option("--write", help="Change the files; without it the patch is only printed.")] = False,
    model: Model = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Propose a change across files: tests run before and after on a scratch copy, the public interface is compared."""
    root, config = load_config(repo, **model_flags("review", model, max_cost, max_tokens, no_cache))
    chosen = []
    for name in paths:
        full = (Path.cwd() / name).resolve()
        if not full.is_file() or not full.is_relative_to(root.resolve()):
            raise UsageError(f"There is no file {name} in {root}.")
        chosen.append(full.relative_to(root.resolve()).as_posix())
    run_proposal(root, config, instruction, chosen, write=write, as_json=as_json, quiet=quiet)
