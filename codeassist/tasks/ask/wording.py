"""The parts that answers are written from: sentences about places, code blocks, citations."""

from __future__ import annotations

from collections.abc import Sequence

from codeassist.evidence.places import Place, first_sentence
from codeassist.tasks.ask.answer import Citations
from indexers import Hit
from indexers.types import Commit, Definition


def describe(place: Place, numbers: Citations) -> str:
    """One sentence about a place: its name, kind, file and the first sentence of its documentation."""
    hit, definition = place.hit, place.definition
    if definition is None or definition.kind == "section":
        title = f" (“{definition.name}”)" if definition else ""
        return f"`{hit.path}`{title} {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.name)}"
    summary = first_sentence(definition.documentation)
    sentence = f"{a_kind(definition)} `{definition.qualified_name}` in `{hit.path}` {numbers.define(definition)}"
    return f"{sentence}: {summary}" if summary else f"{sentence}, `{short_signature(definition)}`"


def a_kind(definition: Definition) -> str:
    """The kind of a definition as a word for readers."""
    return {"impl": "implementation", "namespace": "module"}.get(definition.kind, definition.kind)


def short_signature(definition: Definition) -> str:
    """The signature of a definition, cut to 110 characters."""
    text = definition.signature.replace("`", "'")
    return text if len(text) <= 110 else text[:109] + "…"


def code_of(place: Place) -> str:
    """The decisive lines as a fenced code block with their path and line."""
    body = "\n".join(line.rstrip()[:160] for line in place.lines)
    fence = "````" if "```" in body else "```"
    return f"{fence}{place.hit.language} {place.hit.path}:{place.first_line}\n{body}\n{fence}"


def document_of(hit: Hit, numbers: Citations) -> str:
    """A cited document with its heading."""
    cited = f"`{hit.path}` {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.name)}"
    return f"{cited}: {hit.name}" if hit.name else cited


def commits_of(commits: Sequence[Commit]) -> str:
    """Commits with their subjects and the first sentence of their messages."""
    return "\n\n".join(
        f"Commit {c.sha[:9]} of {c.date[:10]}: **{c.subject}**" + (f"\n\n> {first_sentence(c.body, 400)}" if c.body else "")
        for c in commits
    )


def as_sentence(text: str) -> str:
    """A text that ends like a sentence."""
    return text if text.endswith((".", "!", "?", "…")) else text + "."
