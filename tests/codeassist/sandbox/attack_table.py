"""`python -m tests.codeassist.sandbox.attack_table [LAUNCHER]`: the attacks on each kind of kernel, as a Markdown table.

LAUNCHER is the program that confines (default: this program's); run as user 0 to see every column. The tests use `Target`.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from codeassist.sandbox.confinement.layers import Layers, parsed

HERE = Path(__file__).parent
LAUNCHER = HERE.parents[2] / "codeassist" / "sandbox" / "confinement"
NOBODY = 65_534
KERNELS = {
    "all": (),
    "no Landlock": ("landlock",),
    "no namespaces": ("namespaces",),
    "no namespaces, no listener": ("namespaces", "listener"),
    "no namespaces, Landlock 1": ("namespaces", "--landlock=1"),
    "no namespaces, Landlock 4": ("namespaces", "--landlock=4"),
    "no filter": ("filter",),
    "no mount_setattr": ("mount_setattr",),
    "no Landlock, no mount_setattr": ("landlock", "mount_setattr"),
    "no Landlock, no filter": ("landlock", "filter"),
    "no Landlock, no namespaces": ("landlock", "namespaces"),
    "no namespaces, no filter": ("namespaces", "filter"),
    "nothing": ("landlock", "namespaces", "filter"),
}
PROMISES = {
    "attributes": "chmod, fchmod, fchmodat2, chmod through a link, chmod through proc, utime, setxattr, removexattr, chown, file flags",
    "network": "tcp, udp, raw packets",
    "sockets": "unix socket, unix datagram, unix datagram by a pair, abstract socket, vsock, crypto socket",
    "processes": "limits of another, priority of another, priority of the user, signal the session, kill by a handle, "
    "kill another, leave a process behind, read another environment, read another memory, ptrace",
    "kernel": "keys, io uring, bpf, perf, userfaultfd, new namespace, clone into a namespace, clone3 into a namespace, mount, "
    "remount, change root, type into the terminal, host name",
    "secrets": "read a private key",
}
PROMISE = {attack: name for name, attacks in PROMISES.items() for attack in attacks.split(", ")}
"""Attack -> the promise that it breaks; the others break "writes"."""


@dataclass
class Outcome:
    """What a run in the sandbox did: its exit code, what the launcher said, the attacks that succeeded."""

    code: int
    stderr: str
    layers: Layers = field(default_factory=Layers)
    results: dict[str, str] = field(default_factory=dict)
    succeeded: set[str] = field(default_factory=set)

    @property
    def broken(self) -> set[str]:
        """The attacks that succeeded although the launcher says that it holds them."""
        return {a for a in self.succeeded if PROMISE.get(a, "writes") in self.layers.held}


def usable_python(user: int) -> str | None:
    """A Python that this user can start."""
    if user == os.getuid():
        return sys.executable
    for path in ("/usr/bin/python3", "/usr/local/bin/python3", sys.executable):
        command = [
            sys.executable,
            str(HERE / "older_kernel.py"),
            f"--user={user}",
            "--",
            path,
            "-c",
            "import ctypes, dataclasses",
        ]
        if Path(path).exists() and subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0:
            return path
    return None


class Target(ExitStack):
    """A folder, a process and sockets to be attacked, all of one user, beside a scratch folder."""

    def __init__(self, user: int, python: str, launcher: Path = LAUNCHER) -> None:
        super().__init__()
        self.user, self.python, self.source = user, python, launcher

    def __enter__(self) -> Self:
        """Make everything anew."""
        self.base = Path(tempfile.mkdtemp(prefix="attacked-")).resolve()
        self.callback(shutil.rmtree, self.base, ignore_errors=True)
        self.launcher = self.base / self.source.name
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(self.source, self.launcher, ignore=ignored) if self.source.is_dir() else shutil.copy(
            self.source, self.launcher
        )
        self.is_old = not self.source.is_dir()
        shutil.copytree(HERE / "attacks", self.base / "attacks", ignore=ignored)
        shutil.copy(HERE / "older_kernel.py", self.base)
        for name in ("scratch", "outside", "home/.ssh"):
            (self.base / name).mkdir(parents=True)
        for name in ("precious.txt", "overwritten", "linked", "truncated", "deleted", "renamed", "hard"):
            (self.base / "outside" / name).write_text("precious")
        (self.base / "home" / ".ssh" / "id").write_text("private")
        os.setxattr(self.base / "outside" / "precious.txt", "user.kept", b"x")
        self.tcp = self.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.udp = self.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.unix = {name: self.enter_context(socket.socket(socket.AF_UNIX, kind)) for name, kind in _UNIX.items()}
        for name, server in self.unix.items():
            path = str(self.base / "outside" / name)
            server.bind(
                path.replace(str(self.base), "\0" + str(self.base)).removesuffix("/abstract") if name == "abstract" else path
            )
            if name != "datagram":
                server.listen()
        for server in (self.tcp, self.udp, *self.unix.values()):
            server.setblocking(False)
        for path in [self.base, *self.base.rglob("*")]:
            os.chown(path, self.user, self.user or 0)
        self.base.chmod(0o755)
        environment = {"ATTACKED_SECRET": "s3cret", "PATH": os.environ["PATH"]}
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user != os.getuid() else {}
        self.victim = subprocess.Popen(["sleep", "600"], env=environment, start_new_session=True, cwd="/", **as_user)
        self.callback(self._end_victim)
        self.callback(_restore_host_name, socket.gethostname())
        return self

    def _end_victim(self) -> None:
        self.victim.kill()
        self.victim.wait()

    def command(self, missing: tuple[str, ...], *options: str) -> list[str]:
        """The beginning of a command line on a kernel that lacks something."""
        user = [f"--user={self.user}"] if self.user != os.getuid() else []
        options = (*options, *(name for name in missing if name.startswith("--")))
        missing = tuple(name for name in missing if not name.startswith("--"))
        hide = [] if self.is_old else [f"--hide={self.base / 'home' / '.ssh'}", *options]
        simulated = [sys.executable, str(self.base / "older_kernel.py"), *user, *missing, "--"]
        return [*simulated, self.python, "-I", "-S", str(self.launcher), *hide, str(self.base / "scratch"), "--"]

    def attack(self, missing: tuple[str, ...], *options: str) -> Outcome:
        """Run all attacks on such a kernel."""
        with self:
            return self._attack(missing, options)

    def run(self, missing: tuple[str, ...], hog: str, *options: str) -> Outcome:
        """Run one program that wants too much."""
        with self:
            return self._run(self.command(missing, *options), hog)

    def _run(self, command: list[str], *arguments: str) -> Outcome:
        ports = [str(server.getsockname()[1]) for server in (self.tcp, self.udp)]
        program = [
            self.python,
            "-I",
            "-S",
            str(self.base / "attacks"),
            str(self.base),
            str(self.victim.pid),
            *ports,
            *arguments,
        ]
        environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        said = self.base / "said"  # a file: a process that is left behind would keep a pipe open
        with said.open("w") as file:
            done = subprocess.run(
                [*command, *program],
                cwd=self.base / "scratch",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                check=False,
                timeout=60,
                start_new_session=True,
            )
        return Outcome(done.returncode, said.read_text())

    def _attack(self, missing: tuple[str, ...], options: tuple[str, ...]) -> Outcome:
        before = self._state()
        outcome = self._run(self.command(missing, *options))
        if not self.is_old:
            report = subprocess.run(
                [*self.command(missing, "--report", *options), "-"], capture_output=True, text=True, check=False
            )
            outcome.layers = parsed(report.stdout)
        if (file := self.base / "scratch" / "result.json").exists():
            outcome.results = json.loads(file.read_text())
        if str(self.base) in Path("/proc/self/mountinfo").read_text():
            raise RuntimeError(f"an attack left a mount below {self.base}")
        after = self._state()
        seen = {name for name in after if after[name] != before[name]}
        outcome.succeeded = {
            name for name, how in outcome.results.items() if how == "done" and (name in seen or name not in after)
        }
        return outcome

    def _state(self) -> dict[str, object]:
        """What can be seen from outside of the attacks that have an effect there."""
        ended = self.victim.poll() is not None
        shared = Path("/dev/shm/codeassist-attack")
        has_shared = shared.exists()
        shared.unlink(missing_ok=True)
        state: dict[str, object] = {
            "host name": socket.gethostname(),
            "make a file in shared memory": has_shared,
            "tcp": _reached(self.tcp),
            "udp": _reached(self.udp),
            "unix socket": _reached(self.unix["stream"]),
            "abstract socket": _reached(self.unix["abstract"]),
            "leave a process behind": _end_left(f"600.{self.tcp.getsockname()[1]}"),
            **dict.fromkeys(("kill another", "kill by a handle", "signal the session"), ended),
        }
        state |= dict.fromkeys(("unix datagram", "unix datagram by a pair"), _reached(self.unix["datagram"]))
        if ended:
            return state
        pid = self.victim.pid
        return state | {
            "limits of another": Path(f"/proc/{pid}/limits").read_text(),
            "priority of another": os.getpriority(os.PRIO_PROCESS, pid),
            "priority of the user": ctypes.CDLL(None).syscall(252 if os.uname().machine == "x86_64" else 31, 1, pid),
        }


_UNIX = {"stream": socket.SOCK_STREAM, "datagram": socket.SOCK_DGRAM, "abstract": socket.SOCK_STREAM}


def _reached(server: socket.socket) -> bool:
    try:
        if server.type == socket.SOCK_DGRAM:
            return bool(server.recv(100))
        server.accept()[0].close()
    except OSError:
        return False
    return True


def _restore_host_name(name: str) -> None:
    """Undo an attack that succeeded."""
    if socket.gethostname() != name:
        socket.sethostname(name)


def _end_left(mark: str) -> bool:
    """Whether a process with this argument runs; it is killed."""
    found = False
    time.sleep(0.02)
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(f"sleep\0{mark}\0".encode()):
                os.kill(int(path.parent.name), 9)
                found = True
        except OSError:
            continue
    return found


def main() -> None:
    launcher = Path(sys.argv[1]) if len(sys.argv) > 1 else LAUNCHER
    columns: dict[str, Outcome] = {}
    for user in sorted({os.getuid(), NOBODY} if os.getuid() == 0 else {os.getuid()}):
        python = usable_python(user)
        for name, missing in KERNELS.items() if python else ():
            columns[f"{'root' if user == 0 else 'user'}: {name}"] = Target(user, python or "", launcher).attack(missing)
    attacks = list(dict.fromkeys(name for outcome in columns.values() for name in outcome.results))
    print("| |", " | ".join(columns), "|\n|---|" + "---|" * len(columns))
    for name in attacks:
        print(f"| {name} |", " | ".join(_cell(outcome, name) for outcome in columns.values()), "|")


def _cell(outcome: Outcome, attack: str) -> str:
    if not outcome.results:
        return "refused"
    if attack not in outcome.succeeded:
        return "held"
    announced = outcome.layers.held and PROMISE.get(attack, "writes") not in outcome.layers.held
    return "not held, said" if announced else "**DONE**"


if __name__ == "__main__":
    main()
