"""Check a model's answer: do its citations resolve, do the names in it exist, does the cited code support it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.evidence.packing import Block, unchanged
from codeassist.evidence.places import SCAFFOLD
from indexers import Index
from indexers.syntax.words import STOP_WORDS, identifiers, stem, words

SUPPORT = 0.34
"""A sentence is supported when its citations contain at least this share of its significant words (code and names): low,
because an answer explains in its own words, and an answer in another language shares only the names."""

LEAST_WORDS = 3
"""A sentence with fewer words makes no claim that needs a citation."""

_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CITED = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()")
_SPAN = re.compile(r"(?<!`)(`+)([^`\n]+?)\1(?!`)")
_PATH = re.compile(r"(?:[\w.@+-]+/)*[\w.@+-]*\.[A-Za-z]\w{0,7}|(?:[\w.@+-]+/)+[\w.@+-]*")
_NAME = re.compile(r"[^\W\d]\w*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[\d])|(?<=[\u3002\uff01\uff1f])|\n+")
_LITERALS = frozenset(
    "true false none null nil self this cls super undefined void int str float bool string list dict set tuple object bytes "
    "any return yield await async def class function import from lambda raise throw except catch try finally with new let "
    "const var static public private".split()
)


@dataclass(frozen=True, slots=True)
class Checks:
    """The results of checking a model's answer.

    `dangling` are citations of blocks that do not exist, `changed` citations of blocks whose lines on disk have changed,
    `unverified` names and paths that do not occur in the repository, `unsupported` sentences without a citation that
    supports them.
    """

    dangling: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    unverified: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    sentences: int = 0

    @property
    def clean(self) -> bool:
        """Whether no problem was found."""
        return not (self.dangling or self.changed or self.unverified or self.unsupported)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {
            "dangling": list(self.dangling),
            "changed": list(self.changed),
            "unverified": list(self.unverified),
            "unsupported": list(self.unsupported),
            "sentences": self.sentences,
        }


def cited_numbers(text: str) -> list[int]:
    """The numbers of the citations in a text outside fenced code, in order of their first use."""
    bare = _SPAN.sub("", _FENCE.sub("", text))  # `argv[0]` is not a citation
    return list(dict.fromkeys(int(n) for m in _CITED.finditer(bare) for n in m[1].split(",")))


def check(index: Index, text: str, blocks: Sequence[Block]) -> Checks:
    """Run every check of an answer that needs no model."""
    blocks_by_number = {block.n: block for block in blocks}
    numbers = cited_numbers(text)
    claims = [sentence for sentence in sentences(text) if _claims(sentence)]
    invented = tuple(dict.fromkeys(unverified(index, text, blocks)))
    return Checks(
        dangling=tuple(n for n in numbers if n not in blocks_by_number),
        changed=tuple(n for n in numbers if n in blocks_by_number and not unchanged(index.root, blocks_by_number[n])),
        unverified=invented,
        unsupported=tuple(
            s for s in claims if any(f"`{name}`" in s for name in invented) or not _supported(s, blocks_by_number)
        ),
        sentences=len(claims),
    )


def unverified(index: Index, text: str, blocks: Sequence[Block]) -> Iterator[str]:
    """Paths and code names in backticks that occur neither in the context nor in the index's names or text."""
    shown = "\n".join(f"{b.path}\n{b.head}\n{b.text}" for b in blocks)
    shown_names = set(_NAME.findall(shown))
    paths = set(index.files())
    for match in _SPAN.finditer(_FENCE.sub("", text)):
        span = match[2].strip()
        if span in shown or not _NAME.search(span):
            continue
        if _looks_like_path(span):
            if not _path_exists(re.sub(r":\d+(?:-\d+)?$", "", span), paths):
                yield span
            continue
        names = [n for n in _NAME.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", span)) if n.lower() not in _LITERALS]
        missing = [n for n in names if n not in shown_names and not exists(index, n)]
        if missing:
            yield span


def exists(index: Index, name: str) -> bool:
    """Whether a name is defined, used or imported anywhere in the repository, or occurs in its text."""
    return index.knows_name(name) or index.contains_word(name)


def _looks_like_path(span: str) -> bool:
    bare = re.sub(r":\d+(?:-\d+)?$", "", span)
    if not _PATH.fullmatch(bare):
        return False
    return "/" in bare or bare.rpartition(".")[2].lower() in _EXTENSIONS


_EXTENSIONS = frozenset(
    "py pyi js jsx mjs ts tsx go rs java kt scala c h cc cpp hpp cs rb php swift ex exs hs lua sh zig sql md rst toml yaml yml "
    "json html css txt cfg ini".split()
)


def _path_exists(path: str, paths: set[str]) -> bool:
    bare = path.lstrip("./").rstrip("/")
    return any(existing == bare or existing.endswith("/" + bare) or f"/{existing}".find(f"/{bare}/") >= 0 for existing in paths)


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, without code blocks and headings."""
    bare = _FENCE.sub("\n", text)
    pieces = (re.sub(r"^\s*(?:[-*+>]|\d+[.)])\s+", "", piece).strip() for piece in _SENTENCE.split(bare))
    joined: list[str] = []
    for piece in pieces:
        if not piece or piece.startswith("#"):
            continue
        if joined and re.fullmatch(r"(?:\[[\d,\s]+\]\s*)+[.!?]?", piece):
            joined[-1] += f" {piece}"  # a citation after the full stop belongs to the sentence before it
        else:
            joined.append(piece)
    return joined


def _claims(sentence: str) -> bool:
    """Whether a sentence makes a claim about the code that could be wrong."""
    bare = _CITED.sub("", sentence)
    word_count = len(bare) / 2 if any("\u3040" <= c <= "\ud7ff" for c in bare) else len(bare.split())
    return word_count >= LEAST_WORDS and not bare.rstrip().endswith((":", "\uff1a", "?", "\uff1f"))


def _supported(sentence: str, blocks_by_number: dict[int, Block]) -> bool:
    """Whether a sentence cites blocks that contain enough of its significant words."""
    cited = [blocks_by_number[n] for n in cited_numbers(sentence) if n in blocks_by_number]
    if not cited:
        return False
    significant = _significant_stems(_CITED.sub("", sentence))
    if not significant:
        return True
    cited_stems = set()
    for block in cited:
        cited_stems |= {stem(word) for word in words(f"{block.path} {block.head} {block.text}")}
    return len(significant & cited_stems) / len(significant) >= SUPPORT


def _significant_stems(sentence: str) -> set[str]:
    """The stems that a citation should share: of names in backticks if there are any, else of the longer words."""
    spans = " ".join(m[2] for m in _SPAN.finditer(sentence))
    chosen = words(spans) if identifiers(spans) else words(re.sub(r"[^\x00-\x7f]+", " ", sentence))
    return {stem(w) for w in chosen if w not in STOP_WORDS and stem(w) not in SCAFFOLD and len(w) > 2}
