"""Single flipped bits in every file of an index folder: is each one noticed, or without effect on any answer?

    python benchmarks/flips.py [--flips 200] [--seed 1] [--source DIR]

Indexes the source files of DIR (by default the package `indexers` beside this script), records one run and one cached
answer, and then flips one random bit at a time in each file of the folder. After each flip the index is opened
anew and asked a fixed set of questions, updated, and asked again, and the runs and the cached answer are read. Prints
a table with the number of flips by what happened:

    harmless   every answer was the one of the intact folder
    refused    an error that names the command that repairs it
    lost       the record of runs or a cached answer could not be read, which was said
    WRONG      another answer, without an error: the goal is none
    CRASHED    any other exception, or the process died: the goal is none

The exit code is 1 if there was one of the last two.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

OUTCOMES = ("harmless", "refused", "lost", "WRONG", "CRASHED")
QUESTIONS = ("where is the writer lock held", "quantise vectors", "parse imports of a file", "read_private", "spelling")
NAMES = ("check_folder", "Writer", "identifiers", "Gateway", "authenticate")
HERE = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the measurement and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=200, help="flipped bits for each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", type=Path, default=HERE / "indexers")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        _work(Path(options.worker[0]), options.worker[1:], options.flips, options.seed)
        return 0
    with tempfile.TemporaryDirectory(prefix="codeassist-flips-") as scratch:
        counts = measure(Path(scratch), options.source, options.flips, options.seed)
    print("| file | " + " | ".join(OUTCOMES) + " |\n|---|" + "---:|" * len(OUTCOMES))
    for name, count in counts.items():
        print(f"| {name} | " + " | ".join(str(count[outcome]) for outcome in OUTCOMES) + " |")
    bad = sum(count["WRONG"] + count["CRASHED"] for count in counts.values())
    print(f"\n{options.flips} flips a file, seed {options.seed}: {bad} wrong answers or crashes.")
    return int(bad > 0)


def measure(scratch: Path, source: Path, flips: int, seed: int) -> dict[str, Counter[str]]:
    """The outcomes by file; `scratch` is an empty folder."""
    _prepare(scratch, source)
    names = sorted(path.name for path in (scratch / "intact").iterdir() if path.stat().st_size)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    while names:
        command = [sys.executable, __file__, "--flips", str(flips), "--seed", str(seed), "--worker", str(scratch), *names]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for name, outcome in (line.split() for line in done.stdout.splitlines()):
            counts[name][outcome] += 1
        sys.stderr.write(done.stderr[-4000:])
        rest = [name for name in names if counts[name].total() < flips]
        if rest:  # the process died in the first of them
            counts[rest[0]]["CRASHED"] += flips - counts[rest[0]].total()
        names = rest[1:]
    return counts


def _prepare(scratch: Path, source: Path) -> None:
    """A small repository with an index, a log of vectors, a run and a cached answer; `intact` is a copy of its folder."""
    from codeassist.models.messages import Reply
    from codeassist.runs.store import AnswerCache, Run, RunStore
    from indexers import Index

    root = scratch / "repo"
    shutil.copytree(source, root, ignore=lambda _, names: [n for n in names if Path(n).suffix not in ("", ".py", ".scm")])
    with Index.build(root) as index:
        (root / "later.py").write_text("def added_later():\n    return 'a log of vectors'\n")
        index.update()
    folder = root / ".codeassist"
    RunStore(folder).add(Run("ask", QUESTIONS[0], output="in locking.py"))
    AnswerCache(folder).put("key", Reply("an answer", 1, 1, 0.1))
    shutil.copytree(folder, scratch / "intact")


def _work(scratch: Path, names: list[str], flips: int, seed: int) -> None:
    """Flip bits of each file, one after the other, and print the outcome of each."""
    from indexers.encoders import load

    folder, intact = scratch / "repo" / ".codeassist", scratch / "intact"
    encoder = load()  # once: it is not in the folder
    expected = _answers(scratch / "repo", encoder)
    for name in names:
        data = (intact / name).read_bytes()
        rng = random.Random(f"{seed}:{name}")
        for _ in range(flips):
            bit = rng.randrange(len(data) * 8)
            shutil.rmtree(folder)
            shutil.copytree(intact, folder)
            _flip(folder / name, data, bit)
            outcome = _outcome(scratch / "repo", encoder, expected)
            if outcome in ("WRONG", "CRASHED"):
                print(f"{outcome}: bit {bit} of {name}", file=sys.stderr)
            print(name, outcome, flush=True)


def _flip(path: Path, data: bytes, bit: int) -> None:
    """Flip one bit in place; the modification time stays, as with a fault of the disk."""
    status = path.stat()
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(bytes(changed))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _outcome(root: Path, encoder: Any, expected: list[Any]) -> str:
    from codeassist.errors import RunStoreError
    from indexers import IndexerError

    try:
        answers = _answers(root, encoder)
    except IndexerError as error:
        return "refused" if "codeassist index" in str(error) else "CRASHED"
    except RunStoreError:
        return "lost"
    except Exception as error:  # noqa: BLE001  # what this script looks for
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return "CRASHED"
    if answers == expected:
        return "harmless"
    return "lost" if answers[:-1] == expected[:-1] and answers[-1] is None else "WRONG"


def _answers(root: Path, encoder: Any) -> list[Any]:
    """Everything that is asked of the folder; the cached answer comes last."""
    from codeassist.runs.store import AnswerCache, RunStore
    from indexers import Index

    answers: list[Any] = []
    with Index.open(root, encoder=encoder) as index:
        for again in (False, True):
            if again:
                index.update()
            answers.append([[(h.path, h.start_line, h.end_line, h.text) for h in index.search(q, 10)] for q in QUESTIONS])
            answers.append([[(d.qualified_name, d.line) for d in index.definitions(name)] for name in NAMES])
            answers.append([[(use.path, use.line) for use in index.callers(name)] for name in NAMES])
            answers.append([index.files(), index.chunk_count, sorted(index.statistics().languages)])
    answers.append([(run.id, run.question, run.output, run.rating) for run in RunStore(root / ".codeassist").list()])
    answers.append(AnswerCache(root / ".codeassist").get("key"))
    return answers


if __name__ == "__main__":
    sys.exit(main())
