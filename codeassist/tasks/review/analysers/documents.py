"""Documentation that is untrue now: of names that are gone, of parameters and defaults that changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files, touches
from codeassist.tasks.review.analysers.breaks import definitions
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

STALE = Rule(
    "stale-document",
    "StaleDocument",
    "A document or docstring speaks of a name that the change removed.",
    Severity.WARNING,
    ("documentation",),
)
PARAMETER = Rule(
    "stale-parameter",
    "StaleParameter",
    "A docstring describes a parameter that is gone, or a default that changed.",
    Severity.WARNING,
    ("documentation",),
)

GLOBS = ("*.md", "*.rst", "*.adoc", "*.txt")
HISTORY = re.compile(
    r"(?i)(?:^|/)(?:change|history|news|release|migrat|upgrad)|/(?:releases?|changes|newsfragments|whatsnew)/|CHANGES/"
)
SHOWN = 6


class Documents:
    """Documents by name, docstrings by parameter. Change logs speak of the past and are left alone."""

    name = "documents"
    rules = (STALE, PARAMETER)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings about documents that the change leaves behind."""
        gone: dict[str, ChangedFile] = {}
        for file in facts.change.files:
            if file.old_path.endswith(".py") and file.old is not None and not file.whole:
                gone |= dict.fromkeys(_gone(facts, file), file)
        if gone:
            yield from _mentions(facts, gone)
        for file in python_files(facts.change):
            if not file.whole and file.old is not None:
                yield from _parameters(facts, file)


def _gone(facts: Facts, file: ChangedFile) -> set[str]:
    old, new = facts.old_tree(file), facts.new_tree(file)
    if old is None or (new is None and file.kind != "deleted"):
        return set()
    left = definitions(new) if new is not None else {}
    last = {qualified.rpartition(".")[2] for qualified in left}
    names = {qualified.rpartition(".")[2] for qualified in definitions(old) if qualified not in left} - last
    return {n for n in names if len(n) > 4 and not n.startswith("_") and ("_" in n or re.search(r"[a-z][A-Z]", n))}


def _mentions(facts: Facts, gone: dict[str, ChangedFile]) -> Iterator[Finding]:
    found: dict[str, list[Place]] = {}
    still = {
        w
        for path, _, text in facts.change.find(sorted(gone), ("*.py",))
        for w in gone
        if re.search(rf"(?:def|class)\s+{w}\b", text)
    }
    for path, number, text in facts.change.find(sorted(gone), GLOBS):
        if HISTORY.search(path):
            continue
        for word in gone.keys() - still:
            if re.search(rf"[`.]{word}\b|\b{word}[(`]", text):
                found.setdefault(word, []).append(Place(path, number, text.strip()[:160]))
    for word, places in found.items():
        file = gone[word]
        line = min(file.touched, default=1)
        yield Finding(
            STALE.id,
            STALE.severity,
            file.path,
            line,
            line,
            f"'{word}' is gone, and {places[0]} still speaks of it" + (f" ({len(places)} places)." if len(places) > 1 else "."),
            0.75,
            tuple(places[:SHOWN]),
            reach=len(places),
            source="documents",
        )


def _parameters(facts: Facts, file: ChangedFile) -> Iterator[Finding]:
    tree, before = facts.new_tree(file), facts.old_tree(file)
    if tree is None or before is None:
        return
    old = {n.name: n for n in ast.walk(before) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name not in old or not touches(file, node):
            continue
        if not ast.get_docstring(node):
            continue
        said = ast.get_docstring(node, clean=False) or ""
        was, now = _defaults(old[node.name]), _defaults(node)
        for name in was.keys() - now.keys():
            match = re.search(rf"(?m)^\s*(?::param(?: \w+)? {name}:|{name}(?: \([^)]*\))?\s*:|\* ?`{name}`)", said)
            if match and not node.args.kwarg:
                yield _stale(
                    file, node, said, match.start(), f"The docstring of '{node.name}' still describes '{name}', which is gone."
                )
        for name, default in now.items():
            if name in was and was[name] not in ("", default) and default:
                match = re.search(
                    rf"(?is)\b{name}\b.{{0,120}}?\bdefaults? (?:to|is|:)?\s*[`'\"]*{re.escape(was[name].strip(chr(39)))}\b",
                    said,
                )
                if match:
                    text = (
                        f"The docstring of '{node.name}' still says that '{name}' defaults to {was[name]}; it is {default} now."
                    )
                    yield _stale(file, node, said, match.end(), text)


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    given = [""] * (len(positional) - len(node.args.defaults)) + [ast.unparse(d) for d in node.args.defaults]
    found = dict(zip([a.arg for a in positional], given, strict=True))
    return found | {
        a.arg: ast.unparse(d) if d else "" for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    }


def _stale(file: ChangedFile, node: ast.FunctionDef | ast.AsyncFunctionDef, said: str, at: int, message: str) -> Finding:
    line = node.body[0].lineno + said.count("\n", 0, at)
    return Finding(PARAMETER.id, PARAMETER.severity, file.path, line, line, message, 0.85, source="documents")
