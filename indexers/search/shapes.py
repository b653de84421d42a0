"""The shape of a question: what kind of answer it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Shape = Literal[
    "where", "what", "how", "who", "why", "error", "default", "can", "flow", "compare", "breaks", "tests", "overview"
]

_USES = r"uses?|calls?|depends? on|imports?|references?|invokes?|inherits?|extends?|implements?"
_SHAPES: tuple[tuple[Shape, str], ...] = (
    (
        "why",
        (
            r"^\s*(?:why|how come)\b|\bwhat(?:'s| is| was) the (?:reason|rationale)\b|\breason (?:for|why)\b|"
            r"\b(?:is there a|for what) reason\b"
        ),
    ),
    (
        "breaks",
        (
            r"\bwhat (?:would|will|might|could|can|does|do i)\b.{0,40}\bbreaks?\b|"
            r"\bwhat (?:else )?(?:would|will|is|gets?) (?:be )?affected\b|\bimpact of (?:changing|removing|renaming)\b"
        ),
    ),
    ("tests", r"^\s*(?:which|what|are there|where are)\b.{0,20}\btests?\b.{0,20}\b(?:cover|for|of|exercise|check)\b"),
    ("tests", r"^\s*tests (?:of|for)\b|^\s*(?:where|how) (?:is|are) .{1,60}\btested\b"),
    ("compare", r"\b(?:difference|distinction) between\b|\bhow (?:do|does|is|are)\b.{1,60}\b(?:differ|different from)\b"),
    ("compare", r"^\s*compare\b|\bversus\b|\bvs\.?\s"),
    (
        "overview",
        (
            r"^\s*what (?:is|does) (?:this|the) (?:project|repo(?:sitory)?|codebase|package|library|program|"
            r"module|crate|gem|tool|app(?:lication)?)\b(?! \w+ \w+)|"
            r"\bwhere (?:do|should|can) i (?:start|begin)(?: reading| looking)?(?: (?:in|with) (?:this|the) \w+)?\s*\??$"
        ),
    ),
    ("overview", r"\b(?:give me an )?overview\b(?: of (?:this|the) \w+)?\s*\??$"),
    (
        "overview",
        (
            r"^\s*how (?:(?:do|can|should) (?:i|you|we)|to) (?:install|run|build|test|start)"
            r"(?: (?:this|it|(?:the )?(?:project|tests?|package|program)))?\s*\??$|"
            r"\bhow (?:(?:do|can|should) (?:i|you|we)|to) (?:\w+ and )?(?:run|execute)(?: all)?(?: (?:of )?the| its)?"
            r"(?: \w+)? (?:tests?|test suite)(?: locally)?\s*\??$"
        ),
    ),
    ("overview", r"^\s*(?:what|which) version\b.{0,12}\b(?:is this|is it|do i have)\b"),
    ("who", rf"^\s*(?:who|what|which \w+)\s+(?:(?!do(?:es)?\b)\w+\s+){{0,2}}?(?:{_USES})\b|\b(?:usages?|callers?|uses) of\b"),
    (
        "who",
        r"^\s*where (?:is|are) .+ (?:used|called|imported)(?:\W*$| (?:from|in|by|within|and|or|as|for|outside|inside|at)\b)",
    ),
    (
        "default",
        r"\b(?:by default|defaults?|if (?:i|you|nobody|nothing)\b.{0,200}\b(?:nothing|set|change|configure|say)|unless told)\b",
    ),
    ("default", r"^\s*(?:how (?:many|long|big|deep|large|much|far|often|wide)|after how|below how|at (?:which|what))\b"),
    (
        "can",
        (
            r"^\s*(?:(?:can|could|does|do)(?!(?:['\u2019]t| not)\b[^?]*$)|may|is (?:it|there)|are there|am i (?:able|allowed)|"
            r"is .+ (?:possible|supported|accepted))\b"
        ),
    ),
    (
        "flow",
        r"\b(?:what happens|happens (?:when|if|to|then)|in (?:what|which) order|what if|what is tried|and then)\b",
    ),
    (
        "where",
        (
            r"^\s*(?:where|find |locate |in (?:which|what) )|"
            r"^\s*which (?:file|module|function|class|package|place|code|bit|piece|spot|part)"
        ),
    ),
    ("how", r"\bhow (?:do|can|to|could|would|should|is|are|does)\b|^\s*how\b|\bi(?:'d| would) like\b"),
    ("what", r"^\s*(?:what|explain|describe|tell me about)\b"),
    (
        "error",
        (
            r"(?-i:\b\w*(?:Error|Exception|Panic|Warning)\b)|^\s*terminate called\b|\bwhat\(\):|\bpanicked at\b|"
            r"^\s*(?:[\w.-]+:\s*)?(?:error|fatal|warning|panic|\[?\w+ (?:error|warning)\]?)\b.*:"
        ),
    ),
)
"""The first pattern that matches decides, ignoring case."""


_OPENING = re.compile(r"^\s*(?:(?:and|so|but|then|also|ok|okay|well)\b[\s,]*)+", re.IGNORECASE)
"""How a follow-up begins: "and which tests cover it" asks what "which tests cover it" asks."""


_CLAUSE = re.compile(r"[.?!,;:]\s+|\s-+\s")
_CODE = r"^(?:so |and )?(?:where\b|which (?:file|module|function|class|package|place|(?:bit of )?code|piece|spot|part)\b)"
_DECIDED = re.compile(r"\bwhere is (?:that|it|this)\b.{0,12}\b(?:decided|settled|determined)\b", re.IGNORECASE)
_LOOSE: tuple[tuple[Shape, str], ...] = (
    (
        "default",
        (
            r"\b(?:if|when) (?:i|you|nobody|nothing)\b.{0,200}\b(?:nothing|none|configured)\b|"
            r"\b(?:never (?:configured|set|changed|gave|passed)|did(?: not|n't) (?:configure|set|choose|pass|give))\b"
        ),
    ),
    (
        "flow",
        (
            r"\b(?:then what|what now|becomes? of|done with|(?:what|who) decides|at (?:what|which) point|"
            r"which (?:one )?(?:wins|goes out|is used))\b"
        ),
    ),
)
"""Words that say what is asked if the question does not begin in one of the ways above, and no clause of it asks for code."""

_LATER: tuple[tuple[Shape, str], ...] = (
    ("what", r"^(?:so |and )?(?:what|which)\b"),
    ("how", r"^(?:so |and )?how\b"),
    ("can", r"^(?:so |and )?(?:(?:can|could)\b(?!')|is (?:it|there)\b|am i\b)"),
)
"""How the clause of a question begins that asks, when what stands before it says when or for whom."""

_MESSAGE = re.compile(
    r"^(?!(?:I|My|We|If|When|Where|How|Which|What|The)\b)(?-i:[A-Z\[`'\"]).*"
    r"\b(?:can(?:'t|not)|unable to|invalid|fail(?:ed|ure)|missing|not (?:found|allowed|supported|set|defined|a)|must|"
    r"expected|already|could not|couldn't|unknown|denied|unexpected|circular)\b",
    re.IGNORECASE,
)
"""A statement that something went wrong, as programs print it."""

SHORTEST_MESSAGE = 4

_MECHANISM = re.compile(r"\bhow (?:does|is|are|did|was|were|do (?!i\b|you\b|we\b|one\b))", re.IGNORECASE)
_BY_SOMEBODY = re.compile(
    r"\b(?:how (?:(?:can|could|should|would|must|do(?:es)?) (?:i|you|we|one|somebody|someone|a user)|to)|i|my|me|we|our)\b",
    re.IGNORECASE,
)


def shape_of(question: str) -> Shape:
    """The kind of answer that a question asks for; a bare phrase asks "where"."""
    asked = _OPENING.sub("", question)
    found = _first(_SHAPES, asked)
    if found == "default" and _is_message(asked):
        return "error"
    return found or _of_clauses(asked) or ("error" if _is_message(asked) else "where")


def _first(shapes: Sequence[tuple[Shape, str]], text: str) -> Shape | None:
    return next((shape for shape, pattern in shapes if re.search(pattern, text, re.IGNORECASE)), None)


def _of_clauses(asked: str) -> Shape | None:
    """The shape of a question that tells a story first: that of its last clause that asks something."""
    clauses = _CLAUSE.split(asked)[:0:-1]
    if any(re.match(_CODE, clause, re.IGNORECASE) for clause in clauses):
        return "flow" if _DECIDED.search(asked) else "where"
    return _first(_LOOSE, asked) or next((shape for clause in clauses if (shape := _first(_LATER, clause))), None)


def asking_clause(question: str) -> str:
    """The part of a question that asks: without the story before it, if the question tells one; else all of it."""
    asked = _OPENING.sub("", question)
    if _first(_SHAPES, asked):
        return question
    return next((clause for clause in _CLAUSE.split(asked)[:0:-1] if _first(_LATER, clause)), question)


def _is_message(asked: str) -> bool:
    return "?" not in asked and len(asked.split()) >= SHORTEST_MESSAGE and _MESSAGE.search(asked) is not None


def asks_for_mechanism(question: str) -> bool:
    """Whether a question how something is done asks what the program does, not what somebody does with it: "how does it"."""
    return _MECHANISM.search(question) is not None and _BY_SOMEBODY.search(question) is None
