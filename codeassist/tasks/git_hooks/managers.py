"""Programs that manage hooks themselves, and hooks that cannot be called under another path: the line to add instead."""

from __future__ import annotations

import re
from pathlib import Path

from codeassist.changes.repository import Repository
from codeassist.tasks.git_hooks.scripts import portable
from indexers.files.reading import read_text

_LOOKS_AT_ITSELF = re.compile(r"\$\{?0\b|BASH_SOURCE|__file__|__FILE__|argv\[0\]|PROGRAM_NAME|__dir__|\$MyInvocation|FindBin")
_NAME_ONLY = re.compile(r"basename\s+(?:--\s+)?\"?\$\{?0\}?\"?|\$\{0##\*/\}")
"""Uses of `$0` that only need the name of the file, which is kept."""


def advice(root: Path, folder: Path, stage: str, timeout: float, *, audit: bool = False) -> str:
    """What to do instead of installing a script, as a sentence; "" if a script can be installed."""
    path = folder / stage
    line = portable(stage, timeout, audit=audit)
    if ".husky" in folder.parts:
        return f"husky manages the hooks of this repository; add this line to .husky/{stage} and commit it: {line}"
    managed = _manager(root, path)
    if managed == "lefthook":
        entry = f"{stage}: {{commands: {{codeassist: {{run: '{line}'}}}}}}"
        return f"lefthook manages the hooks of this repository; add to lefthook.yml: {entry}"
    if managed == "overcommit":
        hook = "".join(part.title() for part in stage.split("-"))
        entry = f"{hook}: {{Codeassist: {{command: [sh, -c, '{line}']}}}}"
        return f"overcommit manages the hooks of this repository; add to .overcommit.yml: {entry}"
    if _is_shared(root, folder):
        shown = folder.relative_to(root).as_posix()
        return (
            f"core.hooksPath is {shown}, which is part of the repository, and a script of this machine must not be committed "
            f"there; add this line to {shown}/{stage} and commit it: {line}"
        )
    if _needs_its_place(path):
        return f"{path} looks at its own path, so it cannot be called from another one; add this line to it: {line}"
    return ""


def _manager(root: Path, path: Path) -> str:
    """The program that wrote a hook, if it is one that writes it again."""
    text = _text(path)
    if "call_lefthook" in text or ("lefthook" in text and any((root / f).exists() for f in ("lefthook.yml", ".lefthook.yml"))):
        return "lefthook"
    return "overcommit" if "overcommit" in text.lower() and (root / ".overcommit.yml").exists() else ""


def _is_shared(root: Path, folder: Path) -> bool:
    """Whether a hooks folder is part of the working tree: it has tracked files, or git would track new ones."""
    repository = Repository(root)
    common = repository.common_folder()
    inside = folder.resolve()
    if not inside.is_relative_to(root.resolve()) or (common is not None and inside.is_relative_to(common)):
        return False
    relative = inside.relative_to(root.resolve()).as_posix()
    code, out, _ = repository.git("ls-files", "-z", "--", relative)
    tracked = code == 0 and bool(out.strip(b"\0"))
    return tracked or repository.git("check-ignore", "-q", "--no-index", f"{relative}/pre-commit")[0] != 0


def _needs_its_place(path: Path) -> bool:
    """Whether an existing hook reads more than its own name from the path by which it is called."""
    return bool(_LOOKS_AT_ITSELF.search(_NAME_ONLY.sub("", _text(path)))) and "pre-commit.com" not in _text(path)


def _text(path: Path) -> str:
    try:
        return read_text(path, errors="replace")[:50_000] if path.is_file() else ""
    except OSError:
        return ""
