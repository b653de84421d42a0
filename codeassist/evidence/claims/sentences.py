"""Split a model's answer into the sentences whose claims are checked, each with the blocks that it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codeassist.evidence.fences import without_fences

LEAST_WORDS = 3
"""A sentence with fewer words makes no claim that needs a citation."""

SPAN = re.compile(r"(?<!`)(`+)([^`\n]+?)\1(?!`)")
CITED = re.compile(
    r"(?:\[|\u3010)\^?(?:[Bb]locks?\s+)?(?P<numbers>\d{1,3}(?:\s*[,;\u3001\u2013-]\s*\d{1,3})*)(?:\]|\u3011)(?!\()"
)
_ABBREVIATIONS = re.compile(
    r"\b(?:e\.\s?g|i\.\s?e|viz|cf|vs|etc|resp|incl|approx|no|fig|sec|ca|z\.\s?B|d\.\s?h|bzw|p\.\s?ej|c\.-\u00e0-d)\.",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?<=[.!?])(?<!\.\.)\s+(?=[A-Z\u00c0-\u00de`\"'(\[\u3010\d*_])|(?<=[\u3002\uff01\uff1f])(?!\s*(?:\[|\u3010))"
)
_ITEM = re.compile(r"^\s*(?:[-*+>]|\d{1,3}[.)])\s+")
_RULE = re.compile(r"[\s:|-]+$")
_ONLY_CITED = re.compile(rf"(?:{CITED.pattern}\s*)+[.!?\u3002]?".replace("(?P<numbers>", "(?:"))
_NOT_SHOWN = re.compile(
    r"(?i)\b(?:blocks?|context|excerpts?|snippets?|code shown|(?:given|provided|shown) (?:code|lines))\b[^.]{0,60}?"
    r"\b(?:do(?:es)?|is|are)(?:\s+not|n['\u2019]t)\s+(?:show|include|contain|say|tell|cover|mention|reveal|define|part|visible|there)"
    r"|\b(?:is|are)(?:\s+not|n['\u2019]t)\s+(?:shown|visible|included|part of|contained|present|given|mentioned)\b"
    r"[^.]{0,40}\b(?:blocks?|context|excerpts?|snippets?|code)"
    r"|\u6ca1\u6709(?:\u663e\u793a|\u5c55\u793a|\u5305\u542b|\u7ed9\u51fa)|\u672a(?:\u663e\u793a|\u5c55\u793a|\u5305\u542b|\u7ed9\u51fa)"
    r"|\u770b\u4e0d\u5230|\u793a\u3055\u308c\u3066\u3044"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, the numbers of the blocks that it cites, and whether it claims something about the code.

    `absent`: it only says that the blocks do not show something.
    """

    text: str
    cited: tuple[int, ...]
    claims: bool
    absent: bool


def cited_numbers(text: str) -> list[int]:
    """The numbers of the citations in a text outside code, in order of their first use; ranges are filled."""
    bare = SPAN.sub("", without_fences(text))  # `argv[0]` is not a citation
    return list(dict.fromkeys(n for match in CITED.finditer(bare) for n in _numbers(match["numbers"])))


def without_citations(text: str) -> str:
    """A text without its citations."""
    return replaced(text, lambda _: "")


def replaced(text: str, instead: Callable[[list[int]], str]) -> str:
    """A text with each citation outside code replaced by what `instead` makes of its numbers."""
    kept: list[str] = []

    def keep(code: str) -> str:
        kept.append(code)
        return f"\x00{len(kept) - 1}\x00"

    bare = SPAN.sub(lambda match: keep(match[0]), without_fences(_without_zeros(text), keep))
    bare = CITED.sub(lambda match: instead(list(_numbers(match["numbers"]))), bare)
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], bare)


def _without_zeros(text: str) -> str:
    """A text without the character that marks what is taken out of it for a while."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def split(answer: str, *, everything: bool = False) -> list[Sentence]:
    """The sentences of a Markdown text, without fenced code, headings and the heads of tables; with these for `everything`.

    What a list item or a row of a table cites counts for each of its sentences.
    """
    found: list[Sentence] = []
    lines = without_fences(_without_zeros(answer), lambda _: "\n\n").split("\n")
    for position, line in enumerate(lines):
        if not line.strip() or _RULE.match(line) or (line.lstrip().startswith("#") and not everything):
            continue
        if line.lstrip().startswith("|"):
            if (
                not everything
                and position + 1 < len(lines)
                and _RULE.match(lines[position + 1])
                and lines[position + 1].strip()
            ):
                continue  # the head of a table
            found.append(_sentence(line.strip(), cited_numbers(line)))
            continue
        item = _ITEM.match(line)
        shared = cited_numbers(line) if item else []
        for piece in _pieces(line[item.end() :] if item else line):
            late = found and _ONLY_CITED.fullmatch(piece)  # a citation after the full stop belongs to the sentence before it
            text = f"{found.pop().text} {piece}" if late else piece
            found.append(_sentence(text, cited_numbers(text) or shared))
    return found


def _pieces(line: str) -> Iterator[str]:
    """The sentences of one line; abbreviations and code do not end one."""
    kept: list[str] = []

    def code(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"`\x00{len(kept) - 1}\x00"

    def abbreviation(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    for piece in _END.split(_ABBREVIATIONS.sub(abbreviation, SPAN.sub(code, line))):
        if text := re.sub("`?\x00(\\d+)\x00", lambda match: kept[int(match[1])], piece).strip():
            yield text


def _sentence(text: str, cited: list[int]) -> Sentence:
    bare = without_citations(text)
    east = any("\u3040" <= c <= "\ud7ff" for c in bare)
    words = len(bare) / 2 if east else len(bare.split())
    absent = bool(_NOT_SHOWN.search(SPAN.sub("x", bare)))
    claims = words >= LEAST_WORDS and not absent and not bare.rstrip().endswith((":", "\uff1a", "?", "\uff1f"))
    return Sentence(text, tuple(cited), claims, absent)


def _numbers(text: str) -> Iterator[int]:
    for part in re.split(r"\s*[,;\u3001]\s*", text):
        first, _, last = re.sub(r"\s*\u2013\s*", "-", part).partition("-")
        start, end = int(first), int(last or first)
        yield from range(start, end + 1) if start <= end <= start + 50 else (start, end)
