"""Run things of the project where they can harm nothing: a scratch copy, a scrubbed environment, limits, one process group."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import UsageError
from codeassist.tasks.gen_tests.project import Interpreter, Target

WORKER = "_codeassist_worker"
PLUGIN = "_codeassist_pytest"
MUTATION = "_codeassist_mutation"
CONFINEMENT = "_codeassist_confinement.py"
LINKED = ("node_modules",)
"""Installed dependencies of other languages: linked, not copied."""

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".hg", ".svn", ".codeassist", "node_modules", ".venv", "venv", ".tox", ".nox", "__pycache__", "*.pyc",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "build", "target", "*.egg-info",
)  # fmt: skip
MOST_BYTES = 500_000_000
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
    """A scratch copy of a project, ready to run a worker or pytest in."""

    folder: Path
    target: Target
    interpreter: Interpreter
    extra: dict[str, str] = field(default_factory=dict)
    """Variables that a runner's tools need besides."""

    writable: tuple[Path, ...] = ()
    """Folders besides the scratch folder that a runner's tools may write: caches of builds."""

    @property
    def copy(self) -> Path:
        """The copied project."""
        return self.folder / "project"

    @property
    def module_path(self) -> Path:
        """The target's file in the copy."""
        return self.copy / self.target.path.relative_to(self.target.root)

    def environment(self, seed: str) -> dict[str, str]:
        """Nothing of the person's environment but what programs need to start."""
        source = self.copy / self.target.source_root.relative_to(self.target.root)
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        home = str(self.folder / "home")
        return kept | self.extra | {
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(source), str(self.copy)]),
            "PYTHONHASHSEED": seed, "HOME": home, "USERPROFILE": home, "TMPDIR": home, "TEMP": home, "TMP": home,
            "PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "80",
            "CODEASSIST_SCRATCH": str(self.folder),
        }  # fmt: skip

    def run(
        self, arguments: Sequence[str], *, seed: str = "0", seconds: float, extra: dict[str, str] | None = None
    ) -> int | None:
        """Run the project's Python with arguments; its exit code, or None when it took too long. Its whole group is killed."""
        return self.command([self.interpreter.path, *arguments], seed=seed, seconds=seconds, extra=extra)

    def command(
        self,
        arguments: Sequence[str],
        *,
        seed: str = "0",
        seconds: float,
        extra: dict[str, str] | None = None,
        output: Path | None = None,
    ) -> int | None:
        """Run any command confined to the scratch folder; what it prints goes to `output` or the log."""
        log = output.open("wb") if output is not None else (self.folder / "log.txt").open("ab")
        group: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        confined = [
            sys.executable,
            "-I",
            "-S",
            str(self.folder / CONFINEMENT),
            str(self.folder),
            *map(str, self.writable),
            "--",
        ]
        process = subprocess.Popen(
            [*confined, *arguments], cwd=self.copy, env=self.environment(seed) | (extra or {}),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **group,
        )  # fmt: skip
        try:
            return process.wait(timeout=max(0.5, seconds))
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
            log.close()

    def work(self, job: dict[str, Any], *, seed: str, seconds: float) -> dict[str, Any] | None:
        """Run the worker on a job; its result, or None when it died or took too long."""
        job_path, result = self.folder / "job.json", self.folder / "result.json"
        result.unlink(missing_ok=True)
        common = {
            "module": self.target.module, "path": str(self.module_path), "scratch": str(self.folder),
            "now": str(self.folder / "now"), "cpu_seconds": int(seconds * 3) + 30,
        }  # fmt: skip
        job_path.write_text(json.dumps(common | job), encoding="utf-8")
        self.run(["-m", WORKER, str(job_path), str(result)], seed=seed, seconds=seconds)
        try:
            return dict(json.loads(result.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def running(self) -> str:
        """What the worker was running when it died."""
        try:
            return (self.folder / "now").read_bytes().partition(b"\0")[0].decode("utf-8", "replace")
        except OSError:
            return ""

    def tail(self) -> str:
        """The end of what was printed, for errors."""
        try:
            return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-1_500:]
        except OSError:
            return ""


@contextlib.contextmanager
def open_sandbox(target: Target, interpreter: Interpreter) -> Iterator[Sandbox]:
    """A sandbox with a copy of the target's project; it is removed in the end. Raises `UsageError` for a huge project."""
    folder = Path(tempfile.mkdtemp(prefix="codeassist-tests-")).resolve()
    try:
        box = Sandbox(folder, target, interpreter)
        (folder / "home").mkdir()
        _copy(target, box.copy)
        here = Path(__file__).parent
        shutil.copytree(here / "worker", folder / WORKER, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(here / "pytest_plugin.py", folder / f"{PLUGIN}.py")
        shutil.copyfile(here / "mutation_plugin.py", folder / f"{MUTATION}.py")
        shutil.copyfile(here / "confinement.py", folder / CONFINEMENT)
        yield box
    finally:
        _remove(folder)


def _copy(target: Target, destination: Path) -> None:
    total = 0

    def bounded(source: str, copied: str) -> str:
        nonlocal total
        total += Path(source).stat().st_size
        if total > MOST_BYTES:
            raise UsageError(
                f"{target.root} holds more than {MOST_BYTES // 10**6} MB to copy; run this from a smaller folder with -C."
            )
        return str(shutil.copyfile(source, copied))

    with contextlib.suppress(shutil.Error):  # sockets, unreadable files: what could be copied is there
        shutil.copytree(
            target.root, destination, ignore=LEFT_OUT, copy_function=bounded, symlinks=True, ignore_dangling_symlinks=True
        )
    for name in LINKED:
        if (target.root / name).is_dir() and not (destination / name).exists():
            with contextlib.suppress(OSError):  # Windows may not allow it
                (destination / name).symlink_to((target.root / name).resolve(), target_is_directory=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    process.wait()


def _remove(folder: Path) -> None:
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)
