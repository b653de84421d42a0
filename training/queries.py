"""Generates the training data of the ranking: small repositories with questions and known answers.

Some documentation is removed from a copy of a package and becomes the questions; the answer is the place it was removed from.
Three kinds: `span`, a definition by its own documentation; `file`, a file by its leading comment; `symbol`, a definition by
its name. Questions are phrased as users phrase them: sentences, keywords, questions, names.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from indexers.build.parsing import parse_file
from indexers.files.content import skip_reason
from indexers.files.decoding import decode, split_lines
from indexers.syntax.languages import CODE, MINOR_KINDS, detect
from indexers.syntax.words import STOP_WORDS, split_identifier, words
from indexers.types import Symbol
from training.mining import clean_query, first_sentence

PER_REPOSITORY = 24
MIN_FILES, MAX_FILES = 12, 900
_COMMENT = re.compile(r"^\s*(?://|/\*|\*|#(?!\s*(?:include|import|define|if|endif|ifdef|pragma|!))|--|;|\{-|\"\"\"|''')")
_TRIPLE_START = re.compile(r"^\s*[rRuU]?(\"\"\"|''')")
_NOISE = re.compile(
    r"copyright|licen[cs]e|rights reserved|spdx|warrant|author|todo|fixme|deprecated|see also|test", re.IGNORECASE
)
_OPENINGS = ("how does it ", "where do we ", "how to ", "code that ")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its kind, and the lines (from 1, in the stripped file) that answer it."""

    kind: str
    text: str
    path: str
    start: int
    end: int
    name: str


def _documentation_lines(lines: list[str], symbol: Symbol, language: str) -> set[int]:
    """The line numbers (from 1) of a symbol's documentation: comments directly above it, its docstring or comments inside."""
    documentation = {line.strip() for line in symbol.documentation.split("\n") if len(line.strip()) > 3}
    numbers: set[int] = set()
    above = symbol.start_line - 1
    while (
        above >= 1
        and lines[above - 1].strip()
        and (_COMMENT.match(lines[above - 1]) or any(s in lines[above - 1] for s in documentation))
    ):
        numbers.add(above)
        above -= 1
    if language == "python":
        for number in range(symbol.start_line + 1, min(symbol.start_line + 25, symbol.end_line) + 1):
            if opening := _TRIPLE_START.match(lines[number - 1]):
                end = number
                if lines[number - 1].count(opening[1]) < 2:
                    end += 1
                    while end < symbol.end_line and opening[1] not in lines[end - 1]:
                        end += 1
                numbers.update(range(number, end + 1))
                break
    else:
        for number in range(symbol.start_line, symbol.end_line + 1):
            if any(s in lines[number - 1] for s in documentation):
                numbers.add(number)
    return numbers


def _head_lines(lines: list[str]) -> tuple[set[int], str]:
    """The line numbers (from 1) and the text of the leading comment of a file."""
    number, block, text = 1, set[int](), list[str]()
    quote = ""
    while number <= min(len(lines), 60):
        line = lines[number - 1]
        opening = _TRIPLE_START.match(line)
        if quote or opening or _COMMENT.match(line):
            if opening and not quote and line.count(opening[1]) < 2:
                quote = opening[1]
            elif quote and quote in line:
                quote = ""
            block.add(number)
            text.append(re.sub(r"^\s*(?:/\*+!?|///?!?|\*+/?|#+!?|--+|;+|\"\"\"|''')\s?|\s*(?:\*+/|\"\"\"|''')\s*$", "", line))
        elif line.strip():
            break
        elif text:
            text.append("")
        number += 1
    return block, "\n".join(text).strip()


def put(sentence: str, chance: random.Random) -> str:
    """Rephrase a sentence of documentation as a query that a user would type."""
    bare = re.sub(r"\s+", " ", sentence).strip(" .:;-!")
    tokens = bare.split(" ")
    content = [w for w in tokens if re.sub(r"\W", "", w).lower() not in STOP_WORDS and len(w) > 2]
    style = chance.random()
    if style < 0.45 or len(content) < 3:
        return " ".join(tokens[: chance.choice((8, 12, 16))])
    if style < 0.8:
        size = chance.choice((2, 3, 4, 5))
        start = chance.randrange(max(1, len(content) - size + 1))
        return " ".join(content[start : start + size])
    return chance.choice(_OPENINGS) + " ".join([tokens[0][:1].lower() + tokens[0][1:], *tokens[1:10]])


def _useful(sentence: str) -> bool:
    content = [w for w in words(sentence) if w.isascii() and w.isalpha() and w not in STOP_WORDS and len(w) > 2]
    return 2 <= len(content) <= 22 and not _NOISE.search(sentence)


_Candidate = tuple[str, str, Symbol | None, str]
"""Kind of question, path, the definition (None for a file), and the sentence or name that becomes the question."""


def _candidates(
    source: Path, files: list[Path], chance: random.Random
) -> tuple[dict[str, list[str]], dict[str, str], list[_Candidate]]:
    """(path -> lines, path -> language, every possible question in the files)."""
    texts: dict[str, list[str]] = {}
    candidates: list[_Candidate] = []
    languages: dict[str, str] = {}
    for path in files:
        relative = path.relative_to(source).as_posix()
        data = path.read_bytes()
        language = detect(relative, data[:128])
        if skip_reason(data, language) or len(data) > 200_000:
            continue
        lines = split_lines(decode(data))
        texts[relative] = lines
        parsed = parse_file(relative, language, data)
        languages[relative] = language.name
        _, head = _head_lines(lines)
        if head and _useful(sentence := first_sentence(clean_query(head))):
            candidates.append(("file", relative, None, sentence))
        for symbol in parsed.symbols:
            if symbol.kind in MINOR_KINDS:
                continue
            sentence = first_sentence(clean_query(symbol.documentation).removeprefix(f"{symbol.name} "))
            if symbol.documentation and symbol.end_line - symbol.start_line >= 2 and _useful(sentence):
                candidates.append(("span", relative, symbol, sentence))
            elif symbol.end_line - symbol.start_line >= 4 and len(symbol.name) > 4 and chance.random() < 0.15:
                candidates.append(("symbol", relative, symbol, symbol.name))
    return texts, languages, candidates


def make_repository(source: Path, target: Path, seed: int = 1) -> list[Question]:
    """Copy the sources of a package to `target` with some documentation removed; return the resulting questions."""
    chance = random.Random(f"{seed}/{source.name}")
    files = [p for p in sorted(source.rglob("*")) if p.is_file() and detect(p.name).role == CODE]
    if not MIN_FILES <= len(files) <= MAX_FILES:
        return []
    texts, languages, candidates = _candidates(source, files, chance)
    chance.shuffle(candidates)
    limits = {"span": PER_REPOSITORY // 2, "file": PER_REPOSITORY // 3, "symbol": PER_REPOSITORY // 6}
    removed: dict[str, set[int]] = {}
    chosen: list[_Candidate] = []
    for kind, relative, symbol, sentence in candidates:
        if limits[kind] <= 0 or (kind == "span" and relative in removed):
            continue
        limits[kind] -= 1
        lines = texts[relative]
        removed_lines = removed.setdefault(relative, set())
        if kind == "file":
            removed_lines |= _head_lines(lines)[0]
        elif kind == "span" and symbol is not None:
            removed_lines |= _documentation_lines(lines, symbol, languages[relative])
        chosen.append((kind, relative, symbol, sentence))
    if len(chosen) < 6:
        return []
    shutil.rmtree(target, ignore_errors=True)
    for relative, lines in texts.items():
        out = target / relative
        out.parent.mkdir(parents=True, exist_ok=True)
        removed_lines = removed.get(relative, set())
        out.write_text(
            "\n".join("" if n in removed_lines else line for n, line in enumerate(lines, 1)), encoding="utf-8", errors="replace"
        )
    questions: list[Question] = []
    for kind, relative, symbol, sentence in chosen:
        if symbol is None:
            questions.append(Question(kind, put(sentence, chance), relative, 1, len(texts[relative]), ""))
        elif kind == "symbol":
            text = symbol.name if chance.random() < 0.6 else " ".join(split_identifier(symbol.name))
            questions.append(Question(kind, text, relative, symbol.start_line, symbol.end_line, symbol.name))
        else:
            questions.append(Question(kind, put(sentence, chance), relative, symbol.start_line, symbol.end_line, symbol.name))
    (target.parent / f"{target.name}.json").write_text(json.dumps([asdict(q) for q in questions], ensure_ascii=False, indent=1))
    return questions


def read_questions(folder: Path) -> Iterator[tuple[Path, list[Question]]]:
    """Every generated repository below `folder` and its questions."""
    for path in sorted(folder.glob("*.json")):
        yield path.with_suffix(""), [Question(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
