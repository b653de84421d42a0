"""Documents and doctests that still pass an argument by a name that the function does not take any more."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import Break, breaks
from codeassist.tasks.review.analysers.outdated_documents import GLOBS, HISTORY, SHOWN
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

ARGUMENT = Rule(
    "stale-argument",
    "StaleArgument",
    "A document passes an argument by a name that the change renamed or removed.",
    Severity.WARNING,
    ("documentation",),
)
COMMON = 200
"""Functions whose name occurs on more lines of documents than this are left out."""

LONGEST = 1_500
"""Characters of one call."""


class StaleArguments:
    """A call in a document is one of the changed function if only one definition of the repository has its name."""

    name = "arguments"
    rules = (ARGUMENT,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each removed parameter."""
        for broken in breaks(facts):
            for name in _removed(broken):
                yield from _mentions(facts, broken, name)


def _removed(broken: Break) -> list[str]:
    """Parameters that can no longer be passed by name."""
    old, new = broken.old, broken.new
    if new is None or old.signature is None or new.signature is None or (old.name.startswith("_") and old.name != "__init__"):
        return []
    kinds = inspect.Parameter
    if any(p.kind is kinds.VAR_KEYWORD for p in new.signature.parameters.values()):
        return []
    named = (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    return [n for n, p in old.signature.parameters.items() if p.kind in named and n not in new.signature.parameters]


def _mentions(facts: Facts, broken: Break, name: str) -> Iterator[Finding]:
    function = broken.old.name if broken.old.name != "__init__" else broken.old.owner.rpartition(".")[2]
    if broken.old.kind == "method" and broken.old.name == "__init__":
        return  # found for the class
    hits = facts.change.find([function], (*GLOBS, "*.py"))
    definition = re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{function}\b")
    defined = [path for path, _, text in hits if path.endswith(".py") and definition.match(text)]
    called = [h for h in hits if re.search(rf"(?<!\w){function}\(", h[2]) and (not h[0].endswith(".py") or _is_doctest(h[2]))]
    if len(defined) != 1 or len(called) > COMMON:
        return
    places = []
    for path, number, text in called:
        if HISTORY.search(path):
            continue
        line = _passes(facts, path, number, function, name)
        if line:
            places.append(Place(path, line, text.strip()[:160]))
    if not places:
        return
    new, fresh = broken.new, _fresh(broken)
    now = f" (now '{fresh[0]}')" if len(fresh) == 1 else ""
    line = new.line if new is not None else 1
    more = f" ({len(places)} places)" if len(places) > 1 else ""
    yield Finding(
        ARGUMENT.id,
        ARGUMENT.severity,
        broken.file.path,
        line,
        line,
        f"'{broken.old.qualified_name}' no longer takes '{name}'{now}, but {places[0]} still passes it{more}.",
        0.85,
        tuple(places[:SHOWN]),
        reach=len(places),
        source="documents",
    )


def _fresh(broken: Break) -> list[str]:
    """Parameters that are new."""
    if broken.new is None or broken.old.signature is None or broken.new.signature is None:
        return []
    return [n for n in broken.new.signature.parameters if n not in broken.old.signature.parameters]


def _is_doctest(text: str) -> bool:
    return text.lstrip().startswith((">>> ", "... "))


def _passes(facts: Facts, path: str, number: int, function: str, name: str) -> int:
    """The line at which a call that starts on a line passes the argument by its name; 0 if it does not."""
    lines = (facts.change.read(path) or "").split("\n")[number - 1 :]
    text = "\n".join(lines)[:LONGEST]
    argument = re.compile(rf"(?<![\w.]){name}\s*=(?!=)")
    for match in re.finditer(rf"(?<!\w){function}\(", text.partition("\n")[0]):
        depth, position = 1, match.end()
        while position < len(text) and depth:
            if depth == 1 and argument.match(text, position):
                return number + text.count("\n", 0, position)
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[position], 0)
            position += 1
    return 0
