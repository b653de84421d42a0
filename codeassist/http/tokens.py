"""Tokens: who may ask about which repositories."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import UsageError
from indexers.files.reading import read_text

SHORTEST = 16
"""The fewest characters of a token."""


@dataclass(frozen=True, slots=True)
class Access:
    """The repositories that a client may ask about; None means all of them."""

    repositories: frozenset[str] | None = None

    def permits(self, name: str) -> bool:
        """Whether a repository may be asked about."""
        return self.repositories is None or name in self.repositories


class Tokens:
    """The tokens of a server; without any, every client may ask about every repository."""

    def __init__(self, entries: Mapping[str, Access] | None = None) -> None:
        """`entries` map tokens to what they permit."""
        self._entries = {token.encode(): access for token, access in (entries or {}).items()}

    def __bool__(self) -> bool:
        """Whether a token is needed."""
        return bool(self._entries)

    def names(self) -> frozenset[str]:
        """The repositories that are named beside tokens."""
        return frozenset(name for access in self._entries.values() for name in access.repositories or ())

    def access(self, given: str) -> Access | None:
        """What a token permits, or None for an unknown one. The time that this takes does not depend on `given`."""
        if not self._entries:
            return Access()
        found = None
        for token, access in self._entries.items():
            if hmac.compare_digest(token, given.encode("utf-8", "surrogateescape")):
                found = access
        return found


def read_tokens(path: Path) -> Tokens:
    """The tokens of a file: one a line, followed by the names of its repositories, or by nothing for all of them.

    Empty lines and lines that begin with `#` are ignored. Raises `UsageError`.
    """
    try:
        lines = read_text(path).splitlines()
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not a text file in UTF-8.") from error
    return parse_tokens(lines, str(path))


def parse_tokens(lines: Iterable[str], where: str) -> Tokens:
    """The tokens of some lines; `where` is for errors. Raises `UsageError`."""
    entries: dict[str, Access] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        token, *names = line.split()
        if len(token) < SHORTEST or not token.isascii():
            raise UsageError(f"{where}:{number}: a token has at least {SHORTEST} ASCII characters.")
        if token in entries:
            raise UsageError(f"{where}:{number}: this token is there already; name all of its repositories on one line.")
        if wrong := [name for name in names if name.startswith("#")]:
            raise UsageError(f"{where}:{number}: '{wrong[0]}' is no repository; a comment has a line of its own.")
        entries[token] = Access(frozenset(names) if names else None)
    if not entries:
        raise UsageError(f"{where} has no token.")
    return Tokens(entries)
