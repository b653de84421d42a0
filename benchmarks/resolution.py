"""Which definition a call belongs to, compared with the type checker pyrefly: precision and recall of resolved calls.

pip install pyrefly   (only this program uses it)
python benchmarks/resolution.py FOLDER... [--misses 10]

FOLDER holds Python packages, as unpacked wheels do; what they import should be installed beside them for pyrefly (`--python`).
A call counts when pyrefly names functions of FOLDER as its only targets. A constructor belongs to its class. Ours are the
calls that `Index.callers` marks as resolved.

precision  of our resolved calls that pyrefly resolves too, the share with the same definition
strict     the same, and a call that pyrefly leaves open or resolves to something outside counts as wrong
recall     of pyrefly's calls, the share that we resolve to the same definition
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexers import Index
from indexers.types import RESOLVED

TARGETS = ("call_targets", "init_targets")
Site = tuple[str, int, str]
"""A call: path, line of the called name, and that name."""


def pyrefly_calls(root: Path, interpreter: str) -> dict[Site, set[str]]:
    """The qualified names of the definitions in `root` that each call reaches, by pyrefly."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "pyrefly",
            "check",
            "--report-pysa",
            folder,
            "--report-pysa-format",
            "json",
            "--progress-bar",
            "no",
            "--search-path",
            ".",
            "--preset",
            "default",
            ".",
        ]
        if interpreter:
            command[2:2] = ["--python-interpreter-path", interpreter]
        subprocess.run(command, cwd=root, capture_output=True, check=False)
        definitions = {data["module_id"]: data for data in _reports(Path(folder, "definitions"))}
        found: dict[Site, set[str]] = {}
        for graph in _reports(Path(folder, "call_graphs")):
            path = _inside(graph, root)
            if path:
                _add_calls(graph["call_graphs"], path, root, definitions, found)
    return found


def _reports(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text())


def _inside(report: dict[str, Any], root: Path) -> str:
    """The module's path below the root, or "" for a module from elsewhere."""
    path = Path(report["source_path"].get("FileSystem", "/")).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""


def _add_calls(
    graphs: dict[str, dict[str, Any]],
    path: str,
    root: Path,
    definitions: dict[int, dict[str, Any]],
    found: dict[Site, set[str]],
) -> None:
    names = _called_names(root / path)
    for calls in graphs.values():
        for where, entry in calls.items():
            called = entry.get("Call") if "|" not in where else None
            if called is None or where not in names:
                continue
            line, name = names[where]
            targets = {
                _qualified(t, definitions, root, made=kind == "init_targets") for kind in TARGETS for t in called.get(kind, [])
            }
            if targets and "" not in targets:
                found.setdefault((path, line, name), set()).update(targets)


def _called_names(path: Path) -> dict[str, tuple[int, str]]:
    """For the range of each call in a file, as pyrefly writes it: the line of the called name, and the name."""
    found = {}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            where = f"{node.lineno}:{node.col_offset + 1}-{node.end_lineno}:{(node.end_col_offset or 0) + 1}"
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            found[where] = (node.func.end_lineno or 0, name)
    return found


def _qualified(target: dict[str, Any], definitions: dict[int, dict[str, Any]], root: Path, *, made: bool) -> str:
    """The qualified name of a target, of its class where an object is `made`; "" when it is defined elsewhere."""
    function = next(iter(target["target"].values()))
    module = definitions.get(function.get("module_id", -1))
    known = module["function_definitions"].get(function.get("function_id")) if module and _inside(module, root) else None
    if known is None:
        return ""
    owner = (known.get("defining_class") or {}).get("class_name", "")
    if made:
        return str((target.get("receiver_class") or {}).get("class_name", owner))
    return f"{owner}.{known['name']}" if owner else str(known["name"])


def our_calls(root: Path) -> dict[Site, str]:
    """The last two parts of the qualified name of the definition that each resolved call belongs to."""
    found: dict[Site, str] = {}
    with tempfile.TemporaryDirectory() as folder, Index.build(root, index_dir=folder) as index:
        kinds = ("function", "method", "class")
        for name in sorted({d.name for d in index.definitions_of_kinds(kinds)}):
            for use in index.callers(name, limit=100_000, kinds=("call",)):
                if use.resolution == RESOLVED:
                    found[use.path, use.line, use.name] = use.target
    return found


def agree(ours: str, theirs: set[str]) -> bool:
    """Whether our target is one of pyrefly's, names of enclosing definitions apart."""
    parts = ours.split(".")
    return any(parts[-len(other.split(".")) :] == other.split(".") for other in theirs)


def main() -> None:
    """Print a row for each folder, and calls that differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--python", default="", help="the interpreter in whose environment pyrefly looks for imports")
    parser.add_argument("--misses", type=int, default=0)
    given = parser.parse_args()
    print("folder                    calls  resolved  precision  strict  recall")
    for folder in given.folders:
        root = folder.resolve()
        theirs, ours = pyrefly_calls(root, given.python), our_calls(root)
        both = [site for site in ours if site in theirs]
        right = [site for site in both if agree(ours[site], theirs[site])]
        shares = [len(right) / max(total, 1) for total in (len(both), len(ours), len(theirs))]
        print(f"{root.name:<24}{len(theirs):>7}{len(ours):>10}{shares[0]:>11.3f}{shares[1]:>8.3f}{shares[2]:>8.3f}", flush=True)
        wrong = [site for site in theirs if site not in ours or not agree(ours[site], theirs[site])]
        for path, line, name in wrong[: given.misses]:
            expected, got = ", ".join(sorted(theirs[path, line, name])), ours.get((path, line, name), "-")
            print(f"  {path}:{line} {name}: {expected}; ours: {got}")


if __name__ == "__main__":
    main()
