"""`python -m codeassist`, and the installed program."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def foreign_package() -> str:
    """The folder of a package named `indexers` that is not ours but would be imported; empty when there is none."""
    spec = find_spec("indexers")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if spec is not None and not any((Path(place) / "stores" / "catalog.py").is_file() for place in places):
        return str(spec.origin or next(iter(places), "indexers"))
    return ""


def entry() -> None:
    """Run the command line; a package of another project that hides ours is named."""
    if hidden := foreign_package():
        sys.stderr.write(
            f"codeassist: {hidden} hides the package 'indexers' that this program needs; run the installed program "
            "'codeassist', or 'python -P -m codeassist', and keep that folder out of PYTHONPATH.\n"
        )
        sys.exit(2)
    from codeassist.cli.app import entry as run

    run()


if __name__ == "__main__":
    entry()
