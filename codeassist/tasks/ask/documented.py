"""What a project's documents say about a definition that has no documentation of its own."""

from __future__ import annotations

from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.overview import quoted
from indexers import Index
from indexers.search.passages import tells_history
from indexers.types import Definition

MOST_SECTIONS = 20
"""Definitions of one name among which a section is looked for."""

_TITLES = ("{}", "`{}`", "{}()", "`{}()`")
"""How the title of a section may spell a name."""


def documented(index: Index, definition: Definition, numbers: Citations) -> str:
    """The first lines of the section whose title is the name of a definition, with its citation.

    Empty if there is none, or only in a changelog.
    """
    spelled = (form.format(name) for name in dict.fromkeys((definition.qualified_name, definition.name)) for form in _TITLES)
    titled = (
        d for title in spelled for d in index.definitions(title, MOST_SECTIONS) if d.kind == "section" and d.name == title
    )
    section = next((d for d in titled if not tells_history(d.path)), None)
    return quoted(index, section.path, section.line, section.end_line, section.name, numbers) if section else ""
