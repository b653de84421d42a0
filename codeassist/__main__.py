"""`python -m codeassist`, and the installed program."""

from __future__ import annotations

import gc
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

YOUNG = 100_000
"""Objects that may be made before the cyclic garbage collector looks at them. Imports alone make enough for many collections
with Python's 700, each of which reads them all; most commands end before the first with this."""


def foreign_package() -> str:
    """The path of a foreign package `indexers` that would be imported instead of ours; empty when there is none."""
    spec = find_spec("indexers")
    locations = list(spec.submodule_search_locations or ()) if spec is not None else []
    if spec is not None and not any((Path(location) / "stores" / "catalog.py").is_file() for location in locations):
        return str(spec.origin or next(iter(locations), "indexers"))
    return ""


def entry() -> None:
    """Run the command line; exits with 2 when a foreign package shadows ours.

    Until its own handlers are installed, Ctrl-C ends the process at once: nothing has been started that could be lost.
    """
    gc.set_threshold(YOUNG)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if foreign := foreign_package():
        sys.stderr.write(
            f"codeassist: {foreign} shadows the package 'indexers' that this program needs; run the installed program "
            "'codeassist' or 'python -P -m codeassist', and remove that folder from PYTHONPATH.\n"
        )
        sys.exit(2)
    from codeassist.cli.app import entry as run

    run()


if __name__ == "__main__":
    entry()
