"""`codeassist prompts list`."""

from __future__ import annotations

from codeassist.cli.common import HERE, AsJson, Repo, print_json, safe
from codeassist.cli.prompts.common import library, shown
from codeassist.prompts.cases import read_cases
from codeassist.prompts.format import read


def listing(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """List the prompts in force: name, version, where they are from, how many cases test them."""
    _, _, found = library(repo)
    rows = [(layer.name, prompt, len(read_cases(prompt))) for layer, path in found.current() for prompt in [read(path)]]
    if as_json:
        listed = [
            {
                "name": p.name,
                "version": p.version,
                "layer": layer,
                "path": str(p.path),
                "cases": n,
                "description": p.description,
            }
            for layer, p, n in rows
        ]
        print_json({"schema": "codeassist.prompts/1", "prompts": listed})
        return
    for layer, prompt, cases in rows:
        print(f"{prompt.id:<22} {layer:<9} {cases:>2} cases  {safe(prompt.description)}")
        if layer != "built-in":
            print(f"{'':<22} {shown(prompt.path)}")
