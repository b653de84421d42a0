"""What is to be fixed: a finding by its fingerprint, a place, or a complaint, turned into words for a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codeassist.errors import UsageError


class Fixable(Protocol):
    """A finding, as far as a fix needs to know it."""

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
        """What is wrong."""
        ...

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding tomorrow."""
        ...


FindFindings = Callable[[Sequence[str]], Sequence[Fixable]]
"""Findings of a review: of the uncommitted changes for no path, else of whole files."""


@dataclass(frozen=True, slots=True)
class FixRequest:
    """Which files may change, and what should be different."""

    paths: tuple[str, ...]
    instruction: str


def relative(root: Path, name: str) -> str:
    """A file that was named from the current folder, relative to the root. Raises `UsageError` when there is none."""
    full = (Path.cwd() / name).resolve()
    if not full.is_file() or not full.is_relative_to(root.resolve()):
        raise UsageError(f"There is no file {name} in {root}.")
    return full.relative_to(root.resolve()).as_posix()


def request_for_place(root: Path, place: str, complaint: str, find: FindFindings) -> FixRequest:
    """The request for `FILE[:LINE]`: the complaint, or what a review finds there. Raises `UsageError` for nothing."""
    name, _, line = place.partition(":")
    try:
        path = relative(root, name)
    except UsageError as error:
        raise UsageError(f"'{place}' is neither a fingerprint of a finding nor a file in {root}.") from error
    if complaint:
        return FixRequest((path,), f"{path}{':' + line if line else ''}: {complaint}")
    for paths in ((), (str(root / path),)):
        mine = [f for f in find(paths) if f.path == path and (not line or (line.isdigit() and f.start <= int(line) <= f.end))]
        if mine:
            return FixRequest((path,), "; ".join(f"{f.path}:{f.start}: {f.message}" for f in mine[:5]))
    raise UsageError(f"Nothing is found in {place}; say what is wrong with --complaint.")


def request_for_finding(fingerprint: str, find: FindFindings) -> FixRequest:
    """The request for a finding of the uncommitted changes. Raises `UsageError` when there is none."""
    found = next((f for f in find(()) if f.fingerprint == fingerprint), None)
    if found is None:
        raise UsageError(f"The uncommitted changes have no finding {fingerprint}; see: codeassist review --json")
    return FixRequest((found.path,), f"{found.path}:{found.start}: {found.message}")
