"""What a sentence says does not happen or is not there, and the order of two steps, compared with the source.

A negation with a condition ("does not call X if ...") is not judged: the source shows the call either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.evidence.claims.actions import base_verb, does, was_done
from codeassist.evidence.claims.bodies import QUOTED, as_word, bodies, inner_code, last_name, without_comments
from codeassist.evidence.claims.names import NOT, stems
from codeassist.evidence.claims.sentences import without_citations
from codeassist.evidence.claims.terms import Cited
from indexers import Index
from indexers.syntax.words import stem

_SUBJECT = rf"(?:{QUOTED}|(?P<it>\b[Tt]he constructor|\b[Ii]t|\b[Tt]h(?:is|e) (?:function|method)))"
_CONDITION = re.compile(
    r"(?i)\b(?:if|when|whenever|unless|until|while|without|except|but|only|other than|outside|for|once|then|otherwise|"
    r"again|yet|always|itself|because|since|by default|any ?more|further)\b"
    r"|\u5982\u679c|\u5f53|\u82e5|\u9664\u975e|\u9664\u4e86|\u65f6|\u53ea"
)
_CLAUSE = re.compile(r";|(?<=[\w`)]), (?:and|but|so|because|since|it|they|which)\b|\uff0c|\uff1b|\u3002")

_ACTIVE = re.compile(rf"{_SUBJECT} {NOT} (?P<verb>[a-z]+(?: (?:at|for|to|up|on))?)(?P<rest>.*)")
_NOTHING = re.compile(rf"{_SUBJECT} (?P<verb>[a-z]+s) (?:nothing|no)\b(?P<rest>.*)")
_PASSIVE = re.compile(
    r"(?P<subject>.*?)\b(?:is|are|was|were) (?:not|never) (?P<verb>[a-z]+(?:ed|en|un|wn|nt|pt|ld|ut|ad|et|de))\b"
    rf"(?P<by>(?: by {QUOTED})?)"
)
_CONSTRUCTORS = ("__init__", "constructor", "initialize", "__construct")
_CHINESE = re.compile(
    rf"{QUOTED}(?P<it>)\s*(?:\u7edd?\u4e0d\u4f1a?|\u4ece\u4e0d|\u6ca1\u6709|\u5e76\u4e0d)"
    r"(?P<verb>\u8c03\u7528|\u4f7f\u7528|\u68c0\u67e5|\u629b\u51fa|\u8fd4\u56de|\u8bbe\u7f6e|\u8bfb\u53d6)\s*(?P<rest>`[^`]+`|(?:\u4efb\u4f55)?(?:\u5f02\u5e38|\u9519\u8bef))"
)
_NO_DEFAULT = re.compile(
    rf"{QUOTED}(?: (?:of|in|for) (?:the \w+ )?`(?P<of>[^`]+)`)? "
    r"(?:has|have|does not have|do not have|is given) (?:no|any|a|without) "
    rf"defaults?\b|{QUOTED.replace('?P<x>', '?P<y>')}\s*\u6ca1\u6709\u9ed8\u8ba4\u503c"
)
_REQUIRED = re.compile(
    rf"{QUOTED}(?: of `(?P<of>[^`]+)`)? (?:is (?:required|mandatory|not optional)|must (?:always )?be (?:given|passed))\b"
)
_NO_MEMBER = re.compile(
    rf"{QUOTED} (?:has|have|takes?|accepts?|defines?|knows?) no (?:keyword |optional )?"
    r"(?P<what>parameter|argument|option|method|attribute|field|property|member)s?(?: (?:called|named))? `(?P<v>[^`]+)`"
)
_NO_PARAMETERS = re.compile(rf"{QUOTED} (?:has|takes|accepts|needs) no (?:parameters|arguments)\b(?! `)")
_NOT_CAUGHT = re.compile(
    r"(?:^|[.;,:] |\b(?:[Tt]he|[Aa]ny|[Aa]ll|[Ss]uch|[Ii]ts|[Aa]n?) )(?:[Ee]xceptions?|[Ee]rrors?)"
    rf"(?: (?:of|from|in|raised by) {QUOTED})? (?:is|are) (?:not|never) "
    r"(?:caught|handled|ignored|swallowed)"
)
_SWALLOWED = re.compile(
    r"(?:^|(?:[Aa]n?|[Tt]he|[Ee]very) )(?:`(?P<e>[\w.:]+)`|(?P<w>[A-Z]?[a-z]+)s?) "
    r"(?:is|are) (?:always )?(?:ignored|swallowed|suppressed)"
)
_ORDER = re.compile(
    rf"{QUOTED} (?:(?:is|are) \w+ed|is (?:run|sent|put|set|read|written)|runs|happens|comes|stands) "
    r"(?:only |directly |right )?(?P<order>before|after) `(?P<v>[^`]+)`"
)


def wrong_negations(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence says never happens, is not there or happens in another order, and the source shows."""
    bare = without_citations(sentence)
    yield from _wrong_absences(bare, cited, index)
    for clause in _clauses(bare):
        if _wrong_in_clause(clause, cited, index):
            yield clause
    yield from (
        m[0] for m in _ORDER.finditer(bare) if _is_other_order(m["x"], m["v"], m["order"], _code_at(bare, cited, index))
    )
    yield from (m[0] for m in _NOT_CAUGHT.finditer(bare) if _catches(m["x"], cited.text))
    for match in _SWALLOWED.finditer(bare):
        if not _conditional(bare.replace(" always ", " ")) and _is_raised_again(match["e"] or match["w"], cited.text):
            yield match[0]


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for match in _CLAUSE.finditer(text):
        yield text[start : match.start()].strip()
        start = match.end()
    yield text[start:].strip(" .\u3002")


def _conditional(text: str) -> bool:
    return bool(_CONDITION.search(re.sub(r"`[^`]*`", "x", text)))


def _wrong_in_clause(clause: str, cited: Cited, index: Index) -> bool:
    for pattern in (_ACTIVE, _NOTHING, _CHINESE):
        match = pattern.search(clause)
        if match and not _conditional(match["rest"]):
            code = _subject_code(match, cited, index)
            return bool(code) and all(does(body, base_verb(match["verb"]), match["rest"]) for body in code)
    match = _PASSIVE.match(clause)
    if match is None or _conditional(clause.replace(match["by"], "")):
        return False
    return was_done(match["subject"], base_verb(match["verb"]), match["x"], cited, index)


def _subject_code(match: re.Match[str], cited: Cited, index: Index) -> list[str]:
    """The code of what a sentence speaks about: of a name, of the constructor, or all that is cited for "it"."""
    if match["x"]:
        return inner_code(match["x"], cited, index)
    if not match["it"].endswith("constructor"):
        return [without_comments(block.text).partition("\n")[2] for block in cited.blocks]
    shown = {name for name in _CONSTRUCTORS if re.search(rf"(?<!\w){name}\b *\(", cited.text)}
    return [
        code
        for block in cited.blocks
        for d in index.definitions_in(block.path, block.start_line, block.end_line)
        if d.name in shown
        for code in inner_code(d.qualified_name, cited, index)
    ]


def _wrong_absences(bare: str, cited: Cited, index: Index) -> Iterator[str]:
    """Defaults, parameters and members that a sentence says are not there."""
    for match in (*_NO_DEFAULT.finditer(bare), *_REQUIRED.finditer(bare)):
        names = match.groupdict()
        parameter, owner = names["x"] or names.get("y") or "", names.get("of")
        if not _conditional(bare[match.end() :]) and _has_default(last_name(parameter), owner, cited, index):
            yield match[0]
    for match in _NO_MEMBER.finditer(bare):
        found = bodies(match["x"], cited, index)
        wanted = as_word(match["v"])
        inside = match["what"] not in ("parameter", "argument", "option")
        texts = [body if inside or d.kind == "class" else d.signature for d, body in found]
        declared = rf"(?:def|function|fn|func|self\.|this\.|@)\s*{wanted}|{wanted}\s*(?:[:=(]|,|\))"
        if texts and all(re.search(declared, text) for text in texts):
            yield match[0]
    for match in _NO_PARAMETERS.finditer(bare):
        signatures = [re.search(r"\(([^)]*)\)", d.signature) for d, _ in bodies(match["x"], cited, index) if d.kind != "class"]
        stated = [re.sub(r"^\s*(?:self|cls)\b,?|[\s*/,]", "", found[1]) for found in signatures if found]
        if stated and all(stated):
            yield match[0]


def _has_default(parameter: str, owner: str | None, cited: Cited, index: Index) -> bool:
    """Whether a parameter has a default in the heads of the functions that the blocks show, or in that of its owner."""
    text = "\n".join(body for _, body in bodies(owner, cited, index)) if owner else ""
    head = rf"\([^{{}};]*?(?<![\w.]){re.escape(parameter)}\s*(?::\s*[^=,(){{}}\n]+(?:\[[^\]\n]*\][^=,()\n]*)?)?=(?!=|>)"
    heads = rf"\b(?:def|function|func|fn|constructor|initialize|async)\b[^(\n]*{head}"
    return bool(re.search(heads, without_comments(text or cited.text)))


def _code_at(bare: str, cited: Cited, index: Index) -> str:
    """The code that a sentence is about: of the name after a leading "in", or all that is cited, without comments."""
    inside = re.match(r"In `([^`]+)`,", bare)
    found = inner_code(inside[1], cited, index) if inside else []
    return found[0] if len(found) == 1 else without_comments(cited.text)


def _is_other_order(first: str, second: str, order: str, code: str) -> bool:
    """Whether every place of one name stands on the other side of every place of the other, against what is said."""
    before, after = _places(first, code), _places(second, code)
    if order == "after":
        before, after = after, before
    return bool(before and after) and before[0] > after[0] and before[-1] > after[-1]


def _places(name: str, code: str) -> list[int]:
    """Where code calls a name, or mentions it if it never calls it, as positions."""
    called = rf"(?<!\w){re.escape(last_name(name))}\s*\("
    found = [match.start() for match in re.finditer(called, code)]
    return found or [match.start() for match in re.finditer(as_word(name), code)]


def _catches(name: str | None, text: str) -> bool:
    """Whether the code catches errors; with a name, errors of what is called so."""
    for match in re.finditer(r"\btry\b(?P<body>.*?)\b(?:except|catch|rescue)\b", text, re.DOTALL):
        if name is None or re.search(as_word(name), match["body"]):
            return True
    return False


def _is_raised_again(error: str, text: str) -> bool:
    """Whether the code has a handler for an error, and the handler raises."""
    wanted = stem(last_name(error).lower())
    for match in re.finditer(
        r"(?m)^([ \t]*)(?:\} *)?(?:except|rescue|catch)\b([^\n]*)\n((?:\1[ \t]+[^\n]*\n?|[ \t]*\n)*)", text
    ):
        named = last_name(error) in match[2] or wanted in stems(match[2])
        if named and re.search(r"\b(?:raise|throw)\b", without_comments(match[3])):
            return True
    return False
