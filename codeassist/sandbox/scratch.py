"""Run the project's code in isolation: a scratch copy, a minimal environment, resource limits, one process group."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.deadline import Deadline
from codeassist.sandbox import confinement
from codeassist.sandbox.copies import copy_project, require_inside
from codeassist.sandbox.ending import end, stopped_cleanly
from codeassist.sandbox.folders import scratch_folder
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.target import Target
from codeassist.sandbox.test_layout import TestLayout

PLUGIN = "_codeassist_pytest"
FIRST = "CODEASSIST_FIRST"
"""The variable with names, separated by commas: tests whose code uses one of them run first."""

UNCOLLECTED = "uncollected.json"
"""The file in which the plugin writes why files of tests gave no tests."""

GUARD = "_codeassist_guard"
_HERE = Path(__file__).parent
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
MOST_RESULT = 500_000_000
MOST_PRINTED = 50_000_000
"""The most bytes that are read of a result file, and of what a command prints."""

LEAST_SECONDS = 0.2
"""With less time than this before the deadline no program is started."""

KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "SYSTEMROOT",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "NUMBER_OF_PROCESSORS",
    "TZ",
)


@dataclass(slots=True)
class Sandbox:
    """A scratch copy of a project, in which workers and pytest run."""

    folder: Path
    target: Target
    interpreter: Interpreter
    extra: dict[str, str] = field(default_factory=dict)
    """Additional environment variables that a runner's tools need."""

    initial: frozenset[str] = frozenset()
    """The names of the entries in the top folder of the copy before any run."""

    writable: tuple[Path, ...] = ()
    """Folders outside the scratch folder that a runner's tools may write to: build caches."""

    deadline: Deadline = field(default_factory=Deadline)
    """No program runs after it, whatever timeout is given to `run` and `command`."""

    without_settings: bool = False
    """Whether pytest only starts here without the project's own options and filters of warnings."""

    layout: TestLayout = field(init=False)
    """Where the project keeps its tests, read when it is first asked for."""

    def __post_init__(self) -> None:
        self.layout = TestLayout(self.target.root)

    @property
    def copy(self) -> Path:
        """The copied project."""
        return self.folder / "project"

    @property
    def tools(self) -> Path:
        """Our own modules, read-only inside the sandbox."""
        return self.folder / "tools"

    @property
    def out(self) -> Path:
        """The folder in which sandboxed programs leave their results."""
        return self.folder / "out"

    @property
    def module_path(self) -> Path:
        """The target's file in the copy."""
        return self.copy / self.target.path.relative_to(self.target.root)

    @property
    def writable_folders(self) -> list[Path]:
        """All folders that sandboxed programs may write to."""
        return [self.copy, self.folder / "home", self.out, *self.writable]

    def tidy(self) -> None:
        """Remove what the search created in the copy's top folder, and copy the project again if the code removed its files."""
        if not self.module_path.is_file() or not all((self.copy / name).exists() for name in self.initial):
            shutil.rmtree(self.copy, ignore_errors=True)
            copy_project(self.target, self.copy)
        for path in self.copy.iterdir():
            if path.name not in self.initial and path.name not in ("tests", "test"):
                with contextlib.suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def put(self, path: Path, text: str) -> None:
        """Write a file of the copy, replacing a link. Raises `UsageError` if the path or a link in it leads out of the copy."""
        require_inside(self.copy, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS, 0o600), "w", encoding="utf-8") as file:
            file.write(text)

    def drop(self, path: Path) -> None:
        """Remove a file of the copy, if it exists. Raises `UsageError` as `put` does."""
        require_inside(self.copy, path)
        path.unlink(missing_ok=True)

    def result(self, name: str) -> Any:
        """The parsed JSON file `name` of `out`; None if it is missing, invalid or not a regular file."""
        try:
            handle = os.open(self.out / name, os.O_RDONLY | _NO_LINKS | getattr(os, "O_NONBLOCK", 0))
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as file:
            try:
                return json.loads(file.read(MOST_RESULT))
            except (ValueError, RecursionError):
                return None

    def forget(self, *names: str) -> None:
        """Delete result files of an earlier run."""
        for name in names:
            with contextlib.suppress(OSError):
                (self.out / name).unlink(missing_ok=True)

    def environment(self, seed: str) -> dict[str, str]:
        """The environment of sandboxed programs: of the user's variables only those that programs need to start."""
        source = self.copy / self.target.source_root.relative_to(self.target.root)
        inherited = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        home = str(self.folder / "home")
        return (
            inherited
            | self.extra
            | {
                "PYTHONPATH": os.pathsep.join([str(self.tools), str(source), str(self.copy)]),
                "PYTHONHASHSEED": seed,
                "HOME": home,
                "USERPROFILE": home,
                "TMPDIR": home,
                "TEMP": home,
                "TMP": home,
                "PYTHONDONTWRITEBYTECODE": "1",
                "TZ": "UTC",
                "NO_COLOR": "1",
                "PYTHONIOENCODING": "utf-8",
                "COLUMNS": "80",
                "CODEASSIST_SCRATCH": os.pathsep.join(map(str, self.writable_folders)),
            }
        )

    def run(
        self,
        arguments: Sequence[str],
        *,
        seed: str = "0",
        seconds: float,
        extra: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> int | None:
        """Run the project's Python; returns its exit code, None on timeout. Its whole process group is killed at the end."""
        return self.command([self.interpreter.path, *arguments], seed=seed, seconds=seconds, extra=extra, folder=folder)

    def command(
        self,
        arguments: Sequence[str],
        *,
        seed: str = "0",
        seconds: float,
        extra: dict[str, str] | None = None,
        output: bool = False,
        folder: Path | None = None,
    ) -> int | None:
        """Run any command, confined, in a `folder` of the copy (default: its top).

        With `output`, `printed()` returns what it prints, else that is appended to the log.

        Returns its exit code; None when it did not end within `seconds` and by the deadline, or there was no time to start.
        """
        seconds = min(max(0.5, seconds), self.deadline.left)
        if seconds < LEAST_SECONDS:
            (self.folder / "run.txt").unlink(missing_ok=True)
            return None
        log = (self.folder / "run.txt").open("wb") if output else (self.folder / "log.txt").open("ab")
        group: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        process = subprocess.Popen(
            [*confinement.confined_command(self.writable_folders), *arguments],
            cwd=folder or self.copy,
            env=self.environment(seed) | (extra or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **group,
        )
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end(process)
            log.close()

    def printed(self) -> str:
        """The output of the last command that ran with `output`."""
        try:
            with (self.folder / "run.txt").open("rb") as file:
                return file.read(MOST_PRINTED).decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:
            return ""

    def tail(self) -> str:
        """The last 1,500 characters of the log, for error messages."""
        try:
            with (self.folder / "log.txt").open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 8_000))
                return file.read().decode("utf-8", "replace").replace("\r\n", "\n")[-1_500:]
        except OSError:
            return ""


@contextlib.contextmanager
def open_sandbox(
    target: Target, interpreter: Interpreter, tools: Mapping[str, Path] | None = None, deadline: Deadline | None = None
) -> Iterator[Sandbox]:
    """A sandbox with a copy of the target's project, removed at the end.

    Raises `UsageError` if the project is too large, or if this system cannot confine programs.

    `tools` maps names to modules and packages that can be imported in the sandbox; the code under test cannot change them.
    No program runs in the sandbox after the `deadline`.
    """
    confinement.require()
    with scratch_folder() as folder, stopped_cleanly():
        box = Sandbox(folder, target, interpreter, deadline=deadline or Deadline())
        for created in (box.folder / "home", box.out, box.tools):
            created.mkdir()
        copy_project(target, box.copy)
        for name, source in {PLUGIN: _HERE / "pytest_plugin.py", GUARD: _HERE / "guard.py", **(tools or {})}.items():
            if source.is_dir():
                shutil.copytree(source, box.tools / name)  # with its compiled modules, which start faster
            else:
                shutil.copyfile(source, box.tools / f"{name}.py")
        box.initial = frozenset(p.name for p in box.copy.iterdir())
        yield box
