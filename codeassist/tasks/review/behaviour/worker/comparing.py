"""Which outcomes differ, in which way, and which of many similar differences is shown."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping, Sequence

from .attributing import suspicion
from .canonical import STAND_IN
from .protocol import Call, Difference, Seen

WINDOW = 160
"""Characters of an outcome that are shown."""

KINDS = frozenset(
    "int str float bool bytes list tuple dict set frozenset complex function type NoneType coroutine generator".split()
)
"""Types that messages name without quotes too: `tuple indices must be integers or slices, not str`."""

PER_TARGET = 3
"""Differences of one function that are shown: the most surprising of each kind."""

_CALLED = re.compile(rf"{STAND_IN}\[.*\]")
_METHOD = re.compile(r"(?:\[|; )([\w.()]+)\(")

ORDER = ("now raises", "value", "output", "exception", "raised before", "message")
"""The kinds of difference, the most surprising first: a crash where there was a value."""


def kind_of(call: Call, before: Seen | None, after: Seen | None) -> str:
    """How two outcomes differ; "" when they do not, or when the call does not suit one of the versions.

    Two exceptions that no statement of the project raises are both accidents of a wrong input, whatever their classes. So is
    one of them, if it complains about nothing but the kinds of value that the call was made with.
    """
    if before is None or after is None or "unusable" in (before.kind, after.kind) or before.at_call or after.at_call:
        return ""
    if before.kind == after.kind == "value":
        if before.digest == after.digest or is_rewritten(before, after):
            return ""
        return "value" if before.shown != after.shown or before.printed == after.printed else "output"
    if before.kind == after.kind == "raised":
        if before.error != after.error:
            return "exception" if before.deliberate or after.deliberate else ""
        return "message" if before.deliberate and after.deliberate and before.shown != after.shown else ""
    raised = after if after.kind == "raised" else before
    if not raised.deliberate and call.origin == "search" and of_wrong_kind(call, raised):
        return ""
    return "now raises" if raised is after else "raised before"


def is_rewritten(before: Seen, after: Seen) -> bool:
    """Whether all that differs is that stand-ins were called by other methods: the code may do the same by other means.

    A method that is called with other arguments, or in one version only, is a difference.
    """
    first, second = before.shown.split("\n"), after.shown.split("\n")
    pairs = [(one, two) for one, two in zip(first, second, strict=False) if one != two]
    if before.printed != after.printed or len(first) != len(second) or not pairs:
        return False
    if not all(_CALLED.search(one) and _CALLED.sub("", one) == _CALLED.sub("", two) for one, two in pairs):
        return False
    was, now = (set(_METHOD.findall(" ".join(_CALLED.findall(line)))) for line in map(" ".join, zip(*pairs, strict=True)))
    return not (was <= now or now <= was)


def of_wrong_kind(call: Call, raised: Seen) -> bool:
    """Whether a TypeError or AttributeError names only kinds of value that stand in the call, besides None."""
    if raised.error not in ("TypeError", "AttributeError"):
        return False
    message = raised.shown.partition(":")[2]
    kinds = set(re.findall(r"'(\w+)'(?= object| and|$|:)", message)) | KINDS & set(re.findall(r"\w+", message))
    return bool(kinds) and kinds <= _kinds_in(call.text) - {"NoneType"}


def _kinds_in(program: str) -> set[str]:
    """The names of the types of the values that a program writes down or constructs."""
    kinds = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Constant):
            kinds.add(type(node.value).__name__)
        elif isinstance(node, (ast.List, ast.Dict, ast.Tuple, ast.Set)):
            kinds.add(type(node).__name__.lower())
        elif isinstance(node, ast.Lambda):
            kinds.add("function")
        elif isinstance(node, ast.Name):
            kinds |= {"type", node.id} if hasattr(builtins, node.id) else {node.id}
        elif isinstance(node, ast.Attribute):
            kinds.add(node.attr)
    return kinds


def same_way(call: Call, before: Seen | None, after: Seen | None, group: tuple[str, ...]) -> bool:
    """Whether two outcomes of a call differ in the way of a group: causes, kind, exceptions."""
    return (
        before is not None
        and after is not None
        and kind_of(call, before, after) == group[1]
        and group[0] == suspicion(call, before, after)
        and group[2:] == _errors(before, after)
    )


def grouped(pairs: Sequence[tuple[Call, Seen, Seen]]) -> dict[tuple[str, ...], list[tuple[Call, Seen, Seen]]]:
    """The differing calls by the functions that may be the cause, kind and exceptions, the shortest first."""
    groups: dict[tuple[str, ...], list[tuple[Call, Seen, Seen]]] = {}
    for call, before, after in pairs:
        group = (suspicion(call, before, after), kind_of(call, before, after), *_errors(before, after))
        groups.setdefault(group, []).append((call, before, after))
    for members in groups.values():
        members.sort(key=lambda m: (m[0].origin == "search", m[0].text.count("\n"), len(m[0].text)))
    return groups


def chosen(groups: Mapping[tuple[str, ...], Sequence[tuple[Call, Seen, Seen]]]) -> list[tuple[str, ...]]:
    """The groups to show: of each function one of each kind, the first `PER_TARGET` in the order of surprise.

    That a call no longer fails by accident is shown only of a function that differs in no other way.
    """
    kept: list[tuple[str, ...]] = []
    for group in sorted(groups, key=lambda g: (ORDER.index(g[1]), g)):
        if group[1] == "raised before" and not groups[group][0][1].deliberate and any(g[0] == group[0] for g in kept):
            continue
        if sum(g[0] == group[0] for g in kept) < PER_TARGET and group[:2] not in [g[:2] for g in kept]:
            kept.append(group)
    return kept


def described(call: Call, before: Seen, after: Seen, count: int, function: str) -> Difference:
    """The difference of one call that a function makes, with only the lines that differ."""
    kind = kind_of(call, before, after)
    first, second = _shown(before), _shown(after)
    if before.kind == after.kind == "value":
        first, second = _differing(first, second)
    else:
        first, second = first.partition("\n")[0], second.partition("\n")[0]
    if kind == "output":
        first, second = f"prints {before.printed!r}", f"prints {after.printed!r}"
    first, second = first.replace("\n", "; "), second.replace("\n", "; ")
    first, second = _window(first, second)
    return Difference(
        call.target,
        call.steps,
        call.final,
        first,
        second,
        kind,
        after.deliberate if after.kind == "raised" else before.deliberate,
        call.origin,
        count,
        function,
    )


def _errors(before: Seen, after: Seen) -> tuple[str, str]:
    return before.error, after.error


def _shown(seen: Seen) -> str:
    return f"raises {seen.shown}" if seen.kind == "raised" else seen.shown


def _window(first: str, second: str) -> tuple[str, str]:
    """Long texts cut to where they begin to differ."""
    if max(len(first), len(second)) <= WINDOW:
        return first, second
    length = min(len(first), len(second))
    common = next((n for n in range(length) if first[n] != second[n]), length)
    if common == len(first) == len(second):
        return "a long value", f"another one that begins with the same {common} characters"
    start = max(0, common - WINDOW // 4) if common > WINDOW // 2 else 0
    return _cut(first, start), _cut(second, start)


def _cut(text: str, start: int) -> str:
    return f"{'…' if start else ''}{text[start : start + WINDOW]}{'…' if len(text) > start + WINDOW else ''}"


def _differing(first: str, second: str) -> tuple[str, str]:
    """The lines of two texts that are not in both; the first line of a text that has none."""
    ours, theirs = first.split("\n"), second.split("\n")
    mine = [line for line in ours if line not in theirs] or ours[:1]
    others = [line for line in theirs if line not in ours] or theirs[:1]
    return "; ".join(mine), "; ".join(others)
