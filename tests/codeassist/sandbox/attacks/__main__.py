"""`python attacks BASE VICTIM PORTS...`: try to harm what is outside BASE/scratch, by system calls only; run inside the sandbox.

Writes {attack: "done" or why not} to BASE/scratch/result.json. What counts is seen from outside as well (attack_table).
Uses the standard library only, and no Python guard: ctypes calls the kernel directly. The folder is run as a program of its own,
so its modules import each other by their short names.
"""

import json
import sys
from pathlib import Path

import files  # noqa: F401 - each of these adds its attacks to the table
import kernel  # noqa: F401
import network  # noqa: F401
import processes  # noqa: F401
from hogs import HOGS
from kit import CALLS, Harm


def main():
    base, victim, tcp_port, udp_port, *wanted = sys.argv[1:]
    it = Harm(Path(base), int(victim), int(tcp_port), int(udp_port))
    for hog in HOGS:
        if hog.__name__ in wanted:
            hog(it)
            return
    results = {}
    for name, function in CALLS.items():
        try:
            function(it)
            results[name] = "done"
        except (OSError, AttributeError) as error:
            results[name] = error.strerror if isinstance(error, OSError) else str(error)
    (it.scratch / "result.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
