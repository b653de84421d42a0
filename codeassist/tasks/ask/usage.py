"""Answers about one definition's uses: who uses it, what would break with it, which tests reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.wording import a_kind
from indexers import Index
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, identifiers
from indexers.types import BY_NAME, USE_KINDS, CoveringTest, Definition, Use

_BARE = re.compile(
    r"^\s*who (?:calls|uses|imports|invokes|overrides|implements|extends|inherits from)\s+"
    r"`*([A-Za-z_]\w*)(?:\(\))?`*\s*\??\s*$",
    re.IGNORECASE,
)

EVERY_USE = 5_000
"""The most uses that are counted, which takes about 0.1 s."""

LISTED = 9
"""Places listed in an answer; `ALL_LISTED` in a long one."""

ALL_LISTED = 40

INHERITED = "inherited from"

MOST_NAMESAKES = 200

FEW = 3
"""Places listed of each kind in an answer that lists several kinds."""


def who(index: Index, question: str, definition: Definition, numbers: Citations, most: int = LISTED) -> list[str]:
    """Who uses a definition, at most `most` places. Only of what nothing mentions it is said that it may be unused."""
    relation, kinds = _relation(question)
    if relation == INHERITED and (found := index.implementations(definition.qualified_name, EVERY_USE)):
        return [_implemented(found, definition, numbers, most)]
    uses = uses_of(index, definition, kinds)
    groups = _by_place(use for use in uses if use.kind != "import" or relation == "imported")
    if groups:
        lines = _listed(groups, definition.qualified_name, numbers, most)
        count = f"{len(groups)} place" + ("s" if len(groups) > 1 else "")
        return ["\n".join([f"{subject_of(definition, numbers)} is {relation} in {count}{_matched(groups)}:", *lines])]
    subject = subject_of(definition, numbers)
    verb = _verb(question, relation)
    if others := [use for use in uses_of(index, definition, USE_KINDS) if use.kind not in kinds or use.kind == "import"]:
        lines = [f"- `{u.path}` {numbers.cite(u.path, u.line, u.line)} {_as_verb(u)}" for u in others[:most]]
        return ["\n".join([f"{subject}. Nothing in the index {verb} it, but:", *lines])]
    if mentions := index.mentions(definition.name, most):
        lines = [f"- `{m.path}` {numbers.cite(m.path, m.line, m.line)} mentions it" for m in mentions]
        return ["\n".join([f"{subject}. Nothing in the index {verb} it; it is only mentioned:", *lines])]
    return [f"{subject}. Nothing in the index {verb} it or mentions it: it may be an entry point, or unused."]


def unknown_name(index: Index, question: str) -> str:
    """The name that a question is about which says no more ("who calls parse"), if nothing in the index is called so."""
    asked = _BARE.match(question)
    name = asked[1] if asked else ""
    return "" if not name or index.knows_name(name) or index.contains_word(name) else name


def who_uses_foreign(index: Index, question: str, numbers: Citations, most: int = LISTED) -> list[str]:
    """Who uses a name that the question spells and the repository only uses; empty if there is none."""
    relation, kinds = _relation(question)
    spelled = understand(question).symbols or [n for n in identifiers(question) if n.lower() not in STOP_WORDS]
    for name in reversed(spelled):
        uses = index.callers(name, EVERY_USE, kinds)
        if groups := _by_place(use for use in uses if use.kind != "import" or relation == "imported"):
            lines = _listed(groups, name, numbers, most)
            count = f"{len(groups)} place" + ("s" if len(groups) > 1 else "")
            return [
                "\n".join(
                    [f"`{name}` is not defined in this repository. It is {relation} in {count}{_matched(groups)}:", *lines]
                )
            ]
    return []


def _matched(groups: Mapping[tuple[str, str], Sequence[Use]]) -> str:
    """That no use could be resolved, to follow their number; empty if some could."""
    is_resolved = any(use.resolution != BY_NAME for uses in groups.values() for use in uses)
    return "" if is_resolved else ", matched by name only"


def _implemented(found: Sequence[Definition], definition: Definition, numbers: Citations, most: int) -> str:
    """What extends, implements or overrides a definition, at most `most` of them."""
    lines = [f"- `{d.qualified_name}` in `{d.path}` {numbers.define(d)}" for d in found[:most]]
    if len(found) > most:
        lines.append(f"- … and {len(found) - most} more; `codeassist implementations {definition.qualified_name}` lists all")
    count = f"{len(found)} definition" + ("s" if len(found) > 1 else "")
    return "\n".join([f"{subject_of(definition, numbers)} is extended, implemented or overridden by {count}:", *lines])


def breaks(index: Index, definition: Definition, numbers: Citations) -> list[str]:
    """What depends on a definition: its users, what overrides or extends it, its tests, what mentions it."""
    name = definition.qualified_name
    code = [use for use in uses_of(index, definition, USE_KINDS) if not use.is_test and use.kind != "import"]
    groups = _by_place(code)
    lines = _listed(groups, definition.qualified_name, numbers, FEW)
    others = index.implementations(name, FEW)
    lines += [f"- `{other.qualified_name}` {numbers.define(other)} extends or overrides it" for other in others]
    if tests := index.tests_of(name, 200):
        more = f" and {len(tests) - FEW} more" if len(tests) > FEW else ""
        lines.append(f"- Tests: {', '.join(_test(t, numbers) for t in tests[:FEW])}{more}")
    known = {(use.path, use.line) for use in code}
    mentions = [m for m in index.mentions(definition.name, 20) if (m.path, m.line) not in known and not m.is_test]
    if mentions:
        named = ", ".join(f"`{m.path}` {numbers.cite(m.path, m.line, m.line)}" for m in mentions[:FEW])
        lines.append(f"- Also mentioned in {named}")
    subject = f"A change of {subject_of(definition, numbers)}"
    if not lines:
        return [f"{subject} reaches nothing that the index knows: no use, no test, no mention."]
    return ["\n".join([f"{subject} reaches {len(groups)} place{'s' if len(groups) != 1 else ''} in the code:", *lines])]


def tested(index: Index, definition: Definition, numbers: Citations) -> list[str]:
    """The tests that reach a definition, the most direct first."""
    tests = index.tests_of(definition.qualified_name, 200)
    if not tests:
        return [f"{subject_of(definition, numbers)}: no test that calls it was found."]
    lines = [f"- {_test(t, numbers)}" + (f", through `{t.through[-1]}`" if t.through else "") for t in tests[:LISTED]]
    if len(tests) > LISTED:
        lines.append(f"- … and {len(tests) - LISTED} more; `codeassist tests {definition.qualified_name}` lists all")
    direct = sum(not test.through for test in tests)
    count = f"{len(tests)} test{'s' if len(tests) > 1 else ''}, {direct} of them directly"
    return ["\n".join([f"{subject_of(definition, numbers)} is reached by {count}:", *lines])]


def uses_of(index: Index, definition: Definition, kinds: Sequence[str]) -> list[Use]:
    """The uses of a definition of some kinds, without the line that defines it.

    A use that is only matched by name is left out if it is inside the definition, where it has another receiver
    (`transport.close()` in `Client.close`), or if another definition of the name is nearer to it in the folders.
    """
    uses = index.callers(definition.qualified_name, EVERY_USE, kinds)
    named = [d.path for d in index.definitions(definition.name, MOST_NAMESAKES) if d.name == definition.name]
    return [
        use
        for use in uses
        if not (use.path == definition.path and use.line == definition.line)
        and (use.resolution != BY_NAME or _may_mean(use, definition, named))
    ]


def _may_mean(use: Use, definition: Definition, namesakes: Sequence[str]) -> bool:
    """Whether a use that has the name of a definition may mean it; `namesakes` are the paths of all definitions of the name."""
    if (use.path, use.by) == (definition.path, definition.qualified_name):
        return False
    near = _shared_folders(use.path, definition.path)
    return all(_shared_folders(use.path, path) <= near for path in namesakes)


def _shared_folders(path: str, other: str) -> int:
    """The number of folders, counted from the root, that two files have in common."""
    pairs = zip(path.split("/")[:-1], other.split("/")[:-1], strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _by_place(uses: Iterable[Use]) -> dict[tuple[str, str], list[Use]]:
    groups: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        groups.setdefault((use.path, use.by), []).append(use)
    return groups


def _listed(groups: dict[tuple[str, str], list[Use]], name: str, numbers: Citations, most: int = LISTED) -> list[str]:
    marked = not _matched(groups)
    lines = [
        f"- `{by or path}` in `{path}` {numbers.cite(path, uses[0].line, uses[0].line, by)}{_aside(uses, marked=marked)}"
        for (path, by), uses in list(groups.items())[:most]
    ]
    if len(groups) > most:
        lines.append(f"- … and {len(groups) - most} more; `codeassist callers {name}` lists all")
    return lines


def _aside(uses: Sequence[Use], *, marked: bool) -> str:
    """How often a place uses a name, or as what when it does not call it; `marked` adds that it is matched by name only."""
    said = [f"{len(uses)} times"] if len(uses) > 1 else [] if uses[0].kind == "call" else [f"as {uses[0].kind}"]
    if marked and all(use.resolution == BY_NAME for use in uses):
        said.append(BY_NAME)
    return f" ({', '.join(said)})" if said else ""


def subject_of(definition: Definition, numbers: Citations) -> str:
    """A definition with its kind and its cited place, as the subject of a sentence."""
    return f"`{definition.qualified_name}` ({a_kind(definition)} in `{definition.path}` {numbers.define(definition)})"


def _test(test: CoveringTest, numbers: Citations) -> str:
    return f"`{test.name or test.path}` {numbers.cite(test.path, test.line, test.line, test.name)}"


def _as_verb(use: Use) -> str:
    return "imports it" if use.kind == "import" else f"uses it as a {use.kind}" if use.kind != "call" else "calls it"


def _verb(question: str, relation: str) -> str:
    if relation == "used":
        return "calls" if re.search(r"\b(?:calls?|called|callers?|invokes?)\b", question, re.IGNORECASE) else "uses"
    return "imports" if relation == "imported" else "inherits from"


def _relation(question: str) -> tuple[str, tuple[str, ...]]:
    """The relation that a question asks for, as a participle, and the kinds of use that count as it."""
    if re.search(r"\b(?:implements?|inherits?|extends?|subclass(?:es)?|overrides?)\b", question, re.IGNORECASE):
        return INHERITED, ("base",)
    if re.search(r"\bimports?\b", question, re.IGNORECASE):
        return "imported", ("import",)
    return "used", USE_KINDS
