"""What a sentence names, and whether it stands in the blocks that the sentence cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codeassist.evidence.blocks import Block
from codeassist.evidence.claims.names import (
    LINE,
    LITERALS,
    NAME,
    NO_PATH,
    denied,
    files_at,
    lines_of,
    looks_like_path,
    terms,
)
from codeassist.evidence.claims.sentences import SPAN, without_citations
from indexers import Index
from indexers.files.decoding import count_lines, read_lines

_NUMBER = re.compile(
    r"(?<![\w./-])(?:0[xXoObB][\da-fA-F_]+|\d[\d_,]*(?:\.\d+)?)(?:ms|s|%|px|MB|KB|GB|kB|th|st|nd|rd)?(?![\w.-]*[\w-]*\w)"
)
_LINE_WORDS = re.compile(
    r"\blines?\s+(\d{1,9})(?:\s*(?:-|\u2013|to)\s*(\d{1,9}))?(?!\d)"
    r"|\u7b2c\s*(\d{1,9})(?:\s*(?:-|\u2013|\u5230|\u81f3)\s*(\d{1,9}))?\s*\u884c"
)
_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_ORDINAL = frozenset("0 1 2".split())
_WORKED = re.compile(
    r"(?i)^(?:so |thus )?(?:with|for|given|at|if|assuming)\b[^.]*\d.*\b(?:therefore|thus|hence|so|then|would|means)\b"
)
"""A worked example: its numbers are given and computed, not read."""

_SAYING = r"(?:says?|saying|messages?|texts?|reads?|errors?|warnings?|labels?|prefix|named|called|prints?|logs?|shows?)"
_SAID = re.compile(rf"(?i)\b{_SAYING}(?: \w+){{0,2}}:? (?:\"([^\"]+)\"|\u201c([^\u201d]+)\u201d)")
_IMPLIED = {"AssertionError": re.compile(r"(?m)^\s*assert\b"), "NullPointerException": re.compile(r"\brequireNonNull\b")}
"""Errors that a statement raises without naming them."""


@dataclass(frozen=True)
class Cited:
    """The blocks that a sentence cites, as one text. `given` are the numbers of the answer's own example code."""

    blocks: tuple[Block, ...]
    root: Path
    given: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        """The paths, names and lines of the blocks."""
        return "\n".join(f"{b.path}\n{b.name}\n{b.head}\n{b.text}" for b in self.blocks)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name in the blocks."""
        return frozenset(NAME.findall(self.text))

    @cached_property
    def lowered(self) -> str:
        """The text in small letters and without quotes, to compare literals."""
        return re.sub(r"[\"'`]", "", self.text).lower()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in the blocks, as `plain` writes it."""
        found = re.findall(r"(?<![A-Za-z_])(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?)", self.text)
        return frozenset(plain(number) for number in (*found, *re.findall(r"\d+", self.text)))


def missing(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence names that does not stand in the blocks that it cites."""
    bare = without_citations(sentence)
    absent = denied(bare)
    for term in terms(bare):
        if term.text in absent:
            continue
        if (implied := _IMPLIED.get(term.text)) and implied.search(cited.text):
            continue
        if term.quoted or term.kind == "path":
            yield from _missing_of_span(term.text, cited, index)
        elif term.text not in cited.names:
            yield term.text
    prose = SPAN.sub(" ", bare)
    yield from (match[0] for match in _SAID.finditer(prose) if not _is_said(match[1] or match[2], cited))
    if not _WORKED.search(prose.strip()):
        yield from _missing_numbers(_LINE_WORDS.sub(" ", prose), cited)
    for match in _LINE_WORDS.finditer(prose):
        first, last = int(match[1] or match[3]), int(match[2] or match[4] or match[1] or match[3])
        if not any(_has_lines(block, first, last) for block in cited.blocks):
            yield match[0]


def _is_said(text: str, cited: Cited) -> bool:
    """Whether the blocks have a text that the code is said to show; what an ellipsis stands for may be anything."""
    parts = [part.strip().lower() for part in re.split(r"\.{3}|\u2026", re.sub(r"[\"'`]", "", text))]
    return all(part in " ".join(cited.lowered.split()) for part in parts)


def _missing_of_span(span: str, cited: Cited, index: Index) -> Iterator[str]:
    if span in cited.text or NO_PATH.match(span):
        return
    if looks_like_path(span):
        if not _path_stands(span, cited):
            yield span
        return
    if _FLAG.match(span) or re.search(r"\s--[A-Za-z]", span):
        yield from (flag for flag in _FLAG.findall(span) if flag.startswith("--") and not _flag_stands(flag, cited))
        if re.search(r"\s--[A-Za-z]", span):
            return
    literals = re.findall(r"\"([^\"]*)\"|'([^']*)'", span)
    for one, other in literals:
        if (literal := (one or other).strip().lower()) and literal not in cited.lowered:
            yield span
            return
    rest = re.sub(r"\"[^\"]*\"|'[^']*'", " ", span)
    names = [name for name in NAME.findall(_FLAG.sub(" ", rest)) if name.lower() not in LITERALS]
    if any(name not in cited.names and not _is_variant(name, cited) for name in names):
        yield span
        return
    if any(plain(number) not in cited.numbers for number in re.findall(r"(?<![\w.])\d[\w.]*", rest)):
        yield span
        return
    if not names and not literals and re.search(r"\w", rest) and span.lower() in LITERALS:
        return
    yield from _missing_member(span, cited, index)


def _missing_member(span: str, cited: Cited, index: Index) -> Iterator[str]:
    """`A.b` where A is a class of the repository that has no `b`, and the blocks show no such access."""
    match = re.fullmatch(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?:\(.*\))?", span)
    if match is None:
        return
    owners = [d for d in index.definitions(match[1]) if d.kind in ("class", "struct", "interface", "enum", "type")]
    if not owners or re.search(rf"\.{match[2]}\b", cited.text):
        return
    if not any(d.qualified_name.endswith(f"{match[1]}.{match[2]}") for d in index.definitions(match[2])):
        inside = any(re.search(rf"\b{match[2]}\b", read_lines(cited.root, d.path, d.line, d.end_line)) for d in owners)
        if not inside:
            yield span


def _is_variant(name: str, cited: Cited) -> bool:
    """Whether the blocks have the singular of a name, or `NewName`, the usual name of what makes one."""
    return f"New{name}" in cited.names or (name.endswith("s") and name[:-1] in cited.names)


def _flag_stands(flag: str, cited: Cited) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", cited.text))


def _path_stands(span: str, cited: Cited) -> bool:
    """Whether a path is that of a cited block, with its lines inside, or is named in one."""
    bare, lines = LINE.sub("", span).removeprefix("./").strip("/"), lines_of(span)
    same = files_at(span, [block.path for block in cited.blocks])
    if lines is None:
        return bool(same) or bare in cited.text or _is_imported(bare, cited.text)
    if same:
        return any(_has_lines(block, *lines) for block in cited.blocks if block.path in same)
    return bare in cited.text and lines[1] <= count_lines(cited.root, bare)


def _has_lines(block: Block, first: int, last: int) -> bool:
    """Whether a block shows both lines; of a folded one the place is known, not the lines."""
    return block.shows(first, last) or (block.folded and block.start_line <= first and last <= block.end_line)


def _is_imported(path: str, text: str) -> bool:
    """Whether a line that imports names the file of a path: `from app.models import x`, `require("./models")`."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    name = folder.rpartition("/")[2] if stem in ("index", "__init__", "mod", "main") else stem
    if not name:
        return False
    lines = (line for line in text.splitlines() if re.search(r"\b(?:import|from|require|include|use|using|package)\b", line))
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) for line in lines)


def _missing_numbers(prose: str, cited: Cited) -> Iterator[str]:
    """Numbers in prose; small ones may count what is not written as a number."""
    for match in _NUMBER.finditer(prose):
        number = plain(match[0])
        if number not in _ORDINAL | cited.numbers | cited.given and not _is_last_of_range(number, cited):
            yield match[0]


def _is_last_of_range(number: str, cited: Cited) -> bool:
    """Whether a range in the blocks ends before the next number: 499 for `400...500`, 9 for `range(1, 10)` or `< 10`."""
    if not re.fullmatch(r"\d{1,18}", number):
        return False
    return bool(re.search(rf"(?:\.\.\.|<\s*|\.\.<|range\([^()\n]*?){int(number) + 1}(?!\d)", cited.text))


def plain(number: str) -> str:
    """A number without separators and units, in one notation: `1_000` and `1,000` are `1000`, `0x10` is `16`."""
    bare = re.sub(r"(?<=\d)(?:ms|s|%|px|MB|KB|GB|kB|th|st|nd|rd)$", "", number).replace("_", "").replace(",", "")
    try:
        value = int(bare, 0) if re.match(r"0[xXoObB]", bare) else float(bare)
        return str(int(value)) if value == int(value) else str(value)
    except (ValueError, OverflowError):  # also more digits than a number may have
        return bare
