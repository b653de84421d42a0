"""Narrow differing calls down: to the one function that makes the difference, and to the shortest call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict

from .attributing import Pair, names_in, suspects, suspicion
from .comparing import same_way
from .peer import Gone, Peer, both
from .protocol import Call, Seen

MOST_TRIED = 40
"""Calls of one kind that run several changed functions and are tried with one of them new: short and long ones."""

MOST_ROUNDS = 12
"""Steps of shrinking one call."""

Groups = dict[tuple[str, ...], list[Pair]]
Causes = Callable[[Pair], tuple[str, ...]]
"""The functions that, new in the old version, change what a call does."""


def separated(groups: Groups, causes_of: Causes) -> Groups:
    """The groups by the one function that makes the difference: calls that run several are tried with one of them new."""
    found = {group: members for group, members in groups.items() if len(names_in(group[0])) == 1}
    joint = {group: members for group, members in groups.items() if len(names_in(group[0])) > 1}
    for group, members in joint.items():
        missing = set(names_in(group[0])) - {g[0] for g in found if g[1] == group[1]}
        for pair in members[:: max(1, len(members) // MOST_TRIED)]:
            if not missing:
                break
            causes = causes_of(pair)
            if len(causes) == 1:
                found.setdefault((causes[0], *group[1:]), []).append(pair)
                missing -= set(causes)
    explained = {g[0] for g in found}
    for group, members in joint.items():
        names = names_in(group[0])
        if not explained & set(names):
            called = members[0][0].target
            found[called if called in names else names[0], *group[1:]] = members
    return found


def shrunk(group: tuple[str, ...], members: list[Pair], before: Peer, after: Peer, causes_of: Causes, until: float) -> Pair:
    """The shortest call of a group, made smaller while it differs in the same way and there is time."""
    best = members[0]
    alike = (suspicion(*best), *group[1:])
    for _ in range(MOST_ROUNDS):
        if time.monotonic() > until:
            break
        try:
            options = [Call(**o) for o in after.ask({"do": "smaller", "call": asdict(best[0])}, 4.0)]
        except Gone:
            break
        plain = Call(best[0].target, best[0].steps, best[0].final, [], best[0].origin)
        options = [plain, *options] if best[0].watched and not best[0].steps else options
        first, second = both(lambda: before.run(options, until), lambda: after.run(options, until))  # noqa: B023
        smaller = next(
            (
                (o, b, a)
                for o, b, a in zip(options, first, second, strict=True)
                if b is not None and a is not None and same_way(o, b, a, alike) and len(o.text) < len(best[0].text)
                if _ran(b, a) or not _ran(*best[1:])
                if _is_steady((o, b, a), before, after, until)
            ),
            None,
        )
        if smaller is None or (len(suspects(*smaller)) > 1 and causes_of(smaller) != (group[0],)):
            break
        best = smaller
    return best


def _ran(before: Seen, after: Seen) -> bool:
    """Whether changed lines ran in either version."""
    return bool(before.ran or after.ran)


def _is_steady(pair: Pair, before: Peer, after: Peer, until: float) -> bool:
    """Whether both versions do the same again: a smaller call may be one whose result is another one each time."""
    call, mine, theirs = pair
    first, second = both(lambda: before.run([call], until), lambda: after.run([call], until))
    return [s is not None and s.digest for s in (*first, *second)] == [mine.digest, theirs.digest]
