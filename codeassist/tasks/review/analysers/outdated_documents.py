"""Documentation that the change makes wrong: of removed names, removed parameters and changed defaults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.evidence.parsed_source import PythonFunction as Function
from codeassist.tasks.review.analysers.availability import class_named, home_of, provides
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.analysers.breaks import definitions
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

STALE = Rule(
    "stale-document",
    "StaleDocument",
    "A document mentions a name that the change removed, or gives a value that it replaced.",
    Severity.WARNING,
    ("documentation",),
)
PARAMETER = Rule(
    "stale-parameter",
    "StaleParameter",
    "A docstring describes a removed parameter or a changed default.",
    Severity.WARNING,
    ("documentation",),
)

GLOBS = ("*.md", "*.rst", "*.adoc", "*.txt")
HISTORY = re.compile(
    r"(?i)(?:^|/)[^/]*(?:change|history|news|release|migrat|upgrad)[^/]*\.\w+$|(?:^|/)(?:change|news|release)[^/]*$|/(?:releases?|changes|newsfragments|whatsnew)/|CHANGES/"
)
SHOWN = 6
SHORTEST = 3
"""Characters of a removed parameter that is looked for in sentences."""


class OutdatedDocuments:
    """Searches documents for removed names, and docstrings for parameters. Change logs are skipped."""

    name = "documents"
    rules = (STALE, PARAMETER)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on documents and docstrings that were not updated."""
        removed: dict[str, ChangedFile] = {}
        for file in facts.change.files:
            if file.old_path.endswith(".py") and file.old is not None and not file.whole and not file.skipped:
                removed |= dict.fromkeys(_removed_names(facts, file), file)
        if removed:
            yield from _mentions(facts, removed)
        for file in python_files(facts.change):
            if not file.whole and file.old is not None:
                yield from _parameters(facts, file)


def _removed_names(facts: Facts, file: ChangedFile) -> set[str]:
    """Removed names that are long and distinctive enough to search for in prose."""
    old, new = facts.old_tree(file), facts.new_tree(file)
    if old is None or (new is None and file.kind != "deleted"):
        return set()
    remaining = definitions(new) if new is not None else {}
    remaining_names = {qualified.rpartition(".")[2] for qualified in remaining}
    names = {qualified.rpartition(".")[2] for qualified in definitions(old) if qualified not in remaining} - remaining_names
    home = home_of(facts, file.old_path)
    return {
        n
        for n in names
        if len(n) > 4
        and not n.startswith("_")
        and ("_" in n or re.search(r"[a-z][A-Z]", n))
        and (home is None or not provides(facts, home, n))
    }


def _mentions(facts: Facts, removed: dict[str, ChangedFile]) -> Iterator[Finding]:
    mentions: dict[str, list[Place]] = {}
    still_defined = {
        word
        for _, _, text in facts.change.find(sorted(removed), ("*.py",))
        for word in removed
        if re.search(rf"(?:def|class)\s+{word}\b", text)
    }
    for path, number, text in facts.change.find(sorted(removed), GLOBS):
        if HISTORY.search(path):
            continue
        for word in removed.keys() - still_defined:
            if re.search(rf"[`.]{word}\b|\b{word}[(`]", text):
                mentions.setdefault(word, []).append(Place(path, number, text.strip()[:160]))
    for word, places in mentions.items():
        file = removed[word]
        line = min(file.touched, default=1)
        yield Finding(
            STALE.id,
            STALE.severity,
            file.path,
            line,
            line,
            f"'{word}' was removed, but {places[0]} still mentions it"
            + (f" ({len(places)} places)." if len(places) > 1 else "."),
            0.75,
            tuple(places[:SHOWN]),
            reach=len(places),
            source="documents",
        )


def _parameters(facts: Facts, file: ChangedFile) -> Iterator[Finding]:
    tree, before = facts.new_tree(file), facts.old_tree(file)
    if tree is None or before is None:
        return
    old = dict(functions(before))
    for qualified, node in functions(tree):
        if qualified not in old or not touches(file, node):
            continue
        was, now = _defaults(old[qualified]), _defaults(node)
        if was == now:
            continue
        for documented in (node, _class_of(tree, qualified)):
            if documented is not None and ast.get_docstring(documented):
                yield from _outdated(file, node, documented, (was, now))


def _class_of(tree: ast.Module, qualified: str) -> ast.ClassDef | None:
    """The class whose docstring describes the parameters of a constructor; None for another function."""
    owner, _, name = qualified.rpartition(".")
    return class_named(tree, owner) if owner and name == "__init__" else None


def _outdated(
    file: ChangedFile, node: Function, documented: Function | ast.ClassDef, defaults: tuple[dict[str, str], dict[str, str]]
) -> Iterator[Finding]:
    """What the docstring of a function, or of the class that it makes, says of removed parameters and changed defaults."""
    docstring, (was, now) = ast.get_docstring(documented, clean=False) or "", defaults
    used = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    used |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name in was.keys() - now.keys():
        match = re.search(_described(name), docstring)
        mentioned = None if match or name in used or len(name) < SHORTEST else re.search(_as_code(name), docstring)
        found = match or mentioned
        if found and not node.args.kwarg:
            says = "describes" if match else "mentions"
            text = f"The docstring of '{documented.name}' still {says} '{name}', which was removed."
            yield _stale(file, documented, docstring, found.start(), text)
    for name, default in now.items():
        if name in was and was[name] not in ("", default) and default:
            match = re.search(
                rf"(?is)\b{name}\b.{{0,120}}?\bdefaults? (?:to|is|:)?\s*[`'\"]*{re.escape(was[name].strip(chr(39)))}\b",
                docstring,
            )
            if match:
                text = f"The docstring of '{documented.name}' gives '{name}' the default {was[name]}; it is now {default}."
                yield _stale(file, documented, docstring, match.end(), text)


def _described(name: str) -> str:
    """A pattern for an entry of a parameter in a docstring."""
    return rf"(?m)^[ \t]*(?::param(?: \w+)? {name}:|{name}(?: \([^)]*\))?\s*:|\* ?`{name}`|{name} : )"


def _as_code(name: str) -> str:
    """A pattern for a parameter that a sentence names as code: in backticks or between asterisks, also with a value."""
    return rf"(?<![\w.`])(?:`{{1,2}}{name}(?:\s?=\s?[^`\n]*)?`{{1,2}}|\*{{1,2}}{name}\*{{1,2}}|{name}=[\w'\"]+)(?![\w.])"


def _defaults(node: Function) -> dict[str, str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    values = [""] * (len(positional) - len(node.args.defaults)) + [ast.unparse(d) for d in node.args.defaults]
    defaults = dict(zip([a.arg for a in positional], values, strict=True))
    return defaults | {
        a.arg: ast.unparse(d) if d else "" for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    }


def _stale(file: ChangedFile, node: Function | ast.ClassDef, docstring: str, offset: int, message: str) -> Finding:
    line = node.body[0].lineno + docstring.count("\n", 0, offset)
    return Finding(PARAMETER.id, PARAMETER.severity, file.path, line, line, message, 0.85, source="documents")
