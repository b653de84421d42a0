"""How benchmarks/hostile_input.py runs a case: in a copy of one indexed repository, in a forked child or a new process."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from hostile_repository import CHANGE, FILES, Case

ALLOWED = {0, 1, 2, 3, 4, 130, 143}
SERVERS = ("serve",)
"""Commands that run until they are asked to end, which they are after `SERVER_SECONDS`; they must then end in the time of the others."""

SERVER_SECONDS = 10.0

FAULTS = ("Traceback (most recent call last)", "Exception ignored", "Fatal Python error")


@dataclass
class Outcome:
    """How a run ended."""

    code: int
    out: bytes
    err: bytes
    crash: str
    seconds: float

    def fault(self, limit: float) -> str:
        """What is wrong with it; empty when nothing is."""
        err = self.err.decode("utf-8", "replace")
        if self.crash:
            return self.crash.strip().splitlines()[-1]
        found = next((fault for fault in FAULTS if fault in err), "")
        if found:
            return f"{found}: {err.strip().splitlines()[-1]}"
        if self.code == -signal.SIGKILL and self.seconds >= limit:
            return f"still running after {limit:.0f} s"
        return "" if self.code in ALLOWED else f"exit code {self.code}"


class Runner:
    """Runs cases in copies of one indexed repository."""

    def __init__(self, scratch: Path, seconds: float) -> None:
        self.scratch, self.seconds = scratch, seconds
        self.template = scratch / "template"
        self.home = scratch / "template-home"
        self.home.mkdir()
        for name, text in FILES.items():
            (self.template / name).parent.mkdir(parents=True, exist_ok=True)
            (self.template / name).write_text(text, encoding="utf-8")
        for words in (
            ["init", "-q", "--template="],
            ["add", "."],
            ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "First"],
        ):
            subprocess.run(["git", *words], cwd=self.template, check=True)
        for command in (["index", "-q"], ["ask", "-q", "how is an account charged"], ["review", "-q"]):
            subprocess.run([sys.executable, "-m", "codeassist", *command], cwd=self.template, env=self._environment(self.home, {}), check=False, capture_output=True)  # fmt: skip
        for name, text in CHANGE.items():
            (self.template / name).write_text(text, encoding="utf-8")
        self.mounts = sys.platform == "linux" and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0  # fmt: skip

    def run(self, case: Case, *, process: bool = False) -> Outcome:
        """Run a case in a fresh copy."""
        with tempfile.TemporaryDirectory(dir=self.scratch, ignore_cleanup_errors=True) as folder:
            root, home = Path(folder) / "shop", Path(folder) / "home"
            shutil.copytree(self.template, root, symlinks=True)
            shutil.copytree(self.home, home)
            for name, raw in case.files.items():
                self._put(root, home, name, raw)
            for name, raw in case.home.items():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).write_bytes(raw)
            environment = self._environment(home, case.environment)
            needs_process = process or case.condition in ("no space", "no inodes", "read-only", "locale C", "ascii", "latin-1")
            return self._process(case, root, environment) if needs_process else self._fork(case, root, environment)

    def _put(self, root: Path, home: Path, name: str, raw: bytes | None) -> None:
        targets = [root / name]
        if name.startswith("CACHE:"):
            wanted = name.partition(":")[2]
            files = sorted(p for p in [*(root / ".codeassist").rglob("*"), *home.rglob("*.json")] if p.is_file())
            targets = [p for p in files if wanted == "any" or wanted in str(p)][:1] or [root / ".codeassist" / wanted]
        for path in targets:
            path.parent.mkdir(parents=True, exist_ok=True)
            if raw is not None and raw.startswith(b"\x00FLIP") and path.exists():
                old = bytearray(path.read_bytes())
                for step in range(1, 12):
                    if old:
                        old[(raw[-1] * 7919 * step) % len(old)] ^= 0x55
                raw = bytes(old)
            if raw is not None:
                path.write_bytes(raw)

    def _environment(self, home: Path, changes: dict[str, str | None]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CODEASSIST_", "XDG_", "OPENAI_", "GIT_"))}
        names = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        kept |= dict.fromkeys(names, str(home)) | {
            "OPENAI_API_KEY": "x",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
            "HF_HUB_OFFLINE": "1",
        }
        for name, value in changes.items():
            kept[name] = value or ""
        return kept

    def _fork(self, case: Case, root: Path, environment: dict[str, str]) -> Outcome:
        read, write = os.pipe()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as stdin:
            stdin.write(case.stdin)
            stdin.seek(0)
            began = time.monotonic()
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                self._child(case, root, environment, (stdin.fileno(), out.fileno(), err.fileno()), write)
            os.close(write)
            code, seconds = self._wait(pid, began, server=case.words[:1] in ([name] for name in SERVERS))
            with os.fdopen(read, "rb") as pipe:
                crash = pipe.read().decode("utf-8", "replace")
            out.seek(0)
            err.seek(0)
            return Outcome(code, out.read(), err.read(), crash, seconds)

    def _wait(self, pid: int, began: float, *, server: bool) -> tuple[int, float]:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            seconds = time.monotonic() - began
            if done:
                return os.waitstatus_to_exitcode(status), seconds
            if server and seconds > SERVER_SECONDS:
                os.kill(pid, signal.SIGTERM)
                server = False
            if seconds > self.seconds:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            time.sleep(0.002)

    def _child(self, case: Case, root: Path, environment: dict[str, str], streams: tuple[int, int, int], report: int) -> None:
        """Run the case in this process, which was forked for it; never returns."""
        code = 1
        try:
            os.setsid()
            os.chdir(root)
            os.environ.clear()
            os.environ.update(
                {os.fsencode(k).decode("utf-8", "surrogateescape"): v for k, v in _encodable(environment).items()}
            )
            for target, source in enumerate(streams):
                os.dup2(source, target)
            apply(case.condition, root)
            for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
                try:
                    os.fstat(number)
                    setattr(sys, name, open(number, mode, encoding="utf-8", errors="surrogateescape", closefd=False))  # noqa: SIM115
                except OSError:
                    setattr(sys, name, None)  # as Python itself does for a closed stream
            sys.argv = ["codeassist", *[os.fsdecode(_bytes(word)) for word in case.words]]
            from codeassist.__main__ import entry

            entry()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            with contextlib.suppress(OSError):
                os.write(report, traceback.format_exc().encode("utf-8", "replace")[-60_000:])
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(code if isinstance(code, int) else 1)

    def _process(self, case: Case, root: Path, environment: dict[str, str]) -> Outcome:
        command = [os.fsencode(sys.executable), b"-m", b"codeassist", *[_bytes(word) for word in case.words]]
        environment = _encodable(environment)
        if case.condition in ("locale C", "ascii", "latin-1"):
            environment |= {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
            environment |= {"ascii": {"PYTHONIOENCODING": "ascii"}, "latin-1": {"PYTHONIOENCODING": "latin-1"}}.get(
                case.condition, {}
            )
        elif case.condition in ("no space", "no inodes", "read-only"):
            if not self.mounts:
                return Outcome(0, b"", b"", "", 0.0)
            used = sum(p.lstat().st_size // 4096 + 1 for p in root.rglob("*"))
            size = {
                "no space": f"size={(used + 60) * 4}k",
                "no inodes": f"nr_inodes={sum(1 for _ in root.rglob('*')) + 3}",
                "read-only": "size=64m",
            }[case.condition]
            script = 'mkdir -p "$1" && mount -t tmpfs -o "$2" t "$1" && cp -a "$3/." "$1" && '
            script += '{ [ "$2" != size=64m ] || mount -o remount,ro "$1"; } && cd "$1" && shift 3 && exec "$@"'
            command = [b"unshare", b"-rm", b"sh", b"-c", script.encode(), b"sh", os.fsencode(f"{root}-disk"), size.encode(), os.fsencode(root), *command]  # fmt: skip
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=lambda: apply(case.condition, root))  # fmt: skip
        try:
            if case.words[:1] in ([name] for name in SERVERS):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(SERVER_SECONDS)
                child.terminate()
            out, err = child.communicate(case.stdin, timeout=self.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
        return Outcome(child.returncode, out, err, "", time.monotonic() - began)


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass").replace(b"\x00", b"")


def _encodable(environment: dict[str, str]) -> dict[str, str]:
    return {k: os.fsdecode(_bytes(v)) for k, v in environment.items()}


def apply(condition: str, root: Path) -> None:
    """Set a condition in this process, which is the one that runs the case."""
    closed = {"stdout closed": [1], "stderr closed": [2], "stdin closed": [0], "all closed": [0, 1, 2]}.get(condition, ())
    for number in closed:
        os.close(number)
    if Path("/dev/full").exists():
        for number in {"stdout full": [1], "stderr full": [2], "both full": [1, 2]}.get(condition, ()):
            os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    if condition == "pipe closed":
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, 1)
    if condition.startswith("file size "):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(condition.rsplit(maxsplit=1)[-1]),) * 2)
    if condition.startswith("files "):
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(condition.rsplit(maxsplit=1)[-1]),) * 2)
    if condition == "memory":
        resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000,) * 2)
    variables = {
        "HOME nowhere": {"HOME": "/nowhere/at/all", "XDG_CONFIG_HOME": "/nowhere/at/all", "XDG_CACHE_HOME": "/nowhere/at/all"},
        "TMPDIR nowhere": {"TMPDIR": "/nowhere/at/all"},
        "one column": {"COLUMNS": "1", "LINES": "1"},
        "dumb": {"TERM": "dumb"},
        "PATH empty": {"PATH": ""},
    }.get(condition, {})
    os.environ.update(variables)
    if condition == "no HOME":
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "USERPROFILE"):
            os.environ.pop(name, None)
    if condition == "HOME read-only":
        os.environ |= dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), "/proc")
    if condition == "folder deleted":
        shutil.rmtree(root)
