"""The shape of a question: what kind of answer it asks for."""

from __future__ import annotations

import re
from typing import Literal

Shape = Literal[
    "where", "what", "how", "who", "why", "error", "default", "can", "flow", "compare", "breaks", "tests", "overview"
]

_USES = r"uses?|calls?|depends? on|imports?|references?|invokes?|inherits?|extends?|implements?"
_SHAPES: tuple[tuple[Shape, str], ...] = (
    ("why", r"^\s*(?:why|how come|what(?:'s| is| was) the (?:reason|rationale))\b|\breason (?:for|why)\b"),
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
            r"^\s*what (?:is|does) (?:this|the) (?:project|repo(?:sitory)?|codebase|package|library|program)\b(?! \w+ \w+)|"
            r"\bwhere (?:do|should|can) i (?:start|begin)(?: reading| looking)?(?: (?:in|with) (?:this|the) \w+)?\s*\??$"
        ),
    ),
    ("overview", r"\b(?:give me an )?overview\b(?: of (?:this|the) \w+)?\s*\??$"),
    (
        "overview",
        (
            r"^\s*how (?:(?:do|can|should) (?:i|you|we)|to) (?:install|run|build|test|start)"
            r"(?: (?:this|it|(?:the )?(?:project|tests?|package|program)))?\s*\??$"
        ),
    ),
    ("overview", r"^\s*(?:what|which) version\b.{0,12}\b(?:is this|is it|do i have)\b"),
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


_OPENING = re.compile(r"^\s*(?:(?:and|so|but|then|also|ok|okay|well)\b[\s,]*)+", re.IGNORECASE)
"""How a follow-up begins: "and which tests cover it" asks what "which tests cover it" asks."""


def shape_of(question: str) -> Shape:
    """The kind of answer that a question asks for; a bare phrase asks "where"."""
    asked = _OPENING.sub("", question)
    return next((shape for shape, pattern in _SHAPES if re.search(pattern, asked, re.IGNORECASE)), "where")
