"""Find secrets by the forms in `secret_forms.toml`, and mask them before text leaves the machine.

Only what a pattern matched is masked. Nothing here judges by entropy alone: that reports ordinary identifiers and hashes.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

MASK = "***MASKED***"

_PLACEHOLDER = re.compile(
    r"(?ix)^(?:\W*|none|null|nil|true|false|undefined|secret|password|passwd|pass|pw|token|postgres|guest|admin|root|test|user|"
    r"foo(?:bar)?|bar|hunter2|letmein|(?:password|secret|pass)\d{0,3}|\*+MASKED\*+|\.{3,}|…)$"
    r"|(?:^|[^a-z])(?:example|sample|dummy|placeholder|change[-_]?(?:me|this|it)|your|replace|insert|fake|redacted|todo|fixme"
    r"|not[-_]a[-_]secret|not[-_]real|some[-_])(?:[^a-z]|$)"
    r"|(?:x{4,}|\*{4,}|\.{4,}|0{8,}|-{4,})|\$\{|\$\(|\{\{|^[<{%$]|%\(|^\{?\w+\}$|<\w[\w -]*>"
)
_EXAMPLE = re.compile(r"EXAMPLE|XXXX")
_OTHER_KEYS = re.compile(
    r"(?i)(?:^|[_.-])(?:cache|sort|primary|foreign|public|partition|row|object|idempotency|content|unique|natural|surrogate|hash|"
    r"dedup\w*|s3|storage_object|file|blob|pub|verify(?:ing)?|fingerprint)[_-]?(?:key)$|(?:cache|sort|primary|foreign|public)Key$"
)
_NOT_SECRET_NAMES = re.compile(
    r"(?i)(?:^|[_.-])(?:next|page|pagination|continuation|sync|pad|eos|bos|unk|sep|cls|mask|special|cancel(?:lation)?|end|start|"
    r"max|min|num|placeholder|label|invalid|bad|wrong|missing|expected)[_-]?(?:tokens?|passwords?|secrets?|keys?)$"
)
_EXACT = ("form", "value")
"""Checks of forms whose match says exactly where the secret begins and ends."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_KEY_BEGIN = re.compile(r"-----BEGIN [^-\n]{0,60}PRIVATE KEY[^-\n]{0,60}-----")
_KEY_END = re.compile(r"-----END [^-\n]{0,60}PRIVATE KEY[^-\n]{0,60}-----")
_KEY_BODY = re.compile(  # possessive: each character is read once
    r"^(?:[^\w+/=]|[+/=](?![A-Za-z0-9+/=]{15}))*+(?:[A-Za-z0-9+/=]{16,}+(?:[^\w\\]|\\(?!n))*+(?:\\n)?\W*+$"
    r"|(?:Version|Comment|Hash|Charset|MessageID|Proc-Type|DEK-Info|Subject): )"
)

_PUBLIC_BEGIN = re.compile(
    r"^[+-]{0,2}?\s*(?:\d+\s+)?(?:[#/*+>|-]+\s+)*(?:[\w. ]{1,80}[:=]\s*)?[brf]?[\"'`(]*"
    r"-----BEGIN (?![^-\n]{0,60}PRIVATE)[A-Z0-9 ]{1,60}-----(?:\\n)?[\s\"'`,;+\\]*$"
)
"""A line that only has the begin marker, which may be numbered, commented, quoted or given to a name."""

_BLANK_OR_HEADER = re.compile(
    r"^[\s\d#/*+>|\"'\\-]*+(?:(?:n[\s\"',;+\\]*)?$|(?:Version|Comment|Hash|Charset|MessageID|Subject): )"
)
"""A line between the begin marker and the base64; it may be numbered, commented or quoted, with its line break as `\\n`."""
_ARMOUR = re.compile(
    r"^(?:-{1,2}|\+{1,2}(?=[\s#/*\"'(]))?\s*(?:\d+\s+)?(?:[#/*+>|-]+\s+)*[\"'(]*([A-Za-z0-9+/]{8,72}={0,2})(?:\\n)?[\s\"',;+\\]*$"
)
"""A line that only has one word of base64, which may be numbered, quoted, commented or marked as changed in a diff.

A `+` before the word may be the mark of a diff or belong to it: the width of the line tells.
"""

_DIFF_MARKS = 2
"""The most characters that mark a changed line: two in the diff of a merge."""

_ARMOUR_WIDTHS = (64, 70)
"""Characters of a full line of a PEM or PGP key (RFC 7468) and of OpenSSH's; base64 of other data has 76 (RFC 2045)."""

LEAST_ARMOUR = 3
"""So many full lines in a row are a part of a key."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of secrets: its name, the words of which one must occur, its expression, and how a match is checked."""

    name: str
    words: tuple[str, ...]
    expression: str
    check: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The compiled expression; few forms are ever looked for, since few texts have one of their words."""
        return _compiled(self.expression)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@lru_cache
def forms() -> tuple[tuple[Form, ...], frozenset[str]]:
    """(forms, published values that are not secrets) of `secret_forms.toml`."""
    data = tomllib.loads(Path(__file__).with_name("secret_forms.toml").read_text(encoding="utf-8"))
    found = tuple(Form(form["name"], tuple(form["words"]), form["pattern"], form.get("check", "form")) for form in data["form"])
    return found, frozenset(data["published"])


def find_secrets(line: str) -> list[tuple[str, str]]:
    """(kind, secret) for every likely secret in a line."""
    return [(kind, line[start:end]) for start, end, kind in _spans(line)]


def mask(text: str) -> tuple[str, int]:
    """The text with every secret replaced by `MASK`, and the number of secrets. Line breaks are kept."""
    lines, count = _without_keys(text.split("\n"))
    lines, parts = _without_parts_of_keys(lines)
    count += parts
    rest = "\n".join(lines)
    pieces: list[str] = []
    position = 0
    for start, end, _ in _spans(rest):
        pieces += (rest[position:start], MASK)
        position = end
        count += 1
    return "".join((*pieces, rest[position:])), count


def masked(value: Any) -> Any:
    """A JSON value with the secrets in all of its strings masked: for what is stored or sent elsewhere as a whole."""
    if isinstance(value, str):
        return mask(value)[0]
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value


def _spans(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of the secrets in a text, in order, without overlaps."""
    matches = sorted(_matches(text))
    exact = [(start, end) for start, end, _, check in matches if check in _EXACT]
    starts = [start for start, _ in exact]
    reach = list(accumulate((end for _, end in exact), max))
    merged: list[tuple[int, int, str]] = []
    for start, end, kind, check in matches:
        before = bisect_left(starts, end)  # the exact ones that begin before this one ends
        if check not in _EXACT and before and reach[before - 1] > start:
            continue  # such as `https://token:ghp_…@host/path`: the name before the colon does not make the rest secret
        if merged and start < merged[-1][1]:
            first, last, known = merged[-1]
            merged[-1] = (first, max(last, end), known)
        else:
            merged.append((start, end, kind))
    return merged


def _matches(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, check) of every match that is a secret; they may overlap."""
    found, published = forms()
    lowered = text.lower()
    for form in found:
        if not any(word in lowered for word in form.words):
            continue
        for match in form.pattern.finditer(text):
            groups = match.groupdict()
            group = "secret" if groups.get("secret") is not None else 0
            value = match[group]
            if value not in published and _is_secret(form.check, value, groups):
                yield match.start(group), match.end(group), form.name, form.check


def _is_secret(check: str, value: str, groups: dict[str, str | None]) -> bool:
    """Whether the value that a pattern matched is a secret, by the form's check."""
    name = groups.get("name") or ""
    if groups.get("code"):
        return False
    if _EXAMPLE.search(value) or MASK in value or (name and _NOT_SECRET_NAMES.search(name)):
        return False
    if check == "form":
        return not re.search(r"(.)\1{7}", value)
    if check == "key":
        return not _OTHER_KEYS.search(name) and len(set(value)) > 4
    if _PLACEHOLDER.search(value):
        return False
    if check == "value":
        return value != groups.get("user")
    return _is_literal(value) if check == "literal" else not _is_wordy(value)


def _is_literal(value: str) -> bool:
    """Whether a quoted value may be a secret: no sentence, address, path, format or name of something else."""
    if " " in value.strip() or value.startswith(("http://", "https://", "/", "./", "~")):
        return False
    return not _is_wordy(value)


def _is_wordy(value: str) -> bool:
    """Whether a value reads as names or words: parts of letters between separators, with at most some digits at the end."""
    parts = [part for part in re.split(r"[_./:\\ |-]+", value) if part]
    if any(re.search(r"[^A-Za-z0-9]", part) for part in parts):
        return bool(re.search(r"[()\[\]<>]", value)) or (not re.search(r"\d", value) and _spoken(value))
    last = len(parts) - 1
    return all(_is_wordy_part(part, last=position == last) for position, part in enumerate(parts))


def _is_wordy_part(part: str, *, last: bool) -> bool:
    if part.isdigit():
        return len(part) <= 4
    letters = re.sub(r"\d{1,3}$", "", part) if last else part
    if not letters.isalpha():
        return False
    return len(letters) <= 5 or _spoken(letters)


def _spoken(letters: str) -> bool:
    """Whether most words in camel case have a vowel and few consonants in a row, as words of a language have."""
    words = _WORD.findall(letters)
    spoken = [word for word in words if re.search(r"[aeiouyAEIOUY]", word) and not re.search(r"(?i)[^aeiouy]{6}", word)]
    short = [word for word in words if len(word) <= 2]
    return len(spoken) * 2 > len(words) and len(short) * 2 <= len(words)


def _without_keys(lines: list[str]) -> tuple[list[str], int]:
    """The lines with the bodies of private keys masked, even where a begin or end marker is missing, and their number."""
    masked: list[str] = []
    count, inside = 0, False
    for line in lines:
        if _KEY_BEGIN.search(line):
            inside = not _KEY_END.search(line)
            tail = _KEY_BEGIN.split(line, maxsplit=1)[1]
            masked.append(line[: len(line) - len(tail)] + (MASK if len(tail) > 20 else tail))
            count += 1
        elif _KEY_END.search(line):
            if not inside:
                start = len(masked)
                while start and _KEY_BODY.match(masked[start - 1]):
                    start -= 1
                masked[start:] = [MASK] * (len(masked) - start)
                count += 1
            inside = False
            masked.append(_KEY_END.search(line)[0] if len(line) > 60 else line)  # type: ignore[index]
        elif inside and (_KEY_BODY.match(line) or not line.strip(" #/*\t\"'")):
            masked.append(MASK if line.strip() else line)
        else:
            inside = False
            masked.append(line)
    return masked, count


def _without_parts_of_keys(lines: list[str]) -> tuple[list[str], int]:
    """The lines with those in the middle of a private key masked, which have no marker around them, and the number of parts."""
    result, count, public = list(lines), 0, False
    start = 0
    while start < len(lines):
        public = bool(_PUBLIC_BEGIN.match(lines[start])) or (public and _may_be_public(lines[start]))
        end = start
        width = _armour(lines[start])
        while width in _ARMOUR_WIDTHS and end < len(lines) and _armour(lines[end]) == width:
            end += 1
        if end - start >= LEAST_ARMOUR and not public:
            if end < len(lines) and 0 < _armour(lines[end]) < width:
                end += 1
            result[start:end] = [MASK] * (end - start)
            count += 1
        start = max(end, start + 1)
    return result, count


def _may_be_public(line: str) -> bool:
    """Whether a line may follow the begin marker of a certificate or a public key: base64, a header or a blank line."""
    return bool(_ARMOUR.match(line) or _BLANK_OR_HEADER.match(line))


def _armour(line: str) -> int:
    """The characters of a line of base64 that looks random; 0 for any other line."""
    found = _ARMOUR.match(line)
    if not found or not all(re.search(kind, found[1]) for kind in ("[a-z]", "[A-Z]", "[0-9]")):
        return 0
    marks = min(len(found[1]) - len(found[1].lstrip("+")), _DIFF_MARKS)
    return next((len(found[1]) - n for n in range(marks + 1) if len(found[1]) - n in _ARMOUR_WIDTHS), len(found[1]))
