"""What to fix: a finding by its fingerprint, a place or a complaint, turned into an instruction for a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codeassist.errors import UsageError


class Fixable(Protocol):
    """The parts of a review finding that a fix needs."""

    @property
    def path(self) -> str:
        """The file it is about."""
        ...

    @property
    def start(self) -> int:
        """Its first line."""
        ...

    @property
    def end(self) -> int:
        """Its last line."""
        ...

    @property
    def message(self) -> str:
        """The description of the problem."""
        ...

    @property
    def fingerprint(self) -> str:
        """Identifies the finding across reviews."""
        ...


FindFindings = Callable[[Sequence[str]], Sequence[Fixable]]
"""Reviews whole files, or the uncommitted changes if no paths are given, and returns the findings."""


@dataclass(frozen=True, slots=True)
class FixRequest:
    """The files that may change, and the instruction for the model."""

    paths: tuple[str, ...]
    instruction: str


def relative(root: Path, name: str) -> str:
    """The path of a file relative to `root`; `name` is relative to the current folder. Raises `UsageError` if it is missing."""
    full = (Path.cwd() / name).resolve()
    if full.is_dir():
        raise UsageError(f"{name} is a folder; name files.")
    if not full.is_file() or not full.is_relative_to(root.resolve()):
        raise UsageError(f"There is no file {name} in {root}.")
    return full.relative_to(root.resolve()).as_posix()


def request_for_place(root: Path, place: str, complaint: str, find: FindFindings) -> FixRequest:
    """The request for `FILE[:LINE]`: the complaint, or the review findings there. Raises `UsageError` if there are none."""
    name, _, line = place.partition(":")
    try:
        path = relative(root, name)
    except UsageError as error:
        raise UsageError(
            f"'{place}' is neither a fingerprint of a finding ('review --json' has them) nor a file in {root}."
        ) from error
    if complaint:
        return FixRequest((path,), f"{path}{':' + line if line else ''}: {complaint}")
    for paths in ((), (str(root / path),)):
        matches = [
            f
            for f in find(paths)
            if f.path == path and (not line or (re.fullmatch(r"[0-9]{1,9}", line) and f.start <= int(line) <= f.end))
        ]
        if matches:
            return FixRequest((path,), "; ".join(f"{f.path}:{f.start}: {f.message}" for f in matches[:5]))
    raise UsageError(f"There are no findings in {place}; describe the problem with --complaint.")


def request_for_finding(fingerprint: str, known: Sequence[Fixable], find: FindFindings) -> FixRequest:
    """The request for a finding that the last reviews reported (`known`), or of the uncommitted changes.

    Raises `UsageError` if there is no such finding.
    """
    matching = (f for source in (known, None) for f in (source if source is not None else find(())))
    finding = next((f for f in matching if f.fingerprint == fingerprint), None)
    if finding is None:
        message = f"Neither the last reviews nor the uncommitted changes have a finding {fingerprint}"
        raise UsageError(f"{message}; see: codeassist review --json")
    return FixRequest((finding.path,), f"{finding.path}:{finding.start}: {finding.message}")
