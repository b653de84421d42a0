"""Kill commands at random moments: does the index survive, and does anything stay behind?

    python benchmarks/kills.py [--kills 1000] [--seed 1] [--commands index refresh ask review gen-tests]

Each command runs as a process on a small repository, which changes before each run, and is killed (SIGKILL) at a random
moment of the time that it usually takes, longer for every tenth. After each kill is checked that

    - the index opens or is missing, and the next update completes it,
    - it then answers as an index that is built anew,
    - every file in its folder is one that a finished update leaves,
    - all processes that the command had started end within ten seconds.

At the end one more run of each command must succeed, and the files that the killed runs left in the folder for temporary
files are counted before and after it. Prints a table with the number of kills and faults by command; the exit code is 1 if
there was a fault. POSIX only.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

COMMANDS: dict[str, list[str]] = {
    "index": ["index", "-q", "--rebuild", "."],
    "refresh": ["search", "which amount is charged"],
    "ask": ["ask", "-q", "which amount is charged"],
    "review": ["review", "-q"],
    "gen-tests": ["gen-tests", "money.py", "--budget", "5", "--engine", "search"],
}
QUESTIONS = ("which amount is charged", "step of part 7", "round to cents", "changed in round")
FINISHED = (
    "index.db",
    "index.seal",
    "write.lock",
    "origin",
    ".gitignore",
    "runs.db",
    "runs.db-wal",
    "runs.db-shm",
    "runs.db.lock",
)
ORPHAN_SECONDS = 10.0


def main() -> int:
    """Run the measurement and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="number of kills in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codeassist-kills-") as scratch:
        trial = Trial(Path(scratch), options.seed)
        trial.run(options.commands, options.kills)
    print("| command | usual time, s | runs | killed | faults |\n|---|---:|---:|---:|---:|")
    for name in options.commands:
        print(f"| {name} | {trial.usual[name]:.2f} | {trial.runs[name]} | {trial.killed[name]} | {trial.faults[name]} |")
    print(f"\nTemporary files: {trial.left_before} left by killed runs, later {len(trial.left_after)}.")
    for message in [*trial.messages[:20], *(f"left: {name}" for name in trial.left_after[:20])]:
        print(message, file=sys.stderr)
    return int(trial.faults.total() > 0)


class Trial:
    """One repository on which commands are started and killed; counts by command."""

    def __init__(self, scratch: Path, seed: int) -> None:
        """Create the repository in `scratch`, which must be empty."""
        from indexers.encoders import load

        self.scratch = scratch
        self.root = scratch / "repo"
        self.temporary = scratch / "tmp"
        self.random = random.Random(seed)
        self.encoder = load()
        self.usual: dict[str, float] = {}
        self.runs, self.killed, self.faults = Counter[str](), Counter[str](), Counter[str]()
        self.messages: list[str] = []
        self.left_before = 0
        self.left_after: list[str] = []
        os.environ["XDG_STATE_HOME"] = str(scratch / "state")  # the killed commands and the checks are of one user
        self.temporary.mkdir()
        self.root.mkdir()
        for number in range(40):
            (self.root / f"part{number}.py").write_text(_part(number, 0))
        (self.root / "money.py").write_text(_MONEY)
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
            self._git(*command)

    def run(self, names: list[str], kills: int) -> None:
        """Run and kill the commands in turns."""
        for name in names:
            started = time.monotonic()
            self._finish(name)
            self.usual[name] = time.monotonic() - started
        for number in range(kills):
            name = names[number % len(names)]
            self.runs[name] += 1
            try:
                self._kill(name, number)
                self._check()
            except Exception as error:  # noqa: BLE001  # each kind is a fault
                self.faults[name] += 1
                self.messages.append(f"{name}, run {number}: {type(error).__name__}: {error}")
        self.left_before = sum(1 for _ in self.temporary.iterdir())
        for name in names:
            try:
                self._finish(name)
            except Exception as error:  # noqa: BLE001
                self.faults[name] += 1
                self.messages.append(f"{name}, at the end: {error}")
        self.left_after = sorted(str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*"))

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "codeassist", *COMMANDS[name]],
            cwd=self.root,
            env=os.environ | {"TMPDIR": str(self.temporary), "HOME": str(self.scratch), "XDG_CACHE_HOME": str(self.scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _finish(self, name: str) -> None:
        with self._start(name) as child:
            _, said = child.communicate()
        _require(child.returncode in (0, 1) and b"Traceback" not in said, f"exit code {child.returncode}: {said[-300:]!r}")

    def _kill(self, name: str, number: int) -> None:
        """Change the repository, start the command, kill it, and wait for what it had started."""
        for part in self.random.sample(range(40), self.random.choice([1, 3, 40])):
            (self.root / f"part{part}.py").write_text(_part(part, number + 1))
        moment = self.random.uniform(0, self.usual[name] * (2 if number % 10 == 9 else 1))
        with self._start(name) as child:
            try:
                child.wait(moment)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                self.killed[name] += 1
            child.wait()
        until = time.monotonic() + ORPHAN_SECONDS
        while (left := _session(child.pid)) and time.monotonic() < until:
            time.sleep(0.05)
        for process in left:
            os.kill(process, signal.SIGKILL)
        _require(not left, f"{len(left)} processes were still there after {ORPHAN_SECONDS:.0f} s")

    def _check(self) -> None:
        from indexers import Index, IndexMissingError

        with suppress(IndexMissingError):
            Index.open(self.root, encoder=self.encoder).close()
        with Index.build(self.root, encoder=self.encoder) as index:
            _require(index.last_report is not None and index.last_report.complete, "the update did not complete")
            health = index.health()
            _require(health.ok, f"not healthy: {health}")
            answers = _answers(index)
        with Index.build(self.root, encoder=self.encoder, index_dir=self.scratch / "fresh", rebuild=True) as fresh:
            _require(answers == _answers(fresh), "the answers differ from those of a new index")
        names = {path.name for path in (self.root / ".codeassist").iterdir()}
        vectors = {name for name in names if name.startswith("vectors-")}
        _require(len({name.split(".")[0] for name in vectors}) == 1, f"several generations of vectors: {sorted(vectors)}")
        _require(names - vectors <= set(FINISHED), f"files were left: {sorted(names - vectors - set(FINISHED))}")

    def _git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)


def _answers(index: Any) -> list[Any]:
    hits = [[(hit.path, hit.start_line, hit.text) for hit in index.search(question, 5)] for question in QUESTIONS]
    return [hits, index.files(), index.chunk_count, [(d.path, d.line) for d in index.definitions("step")]]


def _session(leader: int) -> list[int]:
    """The living processes of the session that `leader` began."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,sess=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return [int(pid) for pid, session, state in rows if session == str(leader) and not state.startswith("Z")]


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


def _part(number: int, round_: int) -> str:
    return (
        f'"""Part {number}, changed in round {round_}."""\n\n\ndef step_{number}(value):\n'
        f'    """The step of part {number}, round {round_}."""\n    return value * {number} + {round_}\n'
    )


_MONEY = '''"""Amounts of money."""


def to_cents(amount: float) -> int:
    """Round an amount to cents."""
    if amount < 0:
        raise ValueError("negative")
    return round(amount * 100)


def charge(balance: int, amount: float) -> int:
    """The balance after an amount is charged."""
    cents = to_cents(amount)
    return balance - cents if cents <= balance else balance
'''


if __name__ == "__main__":
    sys.exit(main())
