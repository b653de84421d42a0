"""`fix` and `refactor`: edits that a model proposes, offered only if they pass the tests on a scratch copy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.changes.safe_write import inside, replace_file, unified
from codeassist.deadline import SILENT, Events
from codeassist.errors import AnswerError, UsageError
from codeassist.evidence.parsed_source import is_broken, syntax_tree
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from codeassist.prompts.records import Edit, Edits
from codeassist.sandbox import confinement
from codeassist.sandbox.test_runs import Suite, run_suite
from codeassist.tasks.fix.request import Fixable
from codeassist.tasks.fix.surroundings import callers, covering_tests
from indexers import Index
from indexers.files.reading import read_bytes, read_text

ReviewPatch = Callable[[str], Sequence[Fixable]]
"""Reviews a diff and returns what is wrong with it."""

ComparePatch = Callable[[str], Sequence[str]]
"""Runs the code before and after a diff and returns, in words, which calls do something else."""

ATTEMPTS = 3
MOST_FINDINGS = 5
"""Findings on a patch that are returned to the model."""

MOST_BYTES = 200_000
FORMATTER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class PatchChecks:
    """What a patch is checked with. `index` names the tests that reach the files, and the callers that the model sees.

    `tests` are run instead of those; `review` is None for no review, `compare` for not running the changed code beside the
    old one.
    """

    index: Index | None = None
    tests: Sequence[str] | None = None
    review: ReviewPatch | None = None
    compare: ComparePatch | None = None


NO_CHECKS = PatchChecks()


@dataclass(slots=True)
class PatchProposal:
    """Texts by path before and after the change, its reason and the checks made; `refused` is why there is no patch.

    `differences` are calls that do something else with the patch than before: what a fix should do, and a refactoring not.
    """

    reason: str = ""
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    tests: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    api: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    refused: str = ""
    attempts: int = 0

    def patch(self) -> str:
        """One diff with all files."""
        return "".join(unified(p, self.before.get(p, ""), text) for p, text in sorted(self.after.items()))

    def write(self, root: Path) -> list[str]:
        """Write the changed files; returns their paths. Raises `UsageError` if one has changed on disk."""
        for path in self.after:
            if read_bytes(inside(root, path)).decode("utf-8") != self.before[path]:
                raise UsageError(f"{path} has changed on disk; nothing was written.")
        for path, text in self.after.items():
            replace_file(inside(root, path), text.encode("utf-8"))
        return list(self.after)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.proposal/1`."""
        return {
            "schema": "codeassist.proposal/1",
            "reason": self.reason,
            "patch": self.patch(),
            "checks": self.checks,
            "api": self.api,
            "differences": self.differences,
            "tests": self.tests,
            "refused": self.refused or None,
            "attempts": self.attempts,
        }


def propose(
    root: Path,
    wanted: str,
    paths: Sequence[str],
    session: Session,
    library: Library,
    *,
    never_send: Callable[[str], bool],
    checks: PatchChecks = NO_CHECKS,
    events: Events = SILENT,
) -> PatchProposal:
    """Ask for edits, up to `ATTEMPTS` times, until they apply, parse, pass a review, and break no test that passed before.

    The working tree is not changed. Raises `ModelError`, and `UsageError` for files that cannot be read or must not be sent.
    """
    files = {path: _read(root, path, never_send) for path in paths}
    covering = list(checks.tests) if checks.tests is not None else covering_tests(root, paths, checks.index)
    if covering:
        events.note(confinement.layers().line)
    events.step("running the tests before the change")
    before = run_suite(root, covering) if covering else Suite(trouble="no tests cover it")
    prompt = library.find("fix")
    failure = ""
    uses = [use for use in callers(checks.index, root, paths) if not never_send(str(use["path"]))]
    proposal = PatchProposal(before=dict(files), tests=covering)
    for attempt in range(1, ATTEMPTS + 1):
        events.step("asking the model" if attempt == 1 else f"asking again: {failure[:80]}")
        inputs = {
            "wanted": wanted,
            "files": [{"path": p, "text": t} for p, t in files.items()],
            "callers": uses,
            "failure": failure[-1_500:],
        }
        try:
            messages = render(prompt, inputs)
            answer = ask_for_record(session, messages, prompt.needed_schema, Edits, asking=prompt.asking, sample=attempt)
        except AnswerError as error:
            proposal.refused = str(error)
            return proposal
        proposal.attempts, proposal.reason = attempt, answer.reason
        try:
            after = edited(files, answer.edits)
        except UsageError as error:
            failure = str(error)
            continue
        after = {p: formatted(root, p, text) for p, text in after.items() if text != files[p]}
        if not after:
            proposal.refused = "the model changed nothing"
            return proposal
        failure = _check(root, files, after, covering, before, proposal, events)
        failure = failure or _reviewed(files, after, checks.review, proposal)
        if not failure:
            return _accepted(proposal, after, checks.compare, events)
    proposal.refused = f"no proposal passed the checks in {ATTEMPTS} attempts: {failure}"
    return proposal


def _accepted(proposal: PatchProposal, after: dict[str, str], compare: ComparePatch | None, events: Events) -> PatchProposal:
    """The proposal with the texts that passed the checks, the changes of its interface and the calls that differ."""
    proposal.after, proposal.api = after, api_changes(proposal.before, after)
    if compare is not None and any(path.endswith(".py") for path in after):
        events.step("running the code before and after the patch")
        proposal.differences = list(compare(proposal.patch()))
    return proposal


def edited(files: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """Texts with the edits applied. Raises `UsageError` if an edit names another file or its text does not occur once."""
    after = dict(files)
    for edit in edits:
        path = edit.path
        if path not in after:
            raise UsageError(f"'{path}' is not among the files that may change ({', '.join(files)}).")
        ends = "\r\n" if "\r\n" in after[path] else "\n"
        old, new = (text.replace("\r\n", "\n").replace("\n", ends) for text in (edit.old, edit.new))
        count = after[path].count(old) if old else 0
        if count != 1:
            raise UsageError(f"The text to replace in {path} occurs {count} times, not once: {edit.old[:80]!r}.")
        after[path] = after[path].replace(old, new)
    return after


def _check(
    root: Path,
    files: Mapping[str, str],
    after: Mapping[str, str],
    tests: Sequence[str],
    before: Suite,
    proposal: PatchProposal,
    events: Events,
) -> str:
    """Check edits; returns why they are refused, "" if they pass. The checks made are added to the proposal."""
    proposal.checks = []
    for path, text in after.items():
        if path.endswith(".py") and syntax_tree(text) is None and syntax_tree(files[path]) is not None:
            return f"{path} can no longer be parsed"
        if not path.endswith(".py") and is_broken(path, text) and not is_broken(path, files[path]):
            return f"{path} has syntax errors it did not have"
    proposal.checks.append("it parses")
    if before.trouble:
        proposal.checks.append(f"no tests were run: {before.trouble}")
        return ""
    events.step("running the tests on a scratch copy")
    now = run_suite(root, tests, after)
    if now.trouble:
        return f"the tests no longer run: {now.trouble}"
    broken = sorted(now.failed - before.failed)
    if broken:
        return f"{len(broken)} tests that passed before fail now: {', '.join(broken[:5])}"
    fixed = len(before.failed - now.failed)
    proposal.checks.append(
        f"{now.ran} tests of {len(tests)} files pass as before" + (f", {fixed} that failed before pass now" if fixed else "")
    )
    return ""


def _reviewed(files: Mapping[str, str], after: Mapping[str, str], review: ReviewPatch | None, proposal: PatchProposal) -> str:
    """Review the edits; returns what is wrong with them, "" if nothing is."""
    if review is None:
        return ""
    found = review("".join(unified(path, files[path], text) for path, text in sorted(after.items())))
    if found:
        return "a review of the patch finds: " + "; ".join(f"{f.path}:{f.start}: {f.message}" for f in found[:MOST_FINDINGS])
    proposal.checks.append("a review finds nothing wrong with it")
    return ""


def formatted(root: Path, path: str, text: str) -> str:
    """Python code formatted by ruff, if it is installed and the project configures it; other text is returned unchanged."""
    program = Path(sys.executable).with_name("ruff" + (".exe" if sys.platform == "win32" else ""))
    configured = any((root / n).exists() for n in ("ruff.toml", ".ruff.toml")) or "[tool.ruff" in _text(root / "pyproject.toml")
    if not path.endswith(".py") or not configured or not program.exists() or "\r\n" in text:
        return text
    try:
        done = subprocess.run(
            [str(program), "format", "--no-cache", "--stdin-filename", path, "-"],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=root,
            timeout=FORMATTER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return text
    return done.stdout if done.returncode == 0 and done.stdout else text


def api_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Changes to the public interface of Python files, by griffe: breaking changes and new names."""
    import logging

    import griffe

    logging.getLogger("griffe").disabled = True
    changes = []
    for path, text in after.items():
        if not path.endswith(".py"):
            continue
        try:
            old, new = (griffe.visit(Path(path).stem, filepath=Path(path), code=t) for t in (before[path], text))
        except SyntaxError:
            continue
        changes += [f"{path}: {b.obj.path}: {b.kind.value}" for b in griffe.find_breaking_changes(old, new)]
        changes += [
            f"{path}: {n} is new"
            for n in new.members
            if n not in old.members and not n.startswith("_") and not new.members[n].is_alias
        ]
    return list(dict.fromkeys(changes))


def _read(root: Path, path: str, never_send: Callable[[str], bool]) -> str:
    if never_send(path):
        raise UsageError(f"{path} matches 'never_send' under [privacy]; it must not be sent to a remote model.")
    full = inside(root, path)
    try:
        if full.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large to send to a model ({MOST_BYTES // 1000} kB at most).")
        return read_bytes(full).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {path}: {error}.") from error


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except (OSError, UnicodeDecodeError):
        return ""
