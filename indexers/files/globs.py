"""Patterns in `.gitignore` syntax, matched in time linear in the path for each part of a pattern.

Patterns come from repositories that are not trusted. A usual translation to regular expressions backtracks: seven stars take
minutes on a long name. Here every `*` and `**` is an atomic group that takes the first place where the rest of its part
fits, which loses no match: what follows is either fixed in length or may begin at any later place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST_PATTERNS = 20_000
"""The most patterns of one matcher: each is tried on each file."""

_REST = "(?:(?P<folder>/)|\\Z)"
_SKIP = "(?:[^/]+/)*?"
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class GlobSpec:
    """Patterns of which the last that matches decides, as in a `.gitignore` file; `!` negates one.

    A pattern that matches the file itself takes precedence over one that matches a folder around it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Compile the patterns. Invalid ones are left out, as git does; raises `ValueError` when there are too many."""
        compiled = [rule for line in dict.fromkeys(reversed(list(lines))) if (rule := _compiled(line)) is not None]
        if len(compiled) > MOST_PATTERNS:
            raise ValueError(f"{len(compiled)} patterns, at most {MOST_PATTERNS} are possible")
        self._last_first = compiled

    def __len__(self) -> int:
        """The number of patterns."""
        return len(self._last_first)

    def decision(self, path: str) -> bool | None:
        """Whether the deciding pattern matches (True) or negates (False) a relative path with `/`; None without a match.

        The path of a folder ends with `/`.
        """
        by_folder: bool | None = None
        for expression, matches in self._last_first:
            found = expression.match(path)
            if found is None:
                continue
            if found.lastgroup != "folder":
                return matches
            if by_folder is None:
                by_folder = matches
        return by_folder

    def match_file(self, path: str) -> bool:
        """Whether the deciding pattern matches a path."""
        return bool(self.decision(path))


def make_spec(globs: Sequence[str]) -> GlobSpec | None:
    """A matcher for globs in `.gitignore` syntax, or None without globs. Invalid globs are ignored, as git does."""
    return GlobSpec(globs) if globs else None


def is_glob(glob: str) -> bool:
    """Whether a line is a valid pattern in `.gitignore` syntax (comments and blank lines are)."""
    try:
        _expression(glob)
    except ValueError:
        return False
    return True


def ignore_lines(text: str) -> list[str]:
    """The lines of an ignore file as git reads it: separated by newlines only, without a byte order mark."""
    return [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]


def _compiled(line: str) -> tuple[re.Pattern[str], bool] | None:
    try:
        found = _expression(line)
        return None if found is None else (re.compile(found[0], re.DOTALL), found[1])
    except (ValueError, OverflowError, RecursionError):
        return None


def _expression(line: str) -> tuple[str, bool] | None:
    """(regular expression, whether it ignores) of a line; None for a comment. Raises `ValueError` for an invalid line."""
    text = _without_trailing_spaces(line)
    if not text or text.startswith("#") or text == "/":
        return None
    ignores = not text.startswith("!")
    segments = text[not ignores :].split("/")
    only_folders = not segments[-1]
    if not segments[0]:
        del segments[0]  # a leading slash ties the pattern to the root
    elif len(segments) == 1 or (len(segments) == 2 and only_folders):
        segments.insert(0, "**")  # a name alone matches at any depth
    if not segments:
        raise ValueError(f"'{line}' is not a pattern")
    if only_folders:
        segments[-1] = "**"
    segments = [s for i, s in enumerate(segments) if s != "**" or i == 0 or segments[i - 1] != "**"]
    return _joined(segments, only_folders=only_folders), ignores


def _joined(segments: list[str], *, only_folders: bool) -> str:
    """The expression of normalised segments, in which no two `**` follow each other."""
    below = "(?P<folder>/)" if only_folders else "/"
    if segments in (["**"], ["**", "*"], ["**", "*", "**"]):
        if only_folders:
            return f"[^/]*{below}"
        return "[^/]*/" if segments[-1] == "**" and len(segments) == 3 else "."
    if segments[-1] == "**":
        end = below
        segments = segments[:-1]
    else:
        end = ""
    anchored = segments[0] != "**"
    groups = _groups(segments)
    start = "" if anchored else _SKIP
    *firsts, last = [group if i == 0 else f"/{_SKIP}{group}" for i, group in enumerate(groups)]
    firsts = [f"(?>{group})" for group in ([start + firsts[0], *firsts[1:]] if firsts else [])]
    last = last if firsts else start + last
    prefix = "".join(firsts)
    if end:
        return f"{prefix}{last}{end}"
    # A match of the whole path is preferred to one of a folder around it, and may be at a later place.
    return f"{prefix}(?:{last}\\Z|{last}{_REST})"


def _groups(segments: list[str]) -> list[str]:
    """The expressions of the runs of segments between `**`."""
    groups: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            groups.append([])
        else:
            groups[-1].append(_segment(segment))
    return ["/".join(group) for group in groups if group]


def _segment(text: str) -> str:
    """The expression of one segment, which extends to the next slash or the end."""
    pieces: list[list[str]] = [[]]
    position = 0
    while position < len(text):
        char = text[position]
        position += 1
        if char == "*":
            pieces.append([])
        elif char == "?":
            pieces[-1].append("[^/]")
        elif char == "[":
            expression, position = _bracket(text, position)
            pieces[-1].append(expression)
        elif char == "\\":
            if position == len(text):
                raise ValueError(f"'{text}' ends with a backslash")
            pieces[-1].append(re.escape(text[position]))
            position += 1
        else:
            pieces[-1].append(re.escape(char))
    first, *rest = ["".join(piece) for piece in pieces]
    if not rest:
        return f"{first}(?=/|\\Z)"
    if not any((first, *rest)):
        return "[^/]+(?=/|\\Z)"
    *middle, last = rest
    stars = "".join(f"(?>[^/]*?{piece})" for piece in middle if piece)
    return f"(?>{first}{stars}[^/]*{last}(?=/|\\Z))"


def _bracket(text: str, position: int) -> tuple[str, int]:
    """(expression, position after it) of a bracket expression whose `[` precedes `position`."""
    start = position
    negated = text[position : position + 1] in ("!", "^")
    position += negated
    items: list[str] = []
    first = True
    while first or text[position : position + 1] != "]":
        first = False
        if text.startswith("[:", position) and (end := text.find(":]", position + 2)) >= 0:
            name = text[position + 2 : end]
            if name not in _CLASSES:
                raise ValueError(f"'[:{name}:]' is not a class of characters")
            items.append(_CLASSES[name])
            position = end + 2
            continue
        low, position = _member(text, position, start)
        if text[position : position + 1] == "-" and text[position + 1 : position + 2] not in ("", "]"):
            high, position = _member(text, position + 1, start)
            # git compares the first character before it looks for a range, so a reversed range matches that alone
            items.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low))
        else:
            items.append(re.escape(low))
    return f"(?!/)[{'^' if negated else ''}{''.join(items)}]", position + 1


def _member(text: str, position: int, start: int) -> tuple[str, int]:
    """(character, position after it) of one member of a bracket expression; a backslash makes the next one literal."""
    position += text[position : position + 1] == "\\"
    if position >= len(text):
        raise ValueError(f"'[{text[start:]}' has no end")
    return text[position], position + 1


def _without_trailing_spaces(line: str) -> str:
    """The line without trailing spaces, except one that a backslash precedes."""
    text = line.rstrip(" \t\r\n")
    backslashes = len(text) - len(text.rstrip("\\"))
    return text + line[len(text)] if backslashes % 2 and len(text) < len(line) else text
