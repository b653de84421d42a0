"""The note on a default that a change replaces and that calls rely on, in every language."""

from __future__ import annotations

from collections.abc import Sequence

from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

DEFAULT = Rule("default-changed", "DefaultChanged", "Callers rely on a default that changed.", Severity.NOTE, ("correctness",))
SHOWN = 8


def default_changed(
    path: str, line: int, function: str, parameter: str, values: tuple[str, str], places: Sequence[Place], source: str
) -> Finding:
    """The finding at a function's first line; `values` are the old and the new default, `places` the calls, at least one."""
    rely = "1 call relies" if len(places) == 1 else f"{len(places)} calls rely"
    return Finding(
        DEFAULT.id,
        DEFAULT.severity,
        path,
        line,
        line,
        f"The default of '{parameter}' in '{function}()' changed from {values[0]} to {values[1]}; {rely} on it, "
        f"first at {places[0]}.",
        0.8,
        tuple(places[:SHOWN]),
        reach=len(places),
        source=source,
    )
