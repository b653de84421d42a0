"""Check a model's answer: do its citations resolve, do the names in it exist, does the cited code support it?

A sentence is supported when everything that it names (code, paths, numbers, flags) stands in the blocks that it cites, and no
relation that it states (a default, a result, an error, a call) is contradicted by the source. No model is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.evidence.blocks import Block, unchanged
from codeassist.evidence.claims.code import wrong_code
from codeassist.evidence.claims.names import LITERALS, NAME, Term, denied, exists, is_of_library, path_exists, stems, terms
from codeassist.evidence.claims.negations import wrong_negations
from codeassist.evidence.claims.relations import wrong_relations
from codeassist.evidence.claims.sentences import SPAN, Sentence, cited_numbers, split, without_citations
from codeassist.evidence.claims.statements import wrong_statements
from codeassist.evidence.claims.terms import Cited, missing, plain
from codeassist.evidence.fences import fences
from codeassist.evidence.language_names import is_of_language, languages_of
from codeassist.evidence.places import SCAFFOLD
from indexers import Index
from indexers.syntax.words import STOP_WORDS, stem, words

__all__ = ["Checks", "check", "cited_numbers", "exists", "sentences", "unverified"]

_NO_PATH_WORD = re.compile(r"(?i)^(?:[a-z]+/[\w.+-]+|HTTPS?/\d[\d.]*)$")


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


def check(index: Index, text: str, blocks: Sequence[Block]) -> Checks:
    """Run every check of an answer that needs no model."""
    by_number = {block.n: block for block in blocks}
    numbers = cited_numbers(text)
    claims = [sentence for sentence in split(text) if sentence.claims]
    given = frozenset(plain(number) for fence in fences(text) for number in re.findall(r"\d[\d_]*(?:\.\d+)?", fence.code))
    invented = tuple(dict.fromkeys(unverified(index, text, blocks)))
    wrong = [
        s.text for s in claims if any(f"`{name}`" in s.text for name in invented) or not _supported(s, by_number, index, given)
    ]
    wrong += dict.fromkeys(item for fence in fences(text) for item in wrong_code(fence.language, fence.code, index))
    return Checks(
        dangling=tuple(n for n in numbers if n not in by_number),
        changed=tuple(n for n in numbers if n in by_number and not unchanged(index.root, by_number[n])),
        unverified=invented,
        unsupported=tuple(wrong),
        sentences=max(len(claims), len(wrong)),
    )


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, without code blocks and headings."""
    return [sentence.text for sentence in split(text)]


def unverified(index: Index, text: str, blocks: Sequence[Block]) -> Iterator[str]:
    """Paths and code names in backticks that occur neither in the context nor in the index's names or text."""
    shown = "\n".join(f"{b.path}\n{b.head}\n{b.text}" for b in blocks)
    shown_names = set(NAME.findall(shown))
    paths = set(index.files())
    for sentence in split(text):
        if sentence.absent:
            continue
        absent = denied(sentence.text)
        for term in terms(sentence.text):
            if (
                term.quoted
                and term.text not in absent
                and term.text not in shown
                and _is_invented(term, shown_names, paths, index)
            ):
                yield term.text


def _is_invented(term: Term, shown_names: set[str], paths: set[str], index: Index) -> bool:
    """Whether a term is a path or has a name that exists nowhere."""
    if not NAME.search(term.text) or "://" in term.text:
        return False
    if term.kind == "path":
        return not path_exists(term.text, paths, index.root)
    if _NO_PATH_WORD.match(term.text) or is_of_library(term.text, index):
        return False
    names = [n for n in NAME.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", term.text)) if n.lower() not in LITERALS]
    unknown = [name for name in names if name not in shown_names and not exists(index, name)]
    return bool(unknown) and not all(is_of_language(name, languages_of(paths)) for name in unknown)


def _supported(sentence: Sentence, by_number: dict[int, Block], index: Index, given: frozenset[str]) -> bool:
    """Whether a sentence cites blocks that contain what it names and do not contradict it."""
    blocks = tuple(by_number[n] for n in sentence.cited if n in by_number)
    if not blocks:
        return False
    cited = Cited(blocks, index.root, given)
    rules = (missing, wrong_relations, wrong_negations, wrong_statements)
    if any(any(rule(sentence.text, cited, index)) for rule in rules):
        return False
    return bool(SPAN.search(sentence.text)) or _shares_words(sentence.text, cited)


def _shares_words(sentence: str, cited: Cited) -> bool:
    """Whether a sentence without code shares a word with the cited blocks; one in another script cannot.

    Not more, because an answer explains in its own words.
    """
    bare = re.sub(r"[^\x00-\x7f]+", " ", without_citations(sentence))
    significant = {stem(w) for w in words(bare) if w not in STOP_WORDS and stem(w) not in SCAFFOLD and len(w) > 2}
    if not significant:
        return True
    return bool(significant & stems(cited.text))
