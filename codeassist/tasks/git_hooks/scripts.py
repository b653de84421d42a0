"""The scripts that are installed as hooks, of this version and earlier ones."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from indexers.files.reading import read_text

STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg", "post-checkout", "post-merge")
VERSION = 2
KEPT = "before-codeassist"
"""The folder beside the hooks in which an existing hook keeps its name; ours calls it first."""

KEPT_BY_VERSION_1 = ".before-codeassist"
"""The suffix that version 1 gave to an existing hook."""

COMMANDS = {
    "pre-commit": "hook run pre-commit --timeout {timeout}{audit}",
    "pre-merge-commit": "hook run pre-commit --timeout {timeout}{audit}",
    "pre-push": "hook run pre-push --timeout {timeout}",
    "prepare-commit-msg": 'hook run prepare-commit-msg "$1" "$2"',
    "post-checkout": 'hook run index "$3"',
    "post-merge": "hook run index",
}
STANDARD_INPUT = frozenset({"pre-push"})
_OPTIONS = re.compile(r"\bhook run [\w-]+ --timeout (\d+(?:\.\d+)?)( --audit)?(?=\s|$)")
_MARK = re.compile(r"# codeassist hook, version (\d+):")


def version_of(path: Path) -> int:
    """The version of our script in a file; 0 for another file, a link or none."""
    if path.is_symlink():
        return 0
    try:
        match = _MARK.search(read_text(path, errors="replace")[:400])
    except OSError:
        return 0
    return int(match[1]) if match else 0


def script(stage: str, timeout: float, version: int = VERSION, *, audit: bool = False) -> str:
    """A POSIX shell script (git on Windows includes a shell) that calls the earlier hook, then codeassist.

    With `audit` it also tries the tests of the change. If this interpreter no longer exists, the script prints a warning and
    succeeds: a removed tool must not stop a commit.
    """
    python = Path(sys.executable).as_posix()
    command = COMMANDS[stage].format(timeout=f"{timeout:g}", audit=" --audit" if audit else "")
    kept = f"{KEPT}/{stage}" if version > 1 else f"{stage}{KEPT_BY_VERSION_1}"
    chained = f'before="$(dirname "$0")/{kept}"'
    read_input = 'input="$(cat)"\n' if stage in STANDARD_INPUT else ""
    piped = 'printf "%s\\n" "$input" | ' if stage in STANDARD_INPUT else ""
    return (
        f"#!/bin/sh\n# codeassist hook, version {version}: 'codeassist hook uninstall' takes it out\n{chained}\n{read_input}"
        f'if [ -x "$before" ]; then {piped}"$before" "$@" || exit $?; fi\n'
        f"python={shlex.quote(python)}\n"
        'if ! [ -x "$python" ]; then\n'
        '  echo "codeassist: $python is gone; the hook was skipped (codeassist hook uninstall)" >&2; exit 0\nfi\n'
        f'{piped}"$python" -P -m codeassist {command}\ncode=$?\n'
        'if [ "$code" -gt 1 ]; then echo "codeassist: the hook could not run (exit $code); git goes on" >&2; exit 0; fi\n'
        'exit "$code"\n'
    )


def portable(stage: str, timeout: float, *, audit: bool = False) -> str:
    """A line for a hook that is committed, without paths of this machine; it does nothing where codeassist is missing."""
    command = COMMANDS[stage].format(timeout=f"{timeout:g}", audit=" --audit" if audit else "")
    return f"! command -v codeassist >/dev/null || codeassist {command} || [ $? -gt 1 ]"


def options_of(path: Path) -> tuple[float | None, bool]:
    """(time limit in seconds, whether the tests of a change are tried) of a hook that runs codeassist; None: no limit."""
    try:
        text = read_text(path, errors="replace")
    except OSError:
        return None, False
    found = _OPTIONS.search(text)
    return (float(found[1]), bool(found[2])) if found else (None, False)


def is_edited(path: Path, stage: str) -> bool:
    """Whether our script in a file was edited; the interpreter, the time limit and the audit may differ."""
    text = read_text(path, errors="replace")
    timeout, audit = options_of(path)
    original = script(stage, 20.0 if timeout is None else timeout, version_of(path), audit=audit)
    comparable = [re.sub(r"^python=.*", "python=", t, flags=re.MULTILINE) for t in (text, original)]
    return comparable[0] != comparable[1]
