"""Relations that a sentence states between names, checked against the source: defaults, results, errors, calls, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.evidence.claims.arity import COUNTED, TAKES, constructed, number, takes_other
from codeassist.evidence.claims.bodies import QUOTED, as_word, bodies, last_name
from codeassist.evidence.claims.names import LITERALS
from codeassist.evidence.claims.sentences import without_citations
from codeassist.evidence.claims.terms import Cited, plain
from indexers import Index
from indexers.syntax.languages import PLAIN, detect
from indexers.types import Definition

_V = r"(?:`(?P<v>[^`]+)`|(?P<n>\d(?:[\w.]*\w)?)|(?P<q>'[^'\n`]{1,60}'|\"[^\"\n`]{1,60}\"))"
_DEFAULT = [
    re.compile(pattern)
    for pattern in (
        rf"(?:default(?: value)?) (?:of|for) (?:the )?(?:\w+ )?{QUOTED}(?: and `[^`]+`)?(?: \([^)]*\))? (?:is|are|=) {_V}",
        rf"{QUOTED}(?: of `[^`]+`)? (?:is|are|has the value) {_V} (?:by default|unless|if (?:nothing|it) is)",
        rf"{QUOTED}(?: of `[^`]+`)? defaults? to {_V}",
        rf"sets? {QUOTED} to {_V} (?:by default|unless)",
        rf"{QUOTED}\s*\u7684?(?:\u9ed8\u8ba4\u503c\u662f|\u9ed8\u8ba4\u503c\u4e3a|\u9ed8\u8ba4\u4e3a|\u9ed8\u8ba4\u662f|\u7f3a\u7701\u4e3a)\s*{_V}",
        rf"{QUOTED}\s*\u306e?\u30c7\u30d5\u30a9\u30eb\u30c8(?:\u5024)?\u306f\s*{_V}",
    )
]
_OF = r"`(?P<v>[^`]+)`"
_RETURNS = [
    re.compile(rf"{QUOTED}(?: (?:always|then|also|only|itself))? returns? (?:an? (?:new )?|the |only |new )?{_OF}"),
    re.compile(rf"{QUOTED}[^`\u3002\u4e0d\u6ca1\u672a]{{0,8}}\u8fd4\u56de(?:\u65b0\u7684|\u4e00\u4e2a)?\s*{_OF}"),
]
_RAISES = [
    re.compile(rf"{QUOTED}(?: (?:always|then|also))? (?:raises|throws) (?:an? |the )?{_OF}"),
    re.compile(rf"{QUOTED}\s*\u4f1a?\u629b\u51fa\s*{_OF}"),
]
_CALLS = [
    re.compile(
        rf"{QUOTED}(?: (?:then|also|always|first|itself))? (?:calls?|invokes?|uses) (?:the method |the function )?{_OF}"
    ),
    re.compile(rf"{QUOTED}[^`\u3002\u88ab\u7531\u4e0d\u6ca1\u672a]{{0,12}}\u8c03\u7528\s*{_OF}"),
]
_CALLED = [
    re.compile(rf"{QUOTED} (?:is|are|gets) (?:also |only |then )?(?:called|invoked|used) (?:by|from|in) {_OF}"),
    re.compile(rf"{QUOTED}\s*(?:\u88ab|\u7531)\s*{_OF}\s*\u8c03\u7528"),
]
_DEFINED = [
    re.compile(
        rf"{QUOTED}(?:,? a \w+,)? (?:is|are|was) (?:defined|declared|implemented|located) (?:in|at) "
        r"(?:the file )?(?P<tick>`)?(?P<v>[\w./-]+\.[A-Za-z]\w*)(?::(?P<line>\d+))?(?(tick)`?)"
    )
]
_LIVES = re.compile(
    rf"{QUOTED} (?:lives|sits|resides|is(?: found| kept| to be found)?|can be found|stands) in (?:the file )?"
    r"(?P<tick>`)?(?P<v>[\w./-]+\.[A-Za-z]\w*)(?::(?P<line>\d+))?(?(tick)`?)(?![\w/(])"
)
_IF = re.compile(r"(?i)(?:\b(?:if|when|whenever|unless|once|until)|\u5982\u679c|\u5f53|\u82e5)\s*(?:the )?$")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a sentence states; `wrong` is None if the source does not tell.

    `about` are the definitions that it was compared with, `there` is what they have instead, where it is short to say.
    """

    text: str
    wrong: bool | None
    about: tuple[Definition, ...] = ()
    there: str = ""


def wrong_relations(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence states about two names that the source contradicts."""
    yield from (relation.text for relation in relations(sentence, cited, index) if relation.wrong)


def relations(sentence: str, cited: Cited, index: Index) -> Iterator[Relation]:
    """What a sentence states about two names, in one of the forms that are understood."""
    bare = without_citations(sentence)
    for match in _found(_DEFAULT, bare):
        yield Relation(match[0], contradicted(last_name(match["x"]), match["v"] or match["n"] or match["q"], cited))
    for match in _found(_RETURNS, bare):
        if not _IF.search(bare[: match.start()]):
            yield Relation(match[0], _returns_other(match["x"], match["v"], cited, index))
    for match in _found(_DEFINED, bare):
        yield Relation(match[0], _is_elsewhere(match["x"], match["v"], int(match["line"] or 0), index))
    for match in _found([_LIVES], bare):
        if detect(match["v"]).name != PLAIN.name:  # `a` is in `shop.items` is no place
            yield Relation(match[0], _is_elsewhere(match["x"], match["v"], int(match["line"] or 0), index))
    for match in _found([TAKES], bare):
        known = [d for d in where_defined(match["x"], index) if d.language in COUNTED]
        yield Relation(match[0], takes_other(number(match["count"]), (match["kind"] or "").strip(), constructed(known, index)))
    stated = [(m, m["x"], m["v"]) for m in _found([*_CALLS, *_RAISES], bare)]
    stated += [(m, m["v"], m["x"]) for m in _found(_CALLED, bare)]
    for match, name, other in stated:
        yield Relation(match[0], _never_mentions(name, other, cited, index, head=" uses " in match[0]))


def _found(patterns: list[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def contradicted(name: str, value: str, cited: Cited) -> bool | None:
    """Whether the default that the blocks give a parameter or attribute is another one; None if they give none."""
    found = re.findall(
        rf"(?m)^[^\n>]*?(?<![\w]){re.escape(name)}\s*(?::\s*[^=,()\n]+(?:\[[^\]]*\][^=,()\n]*)?)?=(?!=|>)\s*([^,\n;]+)",
        cited.text,
    )
    itself = re.compile(rf"(?:\w+\.)*{re.escape(name)}[!?]?")  # `self.size = options.size`
    found = [f for f in found if not itself.fullmatch(f.strip())]
    literal = r"true|false|True|False|nil|null|None|\d[\w.]*|'[^'\n]*'|\"[^\"\n]*\""
    found = found or re.findall(rf"(?<![\w.]){re.escape(name)}['\"]?\s*(?::|=>)\s*({literal})", cited.text)
    if re.search(rf"(?m)^\s*(?:this|self)\.{re.escape(name)}\s*=(?!=)", cited.text):
        found = found[:1]  # a later assignment is not a default
    return not any(_tokens(value) <= _tokens(stated) for stated in found) if found else None


def _tokens(text: str) -> set[str]:
    return {
        plain(part) if part[0].isdigit() else part.lower() for part in re.findall(r"\d[\w.]*|[^\W\d]\w*|%\w|\.\w+", text)
    } or {re.sub(r"[\"'`\s]", "", text)}


def where_defined(name: str, index: Index) -> list[Definition]:
    """The definitions of what a span names, those in the named class when it names one."""
    found = [d for d in index.definitions(last_name(name)) if d.name == last_name(name)]
    owner = re.match(r"([A-Za-z_]\w*)\.", name)
    return [d for d in found if owner and f"{owner[1]}." in d.qualified_name] or found


def _is_elsewhere(name: str, path: str, line: int, index: Index) -> bool | None:
    """Whether none of the definitions of a name is in the file and, where it is given, at the line; None if there are none."""
    found = where_defined(name, index)
    if not found:
        return None
    there = [d for d in found if d.path == path or d.path.endswith(f"/{path}")]
    return not any(not line or d.line <= line <= d.end_line for d in there)


def _never_mentions(name: str, other: str, cited: Cited, index: Index, *, head: bool) -> bool | None:
    """Whether none of the definitions of a name mentions the other name, in their first line with `head`; None without any."""
    found = bodies(name, cited, index)
    if not found or last_name(other).lower() in LITERALS:
        return None
    return not any(re.search(as_word(other), body if head else re.sub(r"^[^\n]*\n?", "", body, count=1)) for _, body in found)


def _returns_other(name: str, value: str, cited: Cited, index: Index) -> bool | None:
    """Whether the result that the source of a function states is another one than claimed; None if it states none."""
    wanted = {token for token in _tokens(value) if token not in ("self", "this", "new")}
    stated: list[str] = []
    for definition, body in bodies(name, cited, index):
        result = re.search(r"\)\s*(?:->|:)\s*([^:{\n]+)", definition.signature)
        returned = re.findall(r"\breturn\b([^\n;]*)", body)
        go = re.search(r"\)\s*(\(?[*\[\]\w., ]+\)?)\s*\{?$", definition.signature) if definition.language == "go" else None
        if (
            not result
            and go is None
            and value.lower() in LITERALS
            and value not in ("True", "False", "None", "true", "false", "null")
        ):
            return None  # a type by name, where none is written
        stated += [result[1] if result else "", go[1] if go else "", *returned]
        if value in ("True", "False", "true", "false") and any(_is_boolean_expression(text) for text in returned):
            return None
    written = [text for text in stated if text.strip()]
    return not any(wanted <= _tokens(text) for text in written) if stated and wanted else None


def _is_boolean_expression(text: str) -> bool:
    return bool(re.search(r"\b(?:and|or|not|in|is)\b|[=!<>]=|&&|\|\||[<>]|\w\(", text)) or bool(
        re.fullmatch(r"\s*\w+\s*", text)
    )
