"""Unified diffs, parsed with unidiff: their files and hunks, and the text of each side."""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterator

from codeassist.changes.change import ChangedFile, Hunk
from codeassist.errors import UsageError

_LINK = re.compile(r"^(?:index .* 120000|(?:new file|deleted file|new) mode 120000)", re.MULTILINE)
_SUBMODULE = re.compile(r"^(?:index|new file mode|deleted file mode).*160000", re.MULTILINE)


def parse(raw: bytes) -> Iterator[ChangedFile]:
    """The files of a unified diff, as git and other tools write it. Raises `UsageError` for a malformed diff."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    text = raw.decode("utf-8", "surrogateescape").replace("\0", "�")
    try:
        patches = PatchSet(text)
    except (UnidiffParseError, ValueError, IndexError) as error:
        raise UsageError(f"The diff cannot be read: {str(error)[:200]}.") from error
    for patch in patches:
        source, target = _unquoted(patch.source_file), _unquoted(patch.target_file)
        old_path = "" if source == "/dev/null" else _bare(source, "a/", "i/", "c/", "o/")
        new_path = "" if target == "/dev/null" else _bare(target, "b/", "w/", "i/", "c/")
        info = "".join(str(line) for line in (patch.patch_info or ()))
        kind = "added" if not old_path else "deleted" if not new_path else "modified"
        if patch.is_rename and "copy from" not in info:
            kind = "renamed"
        if _LINK.search(info):
            kind = "link"
        elif "Subproject commit" in str(patch) and _SUBMODULE.search(info):
            kind = "submodule"
        elif patch.is_binary_file:
            kind = "binary"
        elif not len(patch) and kind == "modified" and "old mode" in info:
            kind = "mode"
        yield ChangedFile(new_path or old_path, old_path or new_path, kind, [_hunk(h) for h in patch])


def _hunk(parsed: object) -> Hunk:
    hunk = Hunk(parsed.source_start, parsed.source_length, parsed.target_start, parsed.target_length)  # type: ignore[attr-defined]
    for line in parsed:  # type: ignore[attr-defined]
        value = line.value.rstrip("\n").removesuffix("\r").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if line.is_added:
            hunk.added[line.target_line_no] = value
        elif line.is_removed:
            hunk.removed[line.source_line_no] = value
    hunk.text = str(parsed).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return hunk


def _unquoted(path: str) -> str:
    """A path with git's quoting and escapes removed."""
    path = path.rstrip("\t\r")
    if len(path) > 1 and path[0] == path[-1] == '"':
        try:
            decoded = codecs.escape_decode(path[1:-1].encode("utf-8", "surrogateescape"))[0]
        except ValueError as error:
            raise UsageError(f"The diff cannot be read: {path} is not a valid quoted path.") from error
        return bytes(decoded).decode("utf-8", "surrogateescape")
    return path


def _bare(path: str, *prefixes: str) -> str:
    return next((path[len(p) :] for p in prefixes if path.startswith(p)), path)


def compared(old: str, new: str) -> Hunk:
    """The differences between two texts as one hunk."""
    a, b = (t.replace("\r\n", "\n").split("\n") for t in (old, new))
    hunk = Hunk(1, len(a), 1, len(b))
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            hunk.removed |= {n + 1: a[n] for n in range(i, j)}
            hunk.added |= {n + 1: b[n] for n in range(k, m)}
    return hunk


def all_added(text: str) -> Hunk:
    """A hunk that adds every line of a text."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return Hunk(0, 0, 1, len(lines), {}, dict(enumerate(lines, 1)))


def joined(file: ChangedFile) -> str:
    """The text of a new file, made of its added lines."""
    return "\n".join(text for _, text in sorted(file.added.items())) + "\n"


def sparse(file: ChangedFile) -> str:
    """A text with the added lines at their line numbers and all other lines empty."""
    last = max(file.added, default=0)
    return "\n".join(file.added.get(n, "") for n in range(1, last + 1)) + "\n"


def _sides(hunk: Hunk, *, new: bool) -> list[str]:
    """The lines of one side of a hunk, context included."""
    markers = " +" if new else " -"
    return [line[1:].rstrip("\r") for line in hunk.text.split("\n")[1:] if line[:1] in markers and line]


def fits(file: ChangedFile, text: str, *, new: bool) -> bool:
    """Whether a text matches the new (or old) side of every hunk of a file."""
    lines = text.replace("\r\n", "\n").split("\n")
    for hunk in file.hunks:
        start = hunk.new_start if new else hunk.old_start
        expected = _sides(hunk, new=new)
        if lines[max(0, start - 1) : max(0, start - 1) + len(expected)] != expected:
            return False
    return True


def _swapped(file: ChangedFile, text: str, *, new: bool) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    for hunk in sorted(file.hunks, key=lambda h: -h.new_start):
        start = max(0, (hunk.new_start if new else hunk.old_start) - 1)
        lines[start : start + len(_sides(hunk, new=new))] = _sides(hunk, new=not new)
    return "\n".join(lines)


def reverted(file: ChangedFile, text: str) -> str:
    """The text with the file's hunks reverted."""
    return _swapped(file, text, new=True)


def applied(file: ChangedFile, text: str) -> str:
    """The text with the file's hunks applied."""
    return _swapped(file, text, new=False)
