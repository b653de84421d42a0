"""Which changed function makes a difference: by the changed lines that the differing call runs in both versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .protocol import Call, Seen

Pair = tuple[Call, Seen, Seen]

TOGETHER = 5
"""So many calls that run several changed functions count as one that runs only one of them."""

JOINED = "+"
"""Between the names of several functions that could each be the cause."""


def suspects(call: Call, before: Seen, after: Seen) -> tuple[str, ...]:
    """The changed functions of which changed lines ran in either version, in the order of the file; else the called one."""
    ran = list(after.ran)
    for name in before.ran:
        if name not in ran:
            ran.append(name)
    return tuple(ran) or (call.target,)


def suspicion(call: Call, before: Seen, after: Seen) -> str:
    """The suspects as one text: calls with the same suspects are shown as one difference."""
    return JOINED.join(suspects(call, before, after))


def names_in(suspicion: str) -> list[str]:
    """The suspects of a text."""
    return suspicion.split(JOINED)


def shortest(pairs: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many pairs: equally many for each suspicion, those whose results differ first, then the shortest calls."""
    groups: dict[str, list[Pair]] = {}
    for pair in sorted(pairs, key=lambda p: (_same_result(p), len(p[0].text))):
        groups.setdefault(suspicion(*pair), []).append(pair)
    return [pair for members in groups.values() for pair in members[: most // len(groups)]]


def _same_result(pair: Pair) -> bool:
    """Whether two outcomes begin in the same way, so that only an argument afterwards or the output may differ."""
    return pair[1].kind == pair[2].kind and pair[1].shown.partition("\n")[0] == pair[2].shown.partition("\n")[0]


def enough(pairs: Iterable[Pair], differing: Iterable[Pair], names: Iterable[str], least: int) -> bool:
    """Whether each changed function differs by itself, or was run by `least` calls that run no other one, or by many more."""
    alone = {found[0] for pair in differing if len(found := suspects(*pair)) == 1}
    counts: Counter[str] = Counter()
    for pair in pairs:
        found = suspects(*pair)
        counts.update(dict.fromkeys(found, TOGETHER if len(found) == 1 else 1))
    return all(name in alone or counts[name] >= least * TOGETHER for name in names)
