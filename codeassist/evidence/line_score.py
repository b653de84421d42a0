"""How decisive each line of a passage is for a question: a weighted sum of what the line says and of what kind it is.

The weights are in `line_weights.json`, fitted with whole repositories left out by `python -m training.lines`. They apply to
the lines of one passage; scores of different passages are not comparable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from indexers.search.shapes import Shape
from indexers.search.word_match import WordMatch
from indexers.syntax.words import identifiers
from indexers.types import Vectors

WEIGHTS_FILE = "line_weights.json"

DISTANT = 0.35
"""Words with a smaller cosine have nothing to do with each other."""

LONG_LINE = 80
MANY_WORDS = 12
AROUND = 2
"""Lines before and after that the wider comparison includes."""

CLOSING = re.compile(r"^[\s)\]}>;,]*(?:(?:end|else|fi|done)[\s)\]}>;,]*)?$")
DECORATION = re.compile(r"^\s*(?:(?:\"\"\"|'''|/\*\*?|\*/|#+|//+|-{3,}|={3,}|~{3,}|\.\. .*::|```.*)\s*)?$")
IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+\S+\s+import\b|#include\b|using\s+[\w.]+;|use\s+[\w:\\{}, ]+;|require\b|@overload\b)"
)
_NOTICE = re.compile(
    r"\bcopyright ?(?:\(c\)|©|\d{4})|\bmit licensed\b|SPDX-License|\blicensed under\b|@author\b", re.IGNORECASE
)
_KINDS = {
    "definition": re.compile(
        r"^\s*(?:(?:export|public|private|protected|static|async|default|pub(?:\([^)]*\))?)\s+)*"
        r"(?:def|class|func|function|fn|interface|struct|trait|enum|impl|type|module|namespace)\b|^#{1,6}\s"
    ),
    "comment": re.compile(r"^\s*(?:#|//|\*|/\*|--|;|\"\"\"|''')"),
    "number": re.compile(r"(?<![\w.])\d+(?:[._]\d+)*(?!\w)"),
    "constant": re.compile(r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b"),
    "string": re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\\n]|\\.)*`'),
    "flag": re.compile(r"(?<![\w-])--?[a-z][\w-]+"),
    "call": re.compile(r"\w\("),
    "raise": re.compile(r"\b(?:raise|throws?|panic|Error|Exception|bail|fatal|abort|errors?\.New|Errorf)\b"),
    "return": re.compile(r"\b(?:return|yield)\b"),
    "condition": re.compile(r"^\s*(?:\}?\s*else\s+)?(?:if|elif|else if|elsif|unless|case|when|switch|match|while|for)\b"),
    "default": re.compile(r"\bdefault", re.IGNORECASE),
    "compound": re.compile(r"\w_\w|[a-z][A-Z]"),
    "quoted": re.compile(r"`[^`]+`"),
}
_ASKED: tuple[tuple[Shape, str], ...] = (
    ("why", "comment"),
    ("default", "number"),
    ("default", "default"),
    ("how", "call"),
    ("how", "flag"),
    ("how", "quoted"),
    ("can", "quoted"),
    ("error", "raise"),
    ("flow", "raise"),
    ("flow", "condition"),
    ("what", "comment"),
)
"""Kinds of lines that count more, or less, for questions of a shape."""

FEATURES = (
    "words",  # the share of the question's weight that the line bears out, by stem or by meaning
    "exact",  # the share that it contains literally
    "beside",  # the larger share of the lines two before and two after
    "next",
    "covered",  # the share that the line and its two neighbours bear out together
    "cosine",
    "cosine_around",
    "named",  # the line contains the name of the passage's definition
    "dull",  # nothing but brackets, a rule, an import or a notice
    "long",
    "many_words",
    "indent",
    *_KINDS,
    *(f"{shape}_{kind}" for shape, kind in _ASKED),
)


@cache
def weights() -> Vectors:
    """The fitted weight of each feature, shape (features,)."""
    loaded: dict[str, float] = json.loads(Path(__file__).with_name(WEIGHTS_FILE).read_text(encoding="utf-8"))
    return np.array([loaded.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def line_scores(lines: Sequence[str], words: WordMatch, shape: Shape, name: str = "") -> Vectors:
    """How decisive each line is, shape (lines,); `name` is that of the passage's definition."""
    scores: Vectors = observe(lines, words, shape, name) @ weights()
    return scores


def observe(lines: Sequence[str], words: WordMatch, shape: Shape, name: str = "") -> Vectors:
    """The features of each line, shape (lines, features)."""
    matches = words.of([identifiers(line) for line in lines])
    soft = np.maximum(0.0, (matches - DISTANT) / (1 - DISTANT))
    share = soft @ words.weights
    around = ["\n".join(lines[max(0, i - AROUND) : i + AROUND + 1]) for i in range(len(lines))]
    kinds = {kind: _where(lines, pattern) for kind, pattern in _KINDS.items()}
    named = _where(lines, re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")) if name else np.zeros(len(lines))
    values = {
        "words": share,
        "exact": (matches > 0.999) @ words.weights,
        "beside": np.maximum(_shifted(share, 2), _shifted(share, -2)),
        "next": _shifted(share, -1),
        "covered": np.maximum(soft, np.maximum(_shifted(soft, 1), _shifted(soft, -1))) @ words.weights,
        "cosine": words.similarity(lines),
        "cosine_around": words.similarity(around),
        "named": named,
        "dull": np.array([float(is_dull(line)) for line in lines]),
        "long": np.array([min(1.5, len(line.strip()) / LONG_LINE) for line in lines]),
        "many_words": np.array([min(1.0, len(set(identifiers(line))) / MANY_WORDS) for line in lines]),
        "indent": np.array([min(1.0, (len(line) - len(line.lstrip())) / 16) for line in lines]),
        **kinds,
    }
    values |= {f"{asked}_{kind}": kinds[kind] * (asked == shape) for asked, kind in _ASKED}
    return np.stack([values[feature] for feature in FEATURES], axis=1).astype(np.float32)


def is_dull(line: str) -> bool:
    """Whether a line says nothing: brackets, a rule, an import, a notice of copyright."""
    return bool(CLOSING.match(line) or DECORATION.match(line) or IMPORT.match(line) or _NOTICE.search(line))


def _where(lines: Sequence[str], pattern: re.Pattern[str]) -> Vectors:
    return np.array([float(pattern.search(line) is not None) for line in lines], dtype=np.float32)


def _shifted(values: Vectors, by: int) -> Vectors:
    """The values of the lines `by` before (or, negative, after); 0 where there is no such line."""
    out = np.zeros_like(values)
    if by > 0:
        out[by:] = values[:-by]
    else:
        out[:by] = values[-by:]
    return out
