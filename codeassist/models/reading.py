"""How long a model on this machine takes to read a long prompt: measured on its beginning, and said before the rest is read."""

from __future__ import annotations

from collections.abc import Callable

LONG = 1_024
"""Prompts of fewer tokens are read without a note."""

WARM = 8
"""Tokens read before the clock starts: the first pass brings the weights into memory."""

PROBE = 64
"""Tokens read to measure the speed."""

WORTH_SAYING = 5.0
"""Seconds from which the time is said."""

PATIENCE = 20.0
"""Seconds of reading for which a smaller context is proposed."""

STEP = 500
"""Proposed contexts are multiples of so many tokens."""

OnNote = Callable[[str], None]


def say(note: OnNote, tokens: int, seconds_per_token: float) -> None:
    """Note how long reading `tokens` takes, if that is long. Late tokens are slower: a lower bound."""
    seconds = tokens * seconds_per_token
    if seconds < WORTH_SAYING:
        return
    fewer = max(1, int(PATIENCE / seconds_per_token) // STEP) * STEP
    less = "a smaller context_tokens under [ask] takes less"
    if 2 * fewer <= tokens:
        less = f"context_tokens = {fewer} under [ask] would take about {fewer * seconds_per_token:.0f} s"
    note(f"Reading {tokens:,} tokens, about {seconds:.0f} s; {less}.")
