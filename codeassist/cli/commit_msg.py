"""`codeassist commit-msg`: a commit message for what is staged, in the repository's own style."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import HERE, Quiet, Repo, load_config, note, safe
from codeassist.cli.model_options import MaxCost, MaxTokens, Model, NoCache, model_flags, note_masked, open_session, usage_line
from codeassist.errors import ModelError, UsageError

STYLE_COMMITS = 40


def commit_msg(
    file: Annotated[
        Path | None, typer.Argument(help="Write it here when it has no message yet (git's prepare-commit-msg).")
    ] = None,
    model: Model = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    quiet: Quiet = False,
) -> None:
    """Write a commit message for the staged changes, or for the uncommitted ones when nothing is staged."""
    from codeassist.changes.repository import Repository
    from codeassist.prompts import Library
    from codeassist.tasks.review import Wanted, read_change
    from codeassist.tasks.review.summary import Style, summarise
    from codeassist.workspace import index_dir

    root, config = load_config(repo, **model_flags("review", model, max_cost, max_tokens, no_cache))
    change = read_change(root, Wanted(staged=True))
    if not change.files:
        change = read_change(root, Wanted())
    if not change.files:
        raise UsageError("Nothing is staged and nothing changed: there is nothing to describe.")
    code, out, _ = Repository(root).git("log", f"-{STYLE_COMMITS}", "--no-merges", "--format=%s")
    style = Style.of(out.decode("utf-8", "replace").split("\n") if code == 0 else [])
    session = open_session(config, "review", index_dir(root, config))
    if session is not None and session.model.remote:
        from pathspec import GitIgnoreSpec

        private = GitIgnoreSpec.from_lines(config.privacy.never_send)
        change.files = [f for f in change.files if not private.match_file(f.path)] or change.files[:0]
    try:
        message = summarise(change, None, session, Library.of(root, config) if session else None, style).message
    except ModelError as error:
        note(f"codeassist: {error}")
        message = summarise(change, None, None, None, style).message
    if file is not None:
        text = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
        _, out, _ = Repository(root).git("config", "core.commentChar")
        mark = out.decode("utf-8", "replace").strip()
        mark = mark if len(mark) == 1 else "#"
        if any(line.strip() and not line.startswith(mark) for line in text.partition(f"{mark} ----")[0].split("\n")):
            note("There is a message already; it is left alone.")
            return
        file.write_text(f"{message}\n{text}", encoding="utf-8", errors="surrogateescape")
    else:
        print(safe(message))
    if session is not None and session.ledger.calls and not quiet:
        note_masked(session.ledger.masked)
        note(usage_line(session.ledger, session.model.name, None))
