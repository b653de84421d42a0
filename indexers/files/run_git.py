"""Run git on a repository that is not trusted: nothing that its configuration names is run, fetched or written.

This is the only place that starts git. What a repository configures is overridden for each call: programs (fsmonitor,
filters, external diff, textconv, hooks, credential helpers, signature checks), the network (every transport is refused, so a
partial clone fetches nothing), embedded bare repositories, submodules, a working tree elsewhere, replaced objects, and
settings that change the form of the output.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

from indexers.files.blocking import blocking_file

OVERRIDES = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.askPass": "",
    "core.gitProxy": "",
    "core.sshCommand": "false",
    "core.alternateRefsCommand": "",
    "core.quotePath": "false",
    "credential.helper": "",
    "diff.external": "",
    "diff.orderFile": os.devnull,
    "diff.relative": "false",
    "diff.submodule": "short",  # the other forms run git in the submodule, where its configuration counts
    "color.ui": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "gpg.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "grep.column": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
"""Settings of a repository that are overridden in every call: those that run programs, and those that change the output."""

ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport has this name: also git before 2.45 then fetches nothing
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",  # `Problem` is read from messages
}

_FLAGS = {
    "diff": ("--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"),
    "diff-index": ("--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"),
    "diff-files": ("--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"),
    "diff-tree": ("--no-ext-diff", "--no-textconv"),
    "log": ("--no-ext-diff", "--no-textconv"),
    "show": ("--no-ext-diff", "--no-textconv"),
    "grep": ("--no-textconv", "--no-recurse-submodules"),
    "status": ("--ignore-submodules=dirty",),
}
"""Options added to a subcommand; a status of submodules would run what their own configuration names."""

_OBJECTS_ONLY = frozenset({"cat-file", "config", "diff-tree", "log", "merge-base", "rev-list", "rev-parse", "show"})
"""Subcommands that read no file of the working tree, and so neither run filters nor depend on where it is."""

PATIENCE = 3.0
"""After this many seconds the reason is looked for why git takes long."""


class Problem(Enum):
    """Why a call failed."""

    NONE = "none"
    NO_PROGRAM = "git is not installed"
    TIMEOUT = "git took too long"
    REFUSED = "the repository's configuration is refused"
    NO_REPOSITORY = "not a git repository"
    DUBIOUS_OWNERSHIP = "the repository belongs to another user"
    NOT_FETCHED = "an object of a partial clone is not on this machine"
    OTHER = "git failed"


@dataclass(frozen=True, slots=True)
class GitOutput:
    """The exit code (-1 when git did not run to its end), standard output, git's own message, and the kind of failure."""

    code: int
    out: bytes = b""
    message: str = ""
    problem: Problem = Problem.NONE

    @property
    def ok(self) -> bool:
        """Whether git succeeded."""
        return self.code == 0

    @property
    def text(self) -> str:
        """The output as text; the empty string when git failed."""
        return self.out.decode("utf-8", "replace") if self.ok else ""

    @property
    def paths(self) -> list[str]:
        """The names of an output that NUL separates (`-z`); empty when git failed."""
        return [os.fsdecode(name) for name in self.out.split(b"\0") if name] if self.ok else []


def run_git(
    folder: Path,
    *arguments: str,
    stdin: bytes | None = None,
    timeout: float = 60.0,
    index_file: Path | None = None,
    located: Mapping[str, str] | None = None,
) -> GitOutput:
    """Run `git ARGUMENTS` in `folder`; `timeout` is in seconds, `index_file` replaces the repository's index.

    `located` are the variables GIT_DIR and GIT_WORK_TREE of a repository that the user keeps apart from its files. Never
    raises: see `GitOutput.problem`. The first argument is the subcommand.
    """
    where = dict(located or {})
    extra = where | ({"GIT_INDEX_FILE": os.fspath(index_file)} if index_file is not None else {})
    if _in_embedded_repository(folder):
        return GitOutput(-1, message=f"{folder} is inside a bare repository.", problem=Problem.REFUSED)
    filters: list[str] = []
    if arguments[0] not in _OBJECTS_ONLY:
        configured = _call(folder, ("config", "-z", "--get-regexp", r"^(filter\..*|core\.worktree)$"), (), None, timeout, where)
        if configured.problem in (Problem.NO_PROGRAM, Problem.TIMEOUT):
            return configured
        filters, refusal = _filters(folder, configured, timeout, where)
        if refusal:
            return GitOutput(-1, message=refusal, problem=Problem.REFUSED)
    return _call(folder, arguments, filters, stdin, timeout, extra)


def _call(
    folder: Path,
    arguments: tuple[str, ...],
    filters: list[str] | tuple[()],
    stdin: bytes | None,
    timeout: float,
    extra: dict[str, str],
) -> GitOutput:
    program = _program(folder)
    if program is None:
        return GitOutput(-1, message="git is not installed.", problem=Problem.NO_PROGRAM)
    subcommand, *rest = arguments
    own_hooks = subcommand in ("config", "rev-parse")  # they run no hooks, and tell where the user's are
    settings = [f"{k}={v}" for k, v in OVERRIDES.items() if not (own_hooks and k == "core.hooksPath")]
    command = [program, "--no-pager", *(part for one in (*settings, *filters) for part in ("-c", one))]
    command += ["-C", os.fspath(folder), subcommand, *_FLAGS.get(subcommand, ()), *rest]
    try:
        code, out, err = _communicate(command, stdin, timeout, git_environment() | extra, folder)
    except _BlockedError as blocked:
        return GitOutput(-1, message=f"{blocked.path} is not a regular file.", problem=Problem.TIMEOUT)
    except subprocess.TimeoutExpired:
        return GitOutput(-1, message=f"git {subcommand} took longer than {timeout:g} s.", problem=Problem.TIMEOUT)
    except (OSError, ValueError) as error:  # the folder is gone, too many arguments, a NUL in a name
        return GitOutput(-1, message=f"git {subcommand} cannot be run: {error}.", problem=Problem.OTHER)
    message = err.decode("utf-8", "replace").strip()
    return GitOutput(code, out, message, _problem(code, message))


class _BlockedError(Exception):
    """git waits for a file that is a named pipe or a device."""

    def __init__(self, path: Path) -> None:
        self.path = path


def _communicate(
    command: list[str], stdin: bytes | None, timeout: float, environment: dict[str, str], folder: Path
) -> tuple[int, bytes, bytes]:
    """Run git to its end: (exit code, standard output, standard error). Raises `TimeoutExpired` or `_BlockedError`.

    When it takes long, the reason may be a named pipe under a name that git reads: it is looked for once.
    """
    source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        if process.stdin is not None:  # by a thread: `communicate` writes no more input after its time limit
            threading.Thread(target=_write, args=(process.stdin, stdin or b""), daemon=True).start()
            process.stdin = None
        try:
            try:
                out, err = process.communicate(timeout=min(timeout, PATIENCE))
            except subprocess.TimeoutExpired:
                if (path := blocking_file(folder.absolute())) is not None:
                    raise _BlockedError(path) from None
                if timeout <= PATIENCE:
                    raise
                out, err = process.communicate(timeout=timeout - PATIENCE)
        except BaseException:
            process.kill()
            raise
    return process.returncode, out, err


def _write(target: IO[bytes], data: bytes) -> None:
    """Write `data` and close the pipe; git may end before it has read everything."""
    with contextlib.suppress(OSError), target:
        target.write(data)


def git_environment() -> dict[str, str]:
    """The environment without the variables that an enclosing git command (a hook) sets, and with those of `ENVIRONMENT`."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | ENVIRONMENT


def _program(folder: Path) -> str | None:
    """The path of git, searched only in absolute folders of PATH that are outside `folder`."""
    inside = folder.absolute()
    for place in map(Path, os.get_exec_path()):
        if place.is_absolute() and not place.is_relative_to(inside):
            found = shutil.which(os.fspath(place / "git"))
            if found is not None:
                return found
    return None


def _in_embedded_repository(folder: Path) -> bool:
    """Whether git before 2.38 would take `folder` or a parent for a bare repository, which is one that a clone can contain."""
    for place in (folder.absolute(), *folder.absolute().parents):
        if (place / ".git").exists():
            return False
        if (place / "HEAD").exists() and (place / "objects").is_dir() and (place / "refs").is_dir():
            return place.name != ".git"
    return False


def _filters(folder: Path, configured: GitOutput, timeout: float, where: dict[str, str]) -> tuple[list[str], str]:
    """(settings that turn every configured filter off, why the configuration is refused or the empty string)."""
    names, elsewhere = set(), False
    for entry in configured.out.split(b"\0"):
        key = os.fsdecode(entry).partition("\n")[0]
        if key == "core.worktree":
            elsewhere = True
        elif key:
            names.add(key.removeprefix("filter.").rpartition(".")[0])
    if unnameable := next((name for name in names if "=" in name), ""):
        return [], f"The filter '{unnameable}' in the configuration of git cannot be turned off because of the '=' in its name."
    if elsewhere:
        top = _call(folder, ("rev-parse", "--show-toplevel"), (), None, timeout, where).text.rstrip("\n")
        here = folder.resolve()
        if not top or Path(top).resolve() not in (here, *here.parents):
            return [], f"core.worktree in the configuration of git names {top or 'a folder'}, which does not contain {folder}."
    return [
        f"filter.{name}.{part}" for name in sorted(names) for part in ("clean=", "smudge=", "process=", "required=false")
    ], ""


def _problem(code: int, message: str) -> Problem:
    if code == 0:
        return Problem.NONE
    if "safe.directory" in message:
        return Problem.DUBIOUS_OWNERSHIP
    if "not a git repository" in message:
        return Problem.NO_REPOSITORY
    if "promisor remote" in message or "lazy fetch" in message or "transport '" in message:
        return Problem.NOT_FETCHED
    return Problem.OTHER
