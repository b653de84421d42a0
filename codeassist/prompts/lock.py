"""`prompts.lock`: every published version of every prompt with the hashes of its text and inputs, and its date.

One line a version, `NAME@VERSION TEXT INPUTS DATE`, in order of name and version, so that two branches that publish different
prompts rarely conflict, and a conflict is resolved by keeping both lines. Superseded versions are in
`versions/NAME@VERSION.prompty` beside the lock, or in git's history.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from codeassist.errors import PromptError
from codeassist.prompts import partials
from codeassist.prompts.format import Prompt, is_version, parse, read
from codeassist.prompts.library import SUFFIX
from codeassist.prompts.partials import ReadPartial
from indexers.files.reading import SMALL_BYTES, read_text

LOCK, KEPT = "prompts.lock", "versions"
HEADER = (
    "# codeassist.prompts-lock/2: NAME@VERSION, SHA-256 of the text, SHA-256 of the inputs, date. Written by 'prompts lock'."
)
_FIRST = "# codeassist.prompts-lock/2"
_OLDER = "codeassist.prompts-lock/1"
_ENTRY = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)@(?P<version>\S+) (?P<content>\S+) (?P<inputs>\S+) (?P<date>\S+)")


@dataclass(frozen=True, slots=True)
class Locked:
    """One published version."""

    name: str
    version: str
    content: str
    inputs: str
    date: str


def read_lock(folder: Path) -> list[Locked]:
    """The entries of a folder's `prompts.lock`; empty when there is none. Raises `PromptError` (with the line).

    Equal lines count once, as a merge that keeps both sides leaves them. The earlier form, one JSON object, is read too.
    """
    path = folder / LOCK
    try:
        text = read_text(path, limit=SMALL_BYTES)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise _damaged(path, 1, str(error)) from error
    if text.lstrip().startswith(("{", "[")):
        return _older(path, text)
    lines = text.splitlines()
    if not lines or not lines[0].startswith(_FIRST):
        raise _damaged(path, 1, f"the first line does not start with '{_FIRST}'")
    entries: dict[tuple[str, str], Locked] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            raise _damaged(path, number, "a merge left its marks; keep the lines of both sides and delete the marks")
        match = _ENTRY.fullmatch(line.strip())
        if match is None or not is_version(match["version"]):
            raise _damaged(path, number, "the line is not NAME@VERSION with two hashes and a date")
        entry = Locked(**match.groupdict())
        if entries.setdefault((entry.name, entry.version), entry).content != entry.content:
            raise _damaged(path, number, f"{entry.name}@{entry.version} is listed with two texts")
    return list(entries.values())


def _damaged(path: Path, line: int, reason: str) -> PromptError:
    return PromptError(
        f"{path}:{line}: the lock is damaged ({reason}); fix it or run 'codeassist prompts lock --renew'.", line=line
    )


def _older(path: Path, text: str) -> list[Locked]:
    """The entries of a lock in the form before this one; `write_lock` replaces it."""
    try:
        data = json.loads(text)
        if data["schema"] != _OLDER:
            raise _damaged(path, 1, f"the schema is {data['schema']!r}, expected {_OLDER!r}")
        entries = [Locked(**entry) for entry in data["prompts"]]
        invalid = next(
            (e for e in entries if not all(isinstance(v, str) for v in asdict(e).values()) or not is_version(e.version)), None
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, 1, str(error)) from error
    if invalid is not None:
        raise _damaged(path, 1, f"{invalid.name}@{invalid.version} is not a valid version")
    return entries


def write_lock(folder: Path, entries: Sequence[Locked]) -> None:
    """Write `prompts.lock`, by name and version."""
    ordered = sorted(entries, key=lambda e: (e.name, [int(part) for part in e.version.split(".")]))
    lines = [HEADER, *(f"{e.name}@{e.version} {e.content} {e.inputs} {e.date}" for e in ordered)]
    part = folder / f"{LOCK}.part"
    try:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(folder / LOCK)
    except OSError as error:
        raise PromptError(f"Cannot write {folder / LOCK}: {error.strerror or error}.") from error


def locked(prompt: Prompt, date: str = "") -> Locked:
    """The lock entry of a prompt, dated `date` or today."""
    today = date or datetime.now(UTC).date().isoformat()
    return Locked(prompt.name, prompt.version, prompt.content_hash, prompt.inputs_hash, today)


def differs_from_shipped(prompt: Prompt, shipped: Mapping[str, str]) -> str:
    """Why a prompt may not have its version: another text is shipped as that; empty when it may.

    `shipped` maps `NAME@VERSION` to the hash of the text, for every version that was ever shipped.
    """
    if shipped.get(prompt.id, prompt.content_hash) == prompt.content_hash:
        return ""
    return f"{prompt.id} is shipped with another text; give the changed prompt a version of its own"


def update_lock(
    folder: Path, prompts: Sequence[Prompt], *, renew: bool = False, shipped: Mapping[str, str] | None = None
) -> tuple[list[Locked], list[str]]:
    """Lock every current prompt; returns (added entries, warnings about texts that could not be archived).

    Raises `PromptError` for a version that is locked, or `shipped`, with a different text: a published version never changes.
    `renew` discards a damaged lock. The text of each superseded version is copied from git's history to `versions/`.
    """
    entries = [] if renew else read_lock(folder)
    for prompt in prompts:
        if reason := differs_from_shipped(prompt, shipped or {}):
            raise PromptError(f"{prompt.path}:1: {reason}.")
    added, warnings = [], []
    for prompt in prompts:
        same = next((e for e in entries if (e.name, e.version) == (prompt.name, prompt.version)), None)
        if same is None:
            added.append(locked(prompt))
        elif same.content != prompt.content_hash:
            raise PromptError(f"{prompt.path}:1: {prompt.id} is locked with a different text; give it a new version.")
    current = {(p.name, p.version) for p in prompts}
    for old in entries:
        if (old.name, old.version) in current or (folder / KEPT / f"{old.name}@{old.version}{SUFFIX}").exists():
            continue
        text = from_history(folder / f"{old.name}{SUFFIX}", old.version)
        if text is None:
            warnings.append(f"{old.name}@{old.version} is locked, but its text is neither in {KEPT}/ nor in git's history")
            continue
        (folder / KEPT).mkdir(exist_ok=True)
        (folder / KEPT / f"{old.name}@{old.version}{SUFFIX}").write_text(text, encoding="utf-8")
    for prompt in prompts:
        _keep_uncommitted(folder, prompt)
    write_lock(folder, [*entries, *added])
    return added, warnings


def _keep_uncommitted(folder: Path, prompt: Prompt) -> None:
    """Keep a copy of a version in `versions/` until it is committed, because the file may change before."""
    copy = folder / KEPT / f"{prompt.name}@{prompt.version}{SUFFIX}"
    committed = from_history(prompt.path, prompt.version)
    if committed is None:
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(prompt.text, encoding="utf-8")
    elif copy.is_file() and read(copy).content_hash == prompt.content_hash == parse(committed, prompt.path).content_hash:
        copy.unlink()
        if not any(copy.parent.iterdir()):
            copy.parent.rmdir()


def published(folder: Path, name: str, version: str) -> Prompt | None:
    """A version of a prompt: current, archived or from git. Raises `PromptError` when its text differs from the locked one."""
    candidates = [folder / f"{name}{SUFFIX}", folder / KEPT / f"{name}@{version}{SUFFIX}"]
    prompts = [p for p in map(read, filter(Path.is_file, candidates)) if p.version == version]
    entry = next((e for e in read_lock(folder) if (e.name, e.version) == (name, version)), None)
    matches = [p for p in prompts if entry is None or p.content_hash == entry.content]
    if not matches and (text := from_history(candidates[0], version)):
        old = parse(text, candidates[0])
        prompts.append(old)
        matches = [old] if entry is None or old.content_hash == entry.content else []
    if prompts and not matches:
        raise PromptError(f"{prompts[0].path}:1: the text of {name}@{version} differs from the one locked in {LOCK}.")
    return matches[0] if matches else None


def from_history(path: Path, version: str, limit: int = 200) -> str | None:
    """The text of a prompt file at a version with its partials, from git's history; None when it is not there."""
    commits = _git(path.parent, "log", f"-n{limit}", "--format=%H", "--", path.name)
    for commit in commits.split():
        text = _git(path.parent, "show", f"{commit}:./{path.name}")
        if text:
            try:
                prompt = parse(text, path, _partials_at(path.parent, commit))
                if prompt.version == version:
                    return prompt.text
            except PromptError:
                continue  # an invalid version was never published
    return None


def _partials_at(folder: Path, commit: str) -> ReadPartial:
    """Reads partials as they were at a commit."""

    def read(name: str) -> str:
        text = _git(folder, "show", f"{commit}:./{partials.FOLDER}/{name}{partials.SUFFIX}")
        if not text:
            raise FileNotFoundError(name)
        return text

    return read


def history(path: Path, limit: int = 50) -> list[tuple[str, str, str, str]]:
    """(commit, date, version, subject) of a prompt file's commits, newest first."""
    rows = _git(path.parent, "log", f"-n{limit}", "--format=%h%x09%cs%x09%s", "--", path.name).splitlines()
    entries = []
    for row in rows:
        commit, date, subject = row.split("\t", 2)
        try:
            text = _git(path.parent, "show", f"{commit}:./{path.name}")
            version = parse(text, path, _partials_at(path.parent, commit)).version
        except PromptError:
            version = "?"
        entries.append((commit, date, version, subject))
    return entries


def _git(folder: Path, *arguments: str) -> str:
    from indexers.files.run_git import run_git

    return run_git(folder, *arguments, timeout=30).text
