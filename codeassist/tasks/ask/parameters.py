"""Answers about the default of a parameter, when the question names the function or class and the parameter."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.evidence.parameters import Default, defaults_of
from codeassist.evidence.places import SCAFFOLD
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from indexers import Index
from indexers.search.query import understand
from indexers.syntax.words import STOP_WORDS, identifiers, split_identifier, stem
from indexers.types import Definition

CALLABLE = frozenset({"function", "method", "constructor", "class", "macro"})
MOST_DEFINITIONS = 6
SHOWN = 3
MOST_OTHER_WORDS = 3
"""A question with more words beside the names of the function and the parameter asks for something else."""


def default_of_parameter(index: Index, question: str, numbers: Citations) -> list[str]:
    """The default of the parameter that a question names together with its function; empty for other questions."""
    asked = {part for name in identifiers(question) for part in split_identifier(name)}
    words = {
        word for word in asked if word not in STOP_WORDS and stem(word) not in SCAFFOLD and word not in ("default", "defaults")
    }
    best: dict[tuple[str, str], Default] = {}
    for definition in named_callables(index, question):
        own = set(split_identifier(definition.qualified_name.replace(".", "_")))
        for default in defaults_of(index, definition):
            parts = set(split_identifier(default.name))
            if parts <= asked and not parts <= own | STOP_WORDS and len(words - own - parts) <= MOST_OTHER_WORDS:
                best.setdefault((definition.qualified_name, default.name), default)
    most = max((len(split_identifier(default.name)) for default in best.values()), default=0)
    found = [default for default in best.values() if len(split_identifier(default.name)) == most]
    return ["\n".join(_sentence(default, numbers) for default in found[:SHOWN])] if found else []


def named_callables(index: Index, question: str) -> Iterator[Definition]:
    """The functions and classes whose name a question spells, of a qualified name only those."""
    query = understand(question)
    for name in query.qualified or [n for n in dict.fromkeys(identifiers(question)) if n.lower() not in STOP_WORDS]:
        exact = [d for d in index.definitions(name, MOST_DEFINITIONS + 1) if name in (d.name, d.qualified_name)]
        if len(exact) <= MOST_DEFINITIONS:
            yield from (d for d in exact if d.kind in CALLABLE and not d.is_test)


def _sentence(default: Default, numbers: Citations) -> str:
    definition = default.definition
    cited = numbers.cite(definition.path, default.line, default.line, definition.qualified_name)
    value = inline_code(default.value)
    return f"`{default.name}` of `{definition.qualified_name}` in `{definition.path}` {cited} is {value} unless it is given."
