"""`codeassist review`: findings about a change that one can act on."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeassist.cli.common import HERE, IndexDir, Quiet, Repo, load_config, note
from codeassist.cli.model_options import (
    DryRun,
    MaxCost,
    MaxTokens,
    Model,
    NoCache,
    PromptName,
    model_flags,
    note_masked,
    open_session,
    usage_line,
)
from codeassist.errors import ModelError, UsageError

if TYPE_CHECKING:
    from codeassist.config import Config
    from codeassist.models.session import Session
    from codeassist.tasks.review import Change, Review
    from codeassist.tasks.review.model_review import Reviewer
    from indexers import Index

BASELINE = ".codeassist-baseline.json"


class Format(StrEnum):
    """How findings are written."""

    TERMINAL = "terminal"
    JSON = "json"
    SARIF = "sarif"
    RDJSONL = "rdjsonl"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


def review(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Whole files or folders, as they are.")] = None,
    staged: Annotated[bool, typer.Option("--staged", help="What is staged for the next commit, and only that.")] = False,
    base: Annotated[str, typer.Option("--base", help="What differs from where this branch left REF.", metavar="REF")] = "",
    commit: Annotated[str, typer.Option("--commit", help="What one commit brought.", metavar="REV")] = "",
    span: Annotated[str, typer.Option("--range", help="What lies between two revisions.", metavar="A..B")] = "",
    diff: Annotated[str, typer.Option("--diff", help="A diff: a file, or - for standard input.", metavar="FILE")] = "",
    model: Model = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Say what the change does, where the risk lies, and what to test by hand.")
    ] = False,
    prove: Annotated[bool, typer.Option("--prove", help="Let the model write a test that shows an error, and run it.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Ask about each suggestion, and apply those you want.")] = False,
    output: Annotated[Format, typer.Option("--format", "-f", help="How findings are written.")] = Format.TERMINAL,
    as_json: Annotated[bool, typer.Option("--json", help="As --format json.")] = False,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Exit with 1 from this severity: error, warning, note or never.")
    ] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="quiet, normal or strict.")] = None,
    most: Annotated[int | None, typer.Option("--max-findings", min=0, help="How many findings at most; 0: all.")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="Findings in this file are known.")] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write the findings of now to the baseline.")
    ] = False,
    since_last: Annotated[bool, typer.Option("--since-last", help="Only what the last review here did not say.")] = False,
    coverage: Annotated[Path | None, typer.Option("--coverage", help="A coverage file: changed lines no test runs.")] = None,
    timeout: Annotated[float | None, typer.Option("--timeout", min=0.1, help="Seconds after which it is cut short.")] = None,
    dry_run: DryRun = False,
    prompt: PromptName = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    no_cache: NoCache = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    quiet: Quiet = False,
) -> None:
    """Review a change: the uncommitted one, or the one that is named. Nothing is written unless --apply is answered yes."""
    started = time.monotonic()
    flags = model_flags("review", model, max_cost, max_tokens, no_cache)
    root, config = load_config(
        repo, review__fail_on=fail_on, review__profile=profile, review__max_findings=most, review__timeout=timeout,
        index__index_dir=index_dir, **flags,
    )  # fmt: skip
    from codeassist.tasks.review import Wanted, read_change
    from codeassist.tasks.review import review as run_review

    wanted = Wanted(staged, base, commit, span, _diff(diff), tuple(str(Path.cwd() / p) for p in paths or ()))
    change = read_change(root, wanted)
    if not change.files:
        _nothing(change, Format.JSON if as_json else output, quiet)
        return
    folder, known_file = (
        _folder(root, config),
        Path.cwd() / baseline if baseline else (root / config.review.baseline if config.review.baseline else None),
    )
    known = _known(root, known_file, folder, update_baseline=update_baseline, since_last=since_last)
    if update_baseline:
        config = _with(config, max_findings=0)
    session = open_session(config, "review", folder, dry=dry_run)
    with index_of(root, config, change) as (index, stale):
        change.notes += stale
        reviewer = _reviewer(session, root, config, prompt, started, prove=prove, dry=dry_run, quiet=quiet)
        if dry_run:
            _dry_run(root, change, config, index, reviewer)
            return
        error: ModelError | None = None
        how: dict[str, Any] = {"known": known, "coverage": _coverage(root, coverage), "until": started + config.review.timeout}
        try:
            result = run_review(root, change, config.review, index, reviewer=reviewer, **how)
        except ModelError as failed:
            error, result = failed, run_review(root, change, config.review, index, **how)
    if update_baseline:
        _update(root, known_file, change, result)
        return
    _remember(root, result)
    _write(result, change, Format.JSON if as_json else output, quiet=quiet)
    if summary:
        _summary(change, result, reviewer, config)
    if error is not None:
        note(f"codeassist: {error}")
    if session is not None and session.ledger.calls and not quiet:
        note_masked(session.ledger.masked)
        note(usage_line(session.ledger, session.model.name, None))
    if apply:
        _apply(root, change, result)
    if (code := exit_code(result, config, error)) != 0:
        raise typer.Exit(code)


def _diff(named: str) -> str:
    if not named:
        return ""
    try:
        raw = sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {named}: {error.strerror or error}.") from error
    if not raw.strip():
        note("Nothing to review: the diff is empty.")
        raise typer.Exit(0)
    return raw.decode("utf-8", "surrogateescape")


def _nothing(change: Change, output: Format, quiet: bool) -> None:
    from codeassist.tasks.review import Review
    from codeassist.tasks.review.formats import FORMATS

    if output is not Format.TERMINAL:
        print(FORMATS[output.value](Review(change.title)))
    elif not quiet:
        note(f"Nothing to review: {change.title} hold no file.")


def _folder(root: Path, config: Config) -> Path:
    from codeassist.workspace import index_dir

    return index_dir(root, config)


def _with(config: Config, **changed: Any) -> Config:
    import msgspec

    return msgspec.structs.replace(config, review=msgspec.structs.replace(config.review, **changed))


@contextmanager
def index_of(root: Path, config: Config, change: Change) -> Iterator[tuple[Index | None, list[str]]]:
    """The index when there is one, with the files of the change brought up to date; a review never makes one."""
    from codeassist import workspace
    from indexers import IndexerError

    try:
        if change.in_work_tree:
            index, freshness = workspace.open_fresh(root, config, refresh=workspace.index_exists(root, config))
            stale = [f"the index is stale: {freshness.note}"] if freshness.stale else []
        else:
            index, stale = workspace.open_index(root, config), []
    except IndexerError:
        yield None, []
        return
    from indexers.stores.catalog import guarded

    with index, guarded(index.folder):
        yield index, stale


def _known(root: Path, baseline: Path | None, folder: Path, *, update_baseline: bool, since_last: bool) -> set[str]:
    from codeassist.tasks.review.suppression import read_baseline

    known: set[str] = set()
    if baseline is not None and not update_baseline:
        known |= read_baseline(baseline)
    if since_last:
        try:
            known |= set(json.loads(_last(root).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            note("There is no earlier review here; everything is new.")
    return known


def _update(root: Path, baseline: Path | None, change: Change, result: Review) -> None:
    from codeassist.tasks.review.suppression import write_baseline

    if result.cut_short or result.unread:
        raise UsageError(
            f"The review is not complete ({', '.join([*result.cut_short, *result.unread])}); the baseline stays as it is."
        )
    path = baseline or root / BASELINE
    count = write_baseline(root, path, result.every, {f.path for f in change.files})
    note(f"{count} findings are known now: {path}.")


def _last(root: Path) -> Path:
    """Where the fingerprints of the last review of a repository are kept: in the user's own cache."""
    import hashlib

    from platformdirs import user_cache_dir

    key = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(user_cache_dir("codeassist", appauthor=False)) / "reviews" / f"{key}.json"


def _remember(root: Path, result: Review) -> None:
    """For --since-last; a folder that cannot be written to is no reason to fail."""
    path = _last(root)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(sorted(result.marks)), encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _coverage(root: Path, file: Path | None) -> dict[str, frozenset[int]]:
    if file is None:
        return {}
    from codeassist.evidence.coverage_files import missing_lines

    return missing_lines(root, file)


def _reviewer(
    session: Session | None,
    root: Path,
    config: Config,
    prompt: str | None,
    started: float,
    *,
    prove: bool,
    dry: bool,
    quiet: bool,
) -> Reviewer | None:
    if session is None:
        return None
    from pathspec import GitIgnoreSpec

    from codeassist.cli.common import safe
    from codeassist.prompts import Library
    from codeassist.tasks.review.model_review import Reviewer
    from codeassist.tasks.review.proving import prove as prove_it

    private = GitIgnoreSpec.from_lines(config.privacy.never_send if session.model.remote else ())
    library = Library.of(root, config)
    auditor = session
    if config.review.auditor and not dry:
        import msgspec

        tasks = msgspec.structs.replace(
            config.tasks, review=msgspec.structs.replace(config.tasks.review, model=config.review.auditor)
        )
        auditor = (
            open_session(msgspec.structs.replace(config, tasks=tasks), "review", _folder(root, config), ledger=session.ledger)
            or session
        )
    return Reviewer(
        session, library, auditor, prompt or config.tasks.review.prompt, private.match_file,
        started + config.review.timeout * 15,
        (lambda finding, facts: prove_it(finding, facts, session, library)) if prove else None,
        silent if quiet or not sys.stderr.isatty() else (lambda words: note(f"… {safe(words)}")),
    )  # fmt: skip


def _dry_run(root: Path, change: Change, config: Config, index: Index | None, reviewer: Reviewer | None) -> None:
    from codeassist.cli.common import safe
    from codeassist.tasks.review.analysers import Facts
    from codeassist.tasks.review.model_review import first_messages

    if reviewer is None:
        print("No model is configured: nothing would be sent.")
        return
    messages, prompt = first_messages(Facts(root, change, config.review, index), (), reviewer)
    for message in messages:
        print(f"--- {message.role}")
        print(safe(message.content))
    print("--- nothing was sent; this is what would be first:")
    print(
        f"to      {safe(reviewer.session.model.name)}\nprompt  {prompt}\ntokens  about {reviewer.session.estimate(messages):,}"
    )


def _write(result: Review, change: Change, output: Format, *, quiet: bool) -> None:
    if output is Format.TERMINAL:
        from codeassist.cli.findings import show_review

        show_review(result, change, quiet=quiet)
        return
    from codeassist.tasks.review.formats import FORMATS

    if text := FORMATS[output.value](result):
        print(text)
    for said in result.unread:
        note(f"Not looked at: {said}.")
    if result.cut_short:
        note(f"The review was cut short: {', '.join(result.cut_short)} did not finish in time.")


def _summary(change: Change, result: Review, reviewer: Reviewer | None, config: Config) -> None:
    from codeassist.cli.findings import show_summary
    from codeassist.tasks.review.summary import summarise

    show_summary(summarise(change, result, reviewer.session if reviewer else None, reviewer.library if reviewer else None))


def _apply(root: Path, change: Change, result: Review) -> None:
    from codeassist.cli.findings import ask_and_apply

    ask_and_apply(root, change, result)


def silent(_: str) -> None:
    """Say nothing."""


def exit_code(result: Review, config: Config, error: ModelError | None) -> int:
    """1 when a finding is as bad as `fail_on`, 3 when the model failed."""
    from codeassist.tasks.review import Severity

    if error is not None:
        return error.exit_code
    worst = result.worst()
    gate = config.review.fail_on
    return int(gate != "never" and worst is not None and worst.weight >= Severity(gate).weight)
