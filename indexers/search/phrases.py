"""The phrases of a query that are searched word by word, and the error messages in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexers.search.lexical import phrases
from indexers.search.query import MAX_TERMS, Query
from indexers.syntax.words import terms

SHORT_MESSAGE = 2
"""An error message of this many terms is searched as one phrase; longer ones have phrases of three."""

_MESSAGE = re.compile(r"\s*[\w.]*(?:Error|Exception|Panic|Warning)\s*:\s*(?P<text>\S.*)")


def phrases_of(query: Query) -> list[str]:
    """The phrases that are searched for a query; those of a pasted text are from its title and its error messages."""
    if not query.is_pasted:
        short = [" ".join(said) for message in messages_of(query) if len(said := terms(message)) == SHORT_MESSAGE]
        return [*short, *phrases(terms(query.text)[:MAX_TERMS])]
    return list(dict.fromkeys(phrase for message in query.messages for phrase in phrases(terms(message))))


def messages_of(query: Query) -> Sequence[str]:
    """The error messages of a pasted text; of another query what follows the name of an error."""
    if query.is_pasted:
        return query.messages
    message = _MESSAGE.match(query.text)
    return (message["text"],) if message else ()
