"""Answer a question about a repository from its index, without a model: places, relations and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.evidence.confidence import PROBABLY, confidence, not_borne_out
from codeassist.evidence.places import Evidence, Place, find_place, first_sentence, gather, named_definition, place_of
from codeassist.tasks.ask.answer import Answer, Citations, Shape
from codeassist.tasks.ask.brief import brief
from indexers import Hit, Index, QueryError
from indexers.types import Commit, Definition

CLOSE_SECOND = 0.72
"""A further place is shown if its score is at least this share of the first one's."""

SHOWN_LINES = 12
EVERY_USE = 5_000
"""The most uses that are counted, which takes about 0.1 s."""

_USES = r"uses?|calls?|depends? on|imports?|references?|invokes?|inherits?|extends?|implements?"
_SHAPES: tuple[tuple[Shape, str], ...] = (
    ("why", r"^\s*(?:why|how come|what(?:'s| is| was) the (?:reason|rationale))\b|\breason (?:for|why)\b"),
    ("who", rf"^\s*(?:who|what|which \w+)\s+(?:\w+\s+){{0,2}}?(?:{_USES})\b|\b(?:usages?|callers?|uses) of\b"),
    ("who", r"^\s*where (?:is|are) .+ (?:used|called|imported)\b"),
    (
        "default",
        r"\b(?:by default|defaults?|if (?:i|you|nobody|nothing)\b.*\b(?:nothing|set|change|configure|say)|unless told)\b",
    ),
    ("default", r"^\s*(?:how (?:many|long|big|deep|large|much|far|often|wide)|after how|below how|at (?:which|what))\b"),
    ("can", r"^\s*(?:can|could|may|is (?:it|there)|are there|does|do|am i able|is .+ (?:possible|supported))\b"),
    ("flow", r"\b(?:what happens|happens (?:when|if|to|then)|in what order|what if|what is tried|and then)\b"),
    (
        "where",
        (
            r"^\s*(?:where|find |locate |in (?:which|what) )|"
            r"^\s*which (?:file|module|function|class|package|place|code|bit|piece|spot|part)"
        ),
    ),
    ("how", r"\bhow (?:do|can|to|could|would|should|is|are|does)\b|^\s*how\b|\bi(?:'d| would) like\b"),
    ("what", r"^\s*(?:what|explain|describe|tell me about)\b"),
    ("error", r"\b\w*(?:Error|Exception|Panic|Warning)\b|^\s*(?:error|fatal|warning|panic|\[?\w+ (?:error|warning)\]?)\b.*:"),
)
"""The first pattern that matches decides, ignoring case."""


def shape_of(question: str) -> Shape:
    """The kind of answer that a question asks for; a bare phrase asks "where"."""
    return next((shape for shape, pattern in _SHAPES if re.search(pattern, question, re.IGNORECASE)), "where")


def ask(
    index: Index, question: str, *, places: int = 7, threshold: float = 0.5, paths: Sequence[str] = (), full: bool = False
) -> Answer:
    """Answer from the index alone; `threshold` is the least confidence. `full` adds relations and longer excerpts.

    Raises `QueryError` for an empty question.
    """
    if not question.strip():
        raise QueryError("The question is empty.")
    shape = shape_of(question)
    ranked = index.passages(question, max(10, 2 * places), paths=paths)
    hits = [hit for hit in ranked.hits if hit.text.strip()]  # empty if the lines were deleted after indexing
    certainty = confidence(index, question, ranked)
    named = named_definition(index, question) if shape in ("what", "who") and not paths else None
    if named is None and (not hits or certainty < threshold):
        return Answer(question, not_found(hits, not_borne_out(ranked)), False, shape, certainty)
    chosen = distinct(hits)[:places]
    numbers = Citations(index.root)
    if shape == "who" or full or (shape == "what" and named is not None):
        shown = [find_place(index, hit, question, SHOWN_LINES) for hit in chosen]
        if named is not None:
            shown = [place_of(index, named, SHOWN_LINES), *(p for p in shown if p.hit.path != named.path)][:places]
        documents = [hit for hit in hits if _is_document(hit) and hit not in chosen][:2]
        evidence = gather(index, shown[0], question, documents)
        if not full and shape == "what":
            shown, evidence = shown[:1], Evidence()
        parts = _FULL.get(shape, _where)(index, question, shown, evidence, numbers)
    else:
        shown = [Place(hit, None, hit.start_line, tuple(hit.text.split("\n"))) for hit in chosen]
        parts = brief(chosen, ranked.words, shape, numbers)
        if shape == "why":
            parts.insert(0, _commits(index.commits(question, (chosen[0].path,), 1)))
    if named is None and certainty < threshold + PROBABLY:
        parts = [_doubt(not_borne_out(ranked)), *parts]
    text = "\n\n".join(part for part in parts if part)
    return Answer(question, text, True, shape, certainty, list(numbers.made.values()), shown)


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Hits without those that repeat the text of a better one, as versions of one document do."""
    by_text: dict[str, Hit] = {}
    for hit in hits:
        by_text.setdefault(" ".join(hit.text.split()), hit)
    return list(by_text.values())


def _is_document(hit: Hit) -> bool:
    return hit.language in ("markdown", "rst", "text", "other")


def not_found(hits: Sequence[Hit], missing: Sequence[str] = ()) -> str:
    """The text of an answer that was not found, with the words that nothing bears out and the closest matches."""
    text = "Not found in this repository: no match is good enough to answer the question."
    if missing:
        text = f"Not found in this repository: nothing about {_quoted(missing)} is good enough to answer the question."
    if hits:
        nearest = ", ".join(f"`{hit.path}:{hit.start_line}`" for hit in hits[:3])
        text += f" The closest matches: {nearest}."
    return text


def _doubt(missing: Sequence[str]) -> str:
    """The sentence before an answer that is only probable."""
    return f"Probably, but nothing found is about {_quoted(missing)}:" if missing else "Probably, but the match is weak:"


def _quoted(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)


def _describe(place: Place, numbers: Citations) -> str:
    """One sentence about a place: its name, kind, file and the first sentence of its documentation."""
    hit, definition = place.hit, place.definition
    if definition is None or definition.kind == "section":
        title = f" (“{definition.name}”)" if definition else ""
        return f"`{hit.path}`{title} {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.name)}"
    summary = first_sentence(definition.documentation)
    sentence = f"{_a(definition)} `{definition.qualified_name}` in `{hit.path}` {numbers.define(definition)}"
    return f"{sentence}: {summary}" if summary else f"{sentence}, `{_signature(definition)}`"


def _a(definition: Definition) -> str:
    return {"impl": "implementation", "namespace": "module"}.get(definition.kind, definition.kind)


def _signature(definition: Definition) -> str:
    text = definition.signature.replace("`", "'")
    return text if len(text) <= 110 else text[:109] + "…"


def _code(place: Place) -> str:
    """The decisive lines as a fenced code block with their path and line."""
    body = "\n".join(line.rstrip()[:160] for line in place.lines)
    fence = "````" if "```" in body else "```"
    return f"{fence}{place.hit.language} {place.hit.path}:{place.first_line}\n{body}\n{fence}"


def _relations(evidence: Evidence, numbers: Citations, *, callees: bool = True) -> str:
    lines = []
    if evidence.callers:
        shown = ", ".join(f"`{u.by or u.path}` {numbers.cite(u.path, u.line, u.line, u.by)}" for u in evidence.callers)
        more = evidence.caller_count - len(evidence.callers)
        lines.append(f"- Used by {shown}" + (f" and {more} more" if more > 0 else ""))
    if callees and evidence.callees:
        lines.append("- Calls " + ", ".join(f"`{d.qualified_name}` {numbers.define(d)}" for d in evidence.callees))
    if evidence.tests:
        tests = ", ".join(f"`{u.by}` {numbers.cite(u.path, u.line, u.line, u.by)}" for u in evidence.tests)
        lines.append(f"- Tested by {tests}")
    lines.extend(f"- See also {_document(hit, numbers)}" for hit in evidence.documents)
    lines.extend(f"- History: {c.sha[:9]} ({c.date[:10]}) {c.subject}" for c in evidence.commits[:1])
    return "\n".join(lines)


def _document(hit: Hit, numbers: Citations) -> str:
    cited = f"`{hit.path}` {numbers.cite(hit.path, hit.start_line, hit.end_line, hit.name)}"
    return f"{cited}: {hit.name}" if hit.name else cited


def _others(shown: Sequence[Place], numbers: Citations) -> str:
    return "\n".join(f"- Also {_describe(place, numbers)}" for place in shown[1:])


def _where(_: Index, __: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    first = f"In the {_describe(shown[0], numbers)}" if shown[0].definition else f"In {_describe(shown[0], numbers)}"
    return [_sentence(first), _code(shown[0]), _others(shown, numbers), _relations(evidence, numbers)]


def _what(index: Index, _: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    place = shown[0]
    definition = place.definition
    if definition is None:
        return [_sentence(_describe(place, numbers)), _code(place), _others(shown, numbers), _relations(evidence, numbers)]
    summary = definition.documentation.partition("\n\n")[0].strip()
    is_a = f"`{definition.qualified_name}` is the {_a(definition)} `{_signature(definition)}`"
    head = f"{is_a} in `{definition.path}` {numbers.define(definition)}."
    members = [
        d
        for d in index.definitions_in(definition.path, definition.line + 1, definition.end_line)
        if d.qualified_name == f"{definition.qualified_name}.{d.name}" and d.kind not in ("field", "variable")
    ]
    members = sorted({d.name: d for d in members}.values(), key=lambda d: (d.name.startswith("_"), d.line))
    listed = ""
    if members:
        names = ", ".join(f"`{d.name}` {numbers.define(d)}" for d in members[:8])
        listed = f"Its members: {names}" + (f" and {len(members) - 8} more." if len(members) > 8 else ".")
    quoted = "\n".join(f"> {line}" for line in summary.splitlines()[:6]) if summary else ""
    relations = _relations(evidence, numbers, callees=not members)
    return [head, quoted, listed or _code(place), _others(shown, numbers), relations]


def _how(_: Index, __: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    head = _sentence(
        f"It starts in the {_describe(shown[0], numbers)}" if shown[0].definition else _describe(shown[0], numbers)
    )
    steps = ""
    if evidence.callees:
        lines = []
        for number, definition in enumerate(evidence.callees, 1):
            summary = first_sentence(definition.documentation, 120)
            lines.append(
                f"{number}. `{definition.qualified_name}` {numbers.define(definition)}" + (f": {summary}" if summary else "")
            )
        steps = "Its calls, in the order of the source:\n\n" + "\n".join(lines)
    return [head, _code(shown[0]), steps, _others(shown, numbers), _relations(evidence, numbers, callees=False)]


def _who(index: Index, question: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    definition = shown[0].definition
    if definition is None:
        return _where(index, question, shown, evidence, numbers)
    relation, kinds = _relation(question)
    uses = [
        use
        for use in index.callers(definition.name, EVERY_USE, kinds)
        if not (use.path == definition.path and use.line == definition.line)
    ]
    groups: dict[tuple[str, str], list[int]] = {}
    for use in uses:
        if use.kind != "import" or relation == "imported":
            groups.setdefault((use.path, use.by), []).append(use.line)
    subject = f"`{definition.qualified_name}` ({_a(definition)} in `{definition.path}`"
    if not groups:
        where = f"{subject} {numbers.define(definition)})"
        imports = [f"- `{u.path}` {numbers.cite(u.path, u.line, u.line)} imports it" for u in uses[:8]]
        verb = {"used": "calls it", "imported": "imports it"}.get(relation, "inherits from it")
        unused = f"Nothing in the index {verb}" + (
            ", but:" if imports else ": it is an entry point, dead code, or used indirectly."
        )
        return [f"{where}.", unused, "\n".join(imports)]
    lines = [
        f"- `{by or path}` in `{path}` {numbers.cite(path, at_lines[0], at_lines[0], by)}"
        + (f" ({len(at_lines)} times)" if len(at_lines) > 1 else "")
        for (path, by), at_lines in list(groups.items())[:12]
    ]
    more = (
        f"\n- … and {len(groups) - 12} more; `codeassist callers {definition.qualified_name}` lists all"
        if len(groups) > 12
        else ""
    )
    count = f"{len(groups)} place" + ("s" if len(groups) > 1 else "")
    where = f"{subject} {numbers.define(definition)})"
    return [f"{where} is {relation} in {count}:", "\n".join(lines) + more]


def _relation(question: str) -> tuple[str, tuple[str, ...]]:
    """The relation that a question asks for, as a participle, and the kinds of use that count as it."""
    if re.search(r"\b(?:implements?|inherits?|extends?|subclass(?:es)?|overrides?)\b", question, re.IGNORECASE):
        return "inherited from", ("base",)
    if re.search(r"\bimports?\b", question, re.IGNORECASE):
        return "imported", ("import",)
    return "used", ("call", "base", "type", "import")


def _why(index: Index, question: str, shown: list[Place], evidence: Evidence, numbers: Citations) -> list[str]:
    commits = _commits(evidence.commits)
    documents = "\n".join(f"- {_document(hit, numbers)}" for hit in evidence.documents)
    documentation = f"Related documentation:\n\n{documents}" if documents else ""
    hint = (
        ""
        if commits or index.options.history
        else "Commit messages are not indexed; set `history = true` under `[index]` to include them."
    )
    evidence.documents, evidence.commits = [], []
    place = _sentence(f"The code itself: {_describe(shown[0], numbers)}")
    return [commits, documentation, place, _code(shown[0]), _relations(evidence, numbers), hint]


def _commits(commits: Sequence[Commit]) -> str:
    return "\n\n".join(
        f"Commit {c.sha[:9]} of {c.date[:10]}: **{c.subject}**" + (f"\n\n> {first_sentence(c.body, 400)}" if c.body else "")
        for c in commits
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else text + "."


_FULL = {"where": _where, "what": _what, "how": _how, "who": _who, "why": _why, "flow": _how}
"""The writers of full answers; other shapes are written like "where"."""
