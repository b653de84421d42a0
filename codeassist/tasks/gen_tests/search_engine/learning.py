"""What one call teaches about the next ones of its target: kinds of values that fail, contexts, a network, an event loop."""

from __future__ import annotations

import re

from .inputs.candidates import Maker
from .inputs.scenarios import needs_loop
from .judging import JUNK
from .running.messages import message_of
from .running.outcome import Candidate, Outcome
from .subjects.target import Target

NOT_AWAITED = re.compile(r"can't be used in 'await' expression|can't be awaited")
"""Messages that say that a result is nothing to await."""

UNCONNECTED = re.compile(r"max retries|urlopen error|connection (?:refused|reset|error)|name resolution", re.IGNORECASE)
"""Messages of an OSError that say that a server was not reached."""


def _learn_to_await(maker: Maker, target: Target, candidate: Candidate, outcome: Outcome) -> None:
    """Note that a target gives what has to be awaited, or needs an event loop; with a class, its methods do."""
    if isinstance(outcome.error, TypeError) and NOT_AWAITED.search(message_of(outcome.error)):
        target.is_async = target.needs_loop = False  # a decorator has awaited it already
        return
    if outcome.awaitable and not target.is_async and target.kind != "class":
        target.is_async = True
    if not needs_loop(outcome.error) or target.needs_loop:
        return
    target.needs_loop = True
    if target.kind == "class" and target.name in maker.instances.expressions:
        maker.instances.expressions[target.name].append(candidate.final)
        for method in maker.inventory.targets:
            method.needs_loop = method.needs_loop or method.owner == target.name


def learn(maker: Maker, target: Target, candidate: Candidate, outcome: Outcome) -> None:
    """Lower the weight of kinds of value that lead to errors such as a TypeError."""
    if isinstance(outcome.error, RuntimeError) and re.search(r"outside (?:of )?\w+ context", message_of(outcome.error)):
        target.needs_context = True
    _learn_to_await(maker, target, candidate, outcome)
    if outcome.bad.startswith("refused: socket.") or (
        isinstance(outcome.error, OSError) and UNCONNECTED.search(message_of(outcome.error))
    ):
        target.needs_network = True
    if isinstance(outcome.error, (TypeError, AttributeError)) and "Mock" in message_of(outcome.error):
        target.needs_magic = True
    worked = not (outcome.error is not None and isinstance(outcome.error, JUNK)) and outcome.bad != "endless"
    for choice in maker.chosen:
        good, bad = target.worked.setdefault(choice, [1, 1])
        target.worked[choice] = [good + worked, bad + (not worked)]
