"""`codeassist fix`: a patch for one finding, or one complaint, that was tried before it is shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Quiet, Repo, load_config, note, print_json, safe
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, NoCache, model_flags, note_masked, open_session, usage_line
from codeassist.errors import UsageError

if TYPE_CHECKING:
    from codeassist.tasks.fix.propose import Proposal


def fix(
    what: Annotated[str, typer.Argument(metavar="FINDING|FILE[:LINE]", help="A fingerprint of 'review --json', or a place.")],
    complaint: Annotated[str, typer.Option("--complaint", "-c", help="What is wrong there, such as a linter's words.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Change the files; without it the patch is only printed.")] = False,
    model: Model = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Propose a patch, run formatter, parser and covering tests on a scratch copy, and only then offer it."""
    root, config = load_config(repo, **model_flags("review", model, max_cost, max_tokens, no_cache))
    path, wanted = _wanted(root, what, complaint)
    run_proposal(root, config, wanted, [path], write=write, as_json=as_json, quiet=quiet)


def _wanted(root: Path, what: str, complaint: str) -> tuple[str, str]:
    if re.fullmatch(r"[0-9a-f]{16}:\d+", what):
        found = _finding(root, what)
        return str(found["path"]), f"{found['path']}:{found['start_line']}: {found['message']}"
    name, _, line = what.partition(":")
    full = (Path.cwd() / name).resolve()
    if not full.is_file() or not full.is_relative_to(root.resolve()):
        raise UsageError(f"'{what}' is neither a fingerprint of a finding nor a file in {root}.")
    path = full.relative_to(root.resolve()).as_posix()
    if complaint:
        return path, f"{path}{':' + line if line else ''}: {complaint}"
    from codeassist.config import load
    from codeassist.tasks.review import Wanted, read_change, review

    config = load(root, {}).config.review
    places = [Wanted(paths=(str(full),))]
    if (root / ".git").exists():
        places.insert(0, Wanted())
    mine = []
    for place in places:
        said = review(root, read_change(root, place), config).every
        mine = [f for f in said if f.path == path and (not line or (line.isdigit() and f.start <= int(line) <= f.end))]
        if mine:
            break
    if not mine:
        raise UsageError(f"Nothing is found in {what}; say what is wrong with --complaint.")
    return path, "; ".join(f"{f.path}:{f.start}: {f.message}" for f in mine[:5])


def _finding(root: Path, fingerprint: str) -> dict[str, object]:
    from codeassist.config import load
    from codeassist.tasks.review import Wanted, read_change, review

    result = review(root, read_change(root, Wanted()), load(root, {}).config.review)
    found = next((f for f in result.every if f.fingerprint == fingerprint), None)
    if found is None:
        raise UsageError(f"The uncommitted changes have no finding {fingerprint}; see: codeassist review --json")
    return found.as_json()


def run_proposal(root: Path, config: object, wanted: str, paths: list[str], *, write: bool, as_json: bool, quiet: bool) -> None:
    """Ask, check, show; what `fix` and `refactor` share. Exits with 1 when nothing held."""
    import sys

    from pathspec import GitIgnoreSpec

    from codeassist.config import Config
    from codeassist.prompts import Library
    from codeassist.tasks.fix.propose import propose
    from codeassist.tasks.review.patching import inside, replace_file
    from codeassist.workspace import index_dir

    assert isinstance(config, Config)
    session = open_session(config, "review", index_dir(root, config))
    if session is None:
        raise UsageError("This is written by a model; name one with --model, such as openai:NAME or local:FOLDER.")
    private = GitIgnoreSpec.from_lines(config.privacy.never_send if session.model.remote else ())
    say = (lambda _: None) if quiet or not sys.stderr.isatty() else (lambda words: note(f"… {safe(words)}"))
    proposal = propose(root, wanted, paths, session, Library.of(root, config), never_send=private.match_file, on_step=say)
    if as_json:
        print_json(_as_json(proposal))
    elif not proposal.refused:
        print(safe(proposal.patch()), end="")
    if not quiet and not as_json:
        _tell(proposal)
        note_masked(session.ledger.masked)
        note(usage_line(session.ledger, session.model.name, None))
    if proposal.refused:
        note(f"codeassist: nothing is offered: {safe(proposal.refused)}.")
        raise typer.Exit(1)
    if write:
        for path, text in proposal.after.items():
            full = inside(root, path)
            if full.read_bytes().decode("utf-8") != proposal.before[path]:
                raise UsageError(f"{path} changed meanwhile; nothing more was written.")
            replace_file(full, text.encode("utf-8"))
            note(f"Changed {path}.")


def _tell(proposal: Proposal) -> None:
    if proposal.reason:
        note(f"why      {safe(proposal.reason)}")
    for said in proposal.checks:
        note(f"checked  {safe(said)}")
    for said in proposal.api:
        note(f"api      {safe(said)}")


def _as_json(proposal: Proposal) -> dict[str, object]:
    return {
        "schema": "codeassist.proposal/1", "reason": proposal.reason, "patch": proposal.patch(), "checks": proposal.checks,
        "api": proposal.api, "tests": proposal.tests, "refused": proposal.refused or None, "attempts": proposal.attempts,
    }  # fmt: skip
