"""`codeassist prompts list`."""

from __future__ import annotations

from codeassist.cli.options import HERE, AsJson, Repo, RepositoryOptions
from codeassist.cli.output import print_json, safe
from codeassist.cli.prompts.library_options import shown
from codeassist.printable import counted
from codeassist.prompts.cases import read_cases
from codeassist.prompts.format import read
from codeassist.prompts.library import prompts_json


def overview(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """List the effective prompts: name, version, origin and number of test cases."""
    library = RepositoryOptions(repo).open().every_prompt
    rows = [(layer.name, prompt, len(read_cases(prompt))) for layer, path in library.current() for prompt in [read(path)]]
    if as_json:
        print_json(prompts_json(rows))
        return
    for layer, prompt, cases in rows:
        print(f"{prompt.id:<22} {layer:<9} {counted(cases, 'case'):<8}  {safe(prompt.description)}")
        if layer != "built-in":
            print(f"{'':<22} {shown(prompt.path)}")
