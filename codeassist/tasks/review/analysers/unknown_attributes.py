"""Attributes that changed Python code reads and that their class or module, which is in the repository, does not have."""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.availability import class_provides, imported_files, provides
from codeassist.tasks.review.analysers.base import Facts, python_files, touches
from codeassist.tasks.review.analysers.outdated_callers import is_guarded
from codeassist.tasks.review.analysers.receivers import Around, KnownClass, class_of, functions_in, is_self, names_of
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

UNKNOWN = Rule(
    "unknown-attribute",
    "UnknownAttribute",
    "An attribute is read that a class or module of the repository does not have.",
    Severity.WARNING,
    ("correctness",),
)
_Missing = tuple[str, str, set[str], Place]

COMMON = 400
"""An attribute that occurs on more lines than this is not looked at: it is surely bound somewhere."""


class UnknownAttributes:
    """Silent where any part of the class is not in the repository, or anything binds the name from outside."""

    name = "attributes"
    rules = (UNKNOWN,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each attribute of a class or module and file."""
        for file in python_files(facts.change):
            tree = facts.tree(file.path)
            if tree is None or file.whole or is_test_path(file.path):
                continue
            yield from _of_file(facts, file, tree)


def _of_file(facts: Facts, file: ChangedFile, tree: ast.Module) -> Iterator[Finding]:
    reads = [
        (around, node)
        for around in functions_in(file.path, tree)
        if touches(file, around.function)
        for node in _reads(around, file)
    ]
    modules = _modules(
        facts, file.path, tree, {ast.unparse(node.value) for _, node in reads if isinstance(node.value, ast.Name)}
    )
    missing: dict[tuple[str, str], tuple[ast.Attribute, _Missing]] = {}
    for around, node in reads:
        found = _missing(facts, around, node, modules)
        if found is not None and not is_guarded(tree, node):
            missing.setdefault((found[0], node.attr), (node, found))
    bound = _bound(facts, {attribute for _, attribute in missing}) if missing else set()
    for (_, attribute), (node, found) in missing.items():
        if attribute not in bound:
            yield _finding(file, node, *found)


def _reads(around: Around, file: ChangedFile) -> Iterator[ast.Attribute]:
    """The attributes that a function reads on added lines and that the file did not name before."""
    old = file.old or ""
    for node in ast.walk(around.function):
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load) or node.end_lineno not in file.added:
            continue
        if not re.search(rf"\.{node.attr}\b|[\"']{node.attr}[\"']", old):
            yield node


def _missing(facts: Facts, around: Around, node: ast.Attribute, modules: dict[str, str]) -> _Missing | None:
    """(name of the class or module, what it is, the names that it has, its place) if it does not have the attribute."""
    receiver = ast.unparse(node.value)
    if receiver in modules and not _is_local(around, receiver):
        path = modules[receiver]
        tree = facts.tree(path)
        if tree is None or provides(facts, path, node.attr) or re.fullmatch(r"__\w+__", node.attr):
            return None
        names = {getattr(n, "name", "") for n in tree.body}
        return path, "module", names, Place(path, 1, "")
    known = class_of(facts, around, node.value)
    if known is None or _is_narrowed(around, receiver):
        return None
    names = names_of(facts, known) or set()
    if not names or node.attr in names or _related_provides(facts, known, node.attr):
        return None
    own = isinstance(node.value, ast.Name) and is_self(around, node.value.id)
    return known.node.name, "its class" if own else "class", names, facts.place(known.path, known.node.lineno)


def _is_narrowed(around: Around, receiver: str) -> bool:
    """Whether the function asks for the class of an expression, so that it may be one of a subclass."""
    name = re.escape(receiver)
    asks = rf"\b(?:isinstance|issubclass|type|hasattr|cast)\([^()]*{name}|match {name}"
    return bool(re.search(asks, ast.unparse(around.function)))


def _related_provides(facts: Facts, known: KnownClass, attribute: str) -> bool:
    """Whether a class that extends the class, directly or not, has an attribute of its own or from its other bases."""
    waiting, seen = [known.node.name], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        pattern = re.compile(rf"\s*class\s+(\w+)\s*\(.*\b{re.escape(name)}\b")
        for path, _, text in facts.change.find([name], ("*.py",)):
            match = pattern.match(text)
            if match is not None:
                if class_provides(facts, path, match[1], attribute):
                    return True
                waiting.append(match[1])
    return False


def _bound(facts: Facts, attributes: set[str]) -> set[str]:
    """The attributes that some code sets on an object, or names in a text; and those that are too common to look at."""
    bound: set[str] = set()
    counts: Counter[str] = Counter()
    patterns = {
        word: re.compile(rf"\.{word}\b[^=(\[]*=(?!=)|[\"']{word}[\"']|(?:as|for|,)\s+\w+\.{word}\b") for word in attributes
    }
    for _, _, text in facts.change.find(sorted(attributes), ("*.py", "*.pyi")):
        for word in attributes.intersection(re.findall(r"\w+", text)):
            counts[word] += 1
            if counts[word] > COMMON or patterns[word].search(text):
                bound.add(word)
    return bound


def _modules(facts: Facts, path: str, tree: ast.Module, wanted: set[str]) -> dict[str, str]:
    """Those of some names by which a file imports modules of the repository: name -> path."""
    found: dict[str, str] = {}
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if (alias.asname or alias.name) not in wanted:
                continue
            if isinstance(node, ast.Import):
                name, module, level = alias.asname or alias.name, alias.name, 0
                if "." in name:
                    continue
            else:
                assert isinstance(node, ast.ImportFrom)
                name, level = alias.asname or alias.name, node.level
                module = f"{node.module}.{alias.name}" if node.module else alias.name
                home = next(imported_files(facts, path, node), None)
                if home is not None and provides(facts, home, alias.name) and not home.endswith("__init__.py"):
                    continue
            target = ast.ImportFrom(module=module, names=[], level=level)
            for home in imported_files(facts, path, target):
                found[name] = home
    return found


def _is_local(around: Around, name: str) -> bool:
    """Whether a function or the module binds a name to something besides the import."""
    return any(
        (isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store))
        or (isinstance(n, ast.arg) and n.arg == name)
        for n in ast.walk(around.tree)
    )


def _finding(file: ChangedFile, node: ast.Attribute, owner: str, what: str, names: set[str], place: Place) -> Finding:
    close = difflib.get_close_matches(node.attr, sorted(n for n in names if not n.startswith("__")), n=1)
    hint = f"; did you mean '{close[0]}'?" if close else "."
    subject = f"'{owner}'" if what == "class" else f"{what} '{owner}'"
    line = node.end_lineno or node.lineno
    return Finding(
        UNKNOWN.id,
        UNKNOWN.severity,
        file.path,
        line,
        line,
        f"'{ast.unparse(node)}' is read here, but {subject} has no '{node.attr}'{hint}",
        0.85,
        (place,),
        source="attributes",
    )
