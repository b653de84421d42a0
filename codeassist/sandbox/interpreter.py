"""Find the Python that runs a project's tests: that of its virtual environment, or the one that the user named."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox import confinement
from codeassist.sandbox.folders import scratch_folder
from indexers.files.run_git import run_git

VENVS = (".venv", "venv", "env", ".env")
NO_ENVIRONMENT = (
    "No environment of the project was found, and codeassist's own Python was used; name the project's with --python"
)
"""What a user must know when the project's code does not run in a fallback."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can run the project's tests; the fields state which packages are installed."""

    path: str
    coverage: bool
    hypothesis: bool = False
    pytest_cov: bool = False
    xdist: bool = field(default=False, compare=False)
    fallback: bool = field(default=False, compare=False)
    """Whether it is codeassist's own Python, because no environment of the project was found."""

    start_seconds: float = field(default=0.3, compare=False)
    """How long it takes to start in the sandbox and import pytest, on this machine at this moment."""


def find_interpreter(root: Path, wanted: str | None) -> Interpreter:
    """The project's Python, or the one named by `wanted`.

    Raises `UsageError` if it cannot be run or lacks pytest, or if this system cannot confine programs.
    """
    confinement.require()
    if wanted and os.path.dirname(wanted):  # noqa: PTH120 - relative to where the user stands; links of environments are kept
        wanted = str(Path.cwd() / wanted)
    candidates = [wanted] if wanted else [*project_pythons(root), sys.executable]
    problem = ""
    for number, candidate in enumerate(candidates, 1):
        checked = _check(str(candidate))
        if isinstance(checked, Interpreter):
            return replace(checked, fallback=wanted is None and number == len(candidates))
        problem = checked
        if wanted:
            break
    raise UsageError(
        f"{problem}; name another interpreter with --python, or install pytest: {candidates[0]} -m pip install pytest."
    )


def project_pythons(root: Path) -> list[str]:
    """The Pythons of the active virtual environment and of those in the project that git does not track."""
    environments = [root / name for name in VENVS]
    if active := os.environ.get("VIRTUAL_ENV"):
        environments.insert(0, Path(active))
    pythons: list[str] = []
    for environment in environments:
        if _is_committed(root, environment):
            continue  # an environment that is part of the repository is not trusted
        pythons += [str(p) for p in (environment / "bin" / "python", environment / "Scripts" / "python.exe") if p.exists()]
    return pythons


def _is_committed(root: Path, environment: Path) -> bool:
    """Whether git tracks any file of an environment."""
    return bool(run_git(root, "ls-files", "--", str(environment), timeout=30).text.strip())


PROBE = """
import sys
assert sys.version_info >= (3, 10), "is older than Python 3.10"
import pytest
from importlib.util import find_spec
print(*(name for name in ("coverage", "hypothesis", "pytest_cov", "xdist") if find_spec(name)))
"""


def _check(python: str) -> Interpreter | str:
    started = time.monotonic()
    try:
        with scratch_folder() as folder:  # so that no file of the repository is imported
            variables = {n: os.environ[n] for n in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL") if n in os.environ}
            done = subprocess.run(
                [*confinement.confined_command([folder]), python, "-I", "-c", PROBE],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                cwd=folder,
                env=variables | {"HOME": str(folder)},
            )
    except (OSError, subprocess.SubprocessError) as error:
        return f"{python} cannot be run ({error})"
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["?"]
        if done.returncode == 127:
            return f"{python} cannot be run ({last[0]})"
        problem = "lacks pytest" if "pytest" in last[0] else last[0]
        return f"{python} {problem}"
    installed = done.stdout.split()
    found = (name in installed for name in ("coverage", "hypothesis", "pytest_cov", "xdist"))
    return replace(Interpreter(python, *found), start_seconds=time.monotonic() - started)
