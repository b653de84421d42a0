"""Many readers beside several writers: every answer must be one of the states that the repository has had.

    python benchmarks/storm.py [--seconds 120] [--readers 10] [--writers 2] [--seed 1]

Readers and writers are processes. The first writer changes a file, so that every function in it says the same new number,
and all writers update the index; sometimes they rebuild it. A reader opens the index again and again and asks for the
functions of the file, and searches for them. Counted as faults are answers that mix two states of the file or lack a part of
it (MIXED), answers older than one that the reader has seen before (OLDER), an index that is called damaged or missing (REFUSED)
and every other error (ERROR). An index that says itself that it is incomplete, and a writer that is refused because another
one is at work (busy), are not faults. Prints a table; the exit code is 1 if there was a fault.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

PARTS = 12
EVENTS = ("answers", "incomplete", "updates", "rebuilds", "busy", "MIXED", "OLDER", "REFUSED", "ERROR")


def main() -> int:
    """Run the measurement and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", nargs=3, metavar=("ROLE", "ROOT", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        role, root, number = options.worker
        work = read if role == "reader" else write
        print(*(f"{event} {count}" for event, count in work(Path(root), int(number), options).items()), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="codeassist-storm-") as scratch:
        counts = measure(Path(scratch), options.seconds, options.readers, options.writers, options.seed)
    print("| " + " | ".join(EVENTS) + " |\n|" + "---:|" * len(EVENTS))
    print("| " + " | ".join(str(counts[event]) for event in EVENTS) + " |")
    return int(sum(counts[event] for event in EVENTS if event.isupper()) > 0)


def measure(root: Path, seconds: float, readers: int, writers: int, seed: int) -> Counter[str]:
    """Counts of what happened in a storm of some seconds in an empty folder."""
    from indexers import Index

    _change(root, 0)
    for number in range(60):
        (root / f"other{number}.py").write_text(f"def other_{number}(value):\n    return value + {number}\n")
    Index.build(root).close()
    command = [sys.executable, __file__, "--seconds", str(seconds), "--seed", str(seed), "--worker"]
    roles = [("writer", number) for number in range(writers)] + [("reader", number) for number in range(readers)]
    processes = [
        subprocess.Popen([*command, role, str(root), str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for role, number in roles
    ]
    counts = Counter[str]()
    for process in processes:
        out, err = process.communicate()
        sys.stderr.write(err[-2000:])
        counts.update({event: int(count) for event, count in (line.split() for line in out.splitlines())})
        counts["ERROR"] += process.returncode != 0
    return counts


def write(root: Path, number: int, options: argparse.Namespace) -> Counter[str]:
    """Change the file and update the index until the time is over."""
    from indexers import Index, IndexBusyError, IndexerError

    counts = Counter[str]()
    rng = random.Random(f"{options.seed}:{number}")
    until = time.monotonic() + options.seconds
    state = 0
    while time.monotonic() < until:
        state += 1
        if number == 0:  # one writer changes the file, so that its states have an order; the others only index
            _change(root, state)
        rebuild = rng.random() < 0.1
        try:
            with Index.build(root, wait=rng.random() < 0.5, rebuild=rebuild):
                counts["rebuilds" if rebuild else "updates"] += 1
        except IndexBusyError:
            counts["busy"] += 1
        except IndexerError as error:
            counts["ERROR"] += 1
            print(f"writer: {type(error).__name__}: {error}", file=sys.stderr)
        time.sleep(rng.uniform(0, 0.05))
    return counts


def read(root: Path, number: int, options: argparse.Namespace) -> Counter[str]:
    """Ask until the time is over; the time of the first question is not counted."""
    from indexers import Index, IndexBusyError, IndexerError, IndexMissingError, IndexUnusableError
    from indexers.encoders import load

    counts, encoder = Counter[str](), load()
    rng = random.Random(f"{options.seed}:{number}:reader")
    until = time.monotonic() + options.seconds
    newest = -1
    while time.monotonic() < until:
        try:
            with Index.open(root, encoder=encoder) as index:
                for _ in range(rng.randrange(1, 5)):
                    before = index.remaining
                    listed = [_state(definition.documentation) for definition in index.outline("parts.py")]
                    found = [_state(hit.documentation) for hit in index.search("the state of each part", 5, all_chunks=True)]
                    if not listed and (before or index.remaining):  # either may be of the moment before or after
                        counts["incomplete"] += 1
                        continue
                    counts["answers"] += 1
                    counts["MIXED"] += len(listed) != PARTS or len(set(listed)) > 1 or len(set(found) - {None}) > 1
                    states = [state for state in (*listed, *found) if state is not None]
                    counts["OLDER"] += bool(states) and min(states) < newest
                    newest = max([newest, *states])
        except IndexBusyError:
            counts["busy"] += 1
        except (IndexMissingError, IndexUnusableError) as error:
            counts["REFUSED"] += 1
            print(f"reader: {error}", file=sys.stderr)
        except IndexerError as error:
            counts["ERROR"] += 1
            print(f"reader: {type(error).__name__}: {error}", file=sys.stderr)
    return counts


def _change(root: Path, state: int) -> None:
    """Write the next state of the file at once, as an editor does."""
    parts = (f'def part_{n}(value):\n    """The state of each part: {state}."""\n    return value\n' for n in range(PARTS))
    (root / "parts.tmp").write_text("\n\n".join(parts))
    (root / "parts.tmp").replace(root / "parts.py")


def _state(documentation: str) -> int | None:
    """The state that a part says it is in; None for any other definition."""
    before, _, number = documentation.strip().rstrip(".").partition("The state of each part: ")
    return int(number) if number and not before else None


if __name__ == "__main__":
    sys.exit(main())
