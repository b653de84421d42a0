"""Relations that a sentence states between names, checked against the source: defaults, results, errors, calls, arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.evidence.claims_names import LITERALS, NAME
from codeassist.evidence.claims_sentences import without_citations
from codeassist.evidence.claims_terms import Cited, plain
from indexers import Index
from indexers.files.decoding import read_lines
from indexers.types import Definition

_X = r"`(?P<x>[*&]?[A-Za-z_$@][^`]*)`"
_V = r"(?:`(?P<v>[^`]+)`|(?P<n>\d[\w.]*))"
_DEFAULT = [
    re.compile(pattern)
    for pattern in (
        rf"(?:default(?: value)?) (?:of|for) (?:the )?(?:\w+ )?{_X}(?: and `[^`]+`)?(?: \([^)]*\))? (?:is|are|=) {_V}",
        rf"{_X}(?: of `[^`]+`)? (?:is|are|has the value) {_V} (?:by default|unless|if (?:nothing|it) is)",
        rf"{_X}(?: of `[^`]+`)? defaults? to {_V}",
        rf"sets? {_X} to {_V} (?:by default|unless)",
        rf"{_X}\s*\u7684?(?:\u9ed8\u8ba4\u503c\u662f|\u9ed8\u8ba4\u503c\u4e3a|\u9ed8\u8ba4\u4e3a|\u9ed8\u8ba4\u662f|\u7f3a\u7701\u4e3a)\s*{_V}",
        rf"{_X}\s*\u306e?\u30c7\u30d5\u30a9\u30eb\u30c8(?:\u5024)?\u306f\s*{_V}",
    )
]
_OF = r"`(?P<v>[^`]+)`"
_RETURNS = [
    re.compile(rf"{_X}(?: (?:always|then|also|only|itself))? returns? (?:an? (?:new )?|the |only |new )?{_OF}"),
    re.compile(rf"{_X}[^`\u3002]{{0,8}}\u8fd4\u56de(?:\u65b0\u7684|\u4e00\u4e2a)?\s*{_OF}"),
]
_RAISES = [
    re.compile(rf"{_X}(?: (?:always|then|also))? (?:raises|throws) (?:an? |the )?{_OF}"),
    re.compile(rf"{_X}\s*\u4f1a?\u629b\u51fa\s*{_OF}"),
]
_CALLS = [
    re.compile(rf"{_X}(?: (?:then|also|always|first|itself))? (?:calls?|invokes?|uses) (?:the method |the function )?{_OF}"),
    re.compile(rf"{_X}[^`\u3002\u88ab\u7531]{{0,12}}\u8c03\u7528\s*{_OF}"),
]
_CALLED = [
    re.compile(rf"{_X} (?:is|are|gets) (?:also |only |then )?(?:called|invoked) (?:by|from|in) {_OF}"),
    re.compile(rf"{_X}\s*(?:\u88ab|\u7531)\s*{_OF}\s*\u8c03\u7528"),
]
_NEVER = [
    re.compile(
        rf"{_X} (?:does not|doesn't|never) "
        r"(?:calls?|uses?|looks? at|reads?|checks?|runs?|copy|copies|compares?|considers?|awaits?) "
        r"(?:the |its |any )?(?:`(?P<v>[^`]+)`|(?P<w>[a-z]{4,}))"
    ),
    re.compile(rf"{_X}\s*(?:\u4e0d\u4f1a?|\u4ece\u4e0d)(?:\u8c03\u7528|\u4f7f\u7528|\u68c0\u67e5)\s*`(?P<v>[^`]+)`(?P<w>)"),
]
_NOT_CAUGHT = re.compile(
    rf"(?:[Ee]xceptions?|[Ee]rrors?)(?: (?:of|from|in|raised by) {_X})? (?:is|are) (?:not|never) "
    r"(?:caught|handled|ignored|swallowed)"
)
_IF = re.compile(r"(?i)(?:\b(?:if|when|whenever|unless|once|until)|\u5982\u679c|\u5f53|\u82e5)\s*(?:the )?$")
_NOT_DONE = re.compile(rf"{_X} (?:is|are) (?:not|never) (?P<how>awaited|called|invoked)")
_ORDER = re.compile(
    rf"{_X} (?:runs|is called|is awaited|is run|is invoked|happens|comes|is checked|is applied) "
    rf"(?:only )?(?P<order>before|after) {_OF}"
)


def wrong_relations(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence states about two names that the source contradicts."""
    bare = without_citations(sentence)
    for match in _found(_DEFAULT, bare):
        if _contradicted(_name(match["x"]), match["v"] or match["n"], cited):
            yield match[0]
    for match in _found(_RETURNS, bare):
        condition = _IF.search(bare[: match.start()])
        if not condition and _returns_other(match["x"], match["v"], cited, index):
            yield match[0]
    stated = [(m, m["x"], m["v"]) for m in _found([*_CALLS, *_RAISES], bare)]
    stated += [(m, m["v"], m["x"]) for m in _found(_CALLED, bare)]
    yield from (match[0] for match, name, other in stated if _never_mentions(name, other, cited, index))
    yield from _wrong_negations(bare, cited, index)


def _wrong_negations(bare: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence says never happens, and the source shows."""
    for match in _found(_NEVER, bare):
        if _mentions(match["x"], match["v"] or match["w"], cited, index):
            yield match[0]
    for match in _NOT_DONE.finditer(bare):
        call = rf"(?<!\w){re.escape(_name(match['x']))}\s*\("
        if re.search(
            rf"\bawait\s+[\w.]*{call}" if match["how"] == "awaited" else rf"(?<!def )(?<!function ){call}", cited.text
        ):
            yield match[0]
    for match in _ORDER.finditer(bare):
        first, second = (_places(match[group], cited) for group in ("x", "v"))
        if match["order"] == "after":
            first, second = second, first
        if first and second and first[0] > second[0] and first[-1] > second[-1]:
            yield match[0]
    for match in _NOT_CAUGHT.finditer(bare):
        if _catches(match["x"], cited.text):
            yield match[0]


def _found(patterns: list[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def _name(span: str) -> str:
    """The last name of a span: `this.createContext(req, res)` is createContext."""
    names = NAME.findall(re.sub(r"\(.*", "", span, flags=re.DOTALL))
    return names[-1] if names else span


def _contradicted(name: str, value: str, cited: Cited) -> bool:
    """Whether the blocks give a parameter or attribute a default, and it is another one."""
    found = re.findall(
        rf"(?m)^[^\n>]*?(?<![\w]){re.escape(name)}\s*(?::\s*[^=,()\n]+(?:\[[^\]]*\][^=,()\n]*)?)?=(?!=|>)\s*([^,\n;]+)",
        cited.text,
    )
    found = [f for f in found if f.strip() != name]
    if re.search(rf"(?m)^\s*(?:this|self)\.{re.escape(name)}\s*=(?!=)", cited.text):
        found = found[:1]  # a later assignment is no default
    return bool(found) and not any(_tokens(value) <= _tokens(stated) for stated in found)


def _tokens(text: str) -> set[str]:
    return {
        plain(part) if part[0].isdigit() else part.lower() for part in re.findall(r"\d[\w.]*|[^\W\d]\w*|%\w|\.\w+", text)
    } or {re.sub(r"[\"'`\s]", "", text)}


def _bodies(name: str, cited: Cited, index: Index) -> list[tuple[Definition, str]]:
    """(definition, text) of what a span names; those in the cited blocks when there are any, and inside the named class."""
    found = index.definitions(_name(name))
    owner = re.match(r"([A-Za-z_]\w*)\.", name)
    if owner and (inside := [d for d in found if f"{owner[1]}." in f"{d.qualified_name}"]):
        found = inside
    shown = [
        d for d in found if any(b.path == d.path and d.line <= b.end_line and b.start_line <= d.end_line for b in cited.blocks)
    ]
    return [(d, read_lines(cited.root, d.path, d.line, d.end_line)) for d in shown or found]


def _never_mentions(name: str, other: str, cited: Cited, index: Index) -> bool:
    """Whether every definition of a name is known, and none mentions the other name."""
    bodies = _bodies(name, cited, index)
    wanted = _name(other)
    if not bodies or wanted.lower() in LITERALS:
        return False
    return not any(
        re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", re.sub(r"^[^\n]*\n?", "", body, count=1)) for _, body in bodies
    )


def _mentions(name: str, other: str, cited: Cited, index: Index) -> bool:
    """Whether every definition of a name mentions the other one, apart from comments and documentation."""
    bodies = [re.sub(r"^[^\n]*\n?", "", body, count=1) for _, body in _bodies(name, cited, index)]
    code = [re.sub(r"\"\"\".*?\"\"\"|/\*.*?\*/|(?:#|//)[^\n]*", "", body, flags=re.DOTALL) for body in bodies]
    return bool(code) and all(re.search(rf"(?<![A-Za-z0-9]){re.escape(_name(other))}(?![A-Za-z0-9])", body) for body in code)


def _places(name: str, cited: Cited) -> list[int]:
    """Where the blocks call a name, as positions in their text without comments."""
    code = re.sub(r"/\*.*?\*/|(?:#|//)[^\n]*", lambda match: " " * len(match[0]), cited.text, flags=re.DOTALL)
    return [match.start() for match in re.finditer(rf"(?<!\w){re.escape(_name(name))}\s*\(", code)]


def _catches(name: str | None, text: str) -> bool:
    """Whether the code catches errors; with a name, errors of what is called so."""
    for match in re.finditer(r"\btry\b(?P<body>.*?)\b(?:except|catch|rescue)\b", text, re.DOTALL):
        if name is None or re.search(rf"(?<!\w){re.escape(_name(name))}(?!\w)", match["body"]):
            return True
    return False


def _returns_other(name: str, value: str, cited: Cited, index: Index) -> bool:
    """Whether the source of a function states its result, and it is another one than claimed."""
    wanted = {token for token in _tokens(value) if token not in ("self", "this", "new")}
    stated: list[str] = []
    for definition, body in _bodies(name, cited, index):
        result = re.search(r"\)\s*(?:->|:)\s*([^:{\n]+)", definition.signature)
        returned = re.findall(r"\breturn\b([^\n;]*)", body)
        go = re.search(r"\)\s*(\(?[*\[\]\w., ]+\)?)\s*\{?$", definition.signature) if definition.language == "go" else None
        if (
            not result
            and go is None
            and value.lower() in LITERALS
            and value not in ("True", "False", "None", "true", "false", "null")
        ):
            return False  # a type by name, where none is written
        stated += [result[1] if result else "", go[1] if go else "", *returned]
        if value in ("True", "False", "true", "false") and any(_is_boolean_expression(text) for text in returned):
            return False
    return bool(stated) and bool(wanted) and not any(wanted <= _tokens(text) for text in stated if text.strip())


def _is_boolean_expression(text: str) -> bool:
    return bool(re.search(r"\b(?:and|or|not|in|is)\b|[=!<>]=|&&|\|\||[<>]|\w\(", text)) or bool(
        re.fullmatch(r"\s*\w+\s*", text)
    )
