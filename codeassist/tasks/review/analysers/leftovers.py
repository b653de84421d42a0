"""What should not be committed: conflict markers, debugging code, secrets, and large or generated files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.privacy import find_secrets
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

CONFLICT = Rule("conflict-marker", "ConflictMarker", "A merge conflict was not resolved.", Severity.ERROR)
SECRET = Rule("secret", "Secret", "A line seems to contain a password, key or token.", Severity.ERROR, ("security",))
DEBUG = Rule(
    "debug-leftover",
    "DebugLeftover",
    "A debugger call, a debugging print or a focused test was left in the code.",
    Severity.WARNING,
)
LARGE = Rule("large-file", "LargeFile", "A large file is added.", Severity.WARNING)
GENERATED = Rule("generated-file", "GeneratedFile", "A build output or cache file is added.", Severity.WARNING)

LARGE_BYTES = 500_000
RAW_BYTES = 5_000_000
WINDOW = 1_000
_WORTH = re.compile(r"(?i)[A-Za-z0-9+/_=-]{16,}|pass|secret|token|key|pwd|://|PRIVATE KEY")
"""Only lines that match this are searched for secrets."""

BY_NAME = (
    "Named secret",
    "Hexadecimal key",
    "Passphrase",
    "Password in an address",
    "Authorization header",
    "Signed web token",
)
"""Kinds that only a name or a form shows, such as those that tests make up."""

_MARKER = re.compile(r"^(?:<{7}|>{7})(?: |$)|^={7}$")
_DEBUG = {
    ".py": re.compile(r"^\s*(?:breakpoint\(\)|(?:import|from) (?:i?pu?db|pdbpp)\b|i?pu?db\.set_trace\(|pytest\.set_trace\()"),
    ".js": re.compile(r"(?:^|;)\s*debugger\b|\b(?:describe|it|test)\.only\("),
    ".rb": re.compile(r"^\s*(?:binding\.(?:pry|irb)|byebug)\b"),
    ".php": re.compile(r"^\s*(?:var_dump|dd|dump|print_r)\("),
    ".rs": re.compile(r"\bdbg!\("),
    ".java": re.compile(r"\.printStackTrace\(\)"),
}
_DEBUG |= dict.fromkeys((".jsx", ".ts", ".tsx", ".mjs", ".vue"), _DEBUG[".js"])
_GENERATED = re.compile(
    r"(?:^|/)(?:__pycache__|node_modules|dist|build|target|\.venv|venv|\.idea|\.pytest_cache|\.mypy_cache|coverage)/|"
    r"\.(?:pyc|pyo|class|o|obj|so|dll|exe|log|swp|orig|rej|tmp|bak)$|(?:^|/)(?:\.DS_Store|Thumbs\.db|\.coverage|npm-debug\.log)$"
)
_DOCUMENTS = re.compile(r"(?:^|/)(?:docs?|website|examples?)[^/]*/|\.(?:md|rst|html?)$")
_MAYBE = re.compile(r"(?:^|/)(?:dist|build|target|coverage)/")
"""Folders of build outputs in some projects, and of sources in others."""

_MARKDOWN = (".md", ".rst", ".txt", ".adoc")


class Leftovers:
    """Checks added lines and added files."""

    name = "leftovers"
    rules = (CONFLICT, SECRET, DEBUG, LARGE, GENERATED)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on added lines and files."""
        for file in facts.change.files:
            yield from _file(file)
            if file.kind not in ("deleted", "link", "submodule") and (file.new is not None or file.raw is not None):
                yield from _secrets(file)
        for file in facts.change.texts():
            yield from _lines(file)


def _file(file: ChangedFile) -> Iterator[Finding]:
    if file.kind not in ("added", "binary") or file.whole:
        return
    if _GENERATED.search(file.path):
        yield Finding(
            GENERATED.id,
            Severity.NOTE if _MAYBE.search(file.path) else GENERATED.severity,
            file.path,
            1,
            1,
            f"'{file.path.rpartition('/')[2]}' looks like a build output or cache file; is it meant to be committed?",
            0.8,
            source="leftovers",
        )
    elif file.size > LARGE_BYTES:
        yield Finding(
            LARGE.id,
            LARGE.severity,
            file.path,
            1,
            1,
            f"A file of {file.size / 1e6:.1f} MB is added; it stays in the history permanently.",
            0.9,
            source="leftovers",
        )


def _lines(file: ChangedFile) -> Iterator[Finding]:
    numbers = range(1, len(file.new_lines) + 1) if file.whole else sorted(file.added)
    texts = {n: file.new_lines[n - 1] for n in numbers if n <= len(file.new_lines)}
    marks = [n for n, text in texts.items() if _MARKER.match(text)]
    if file.suffix in _MARKDOWN:  # documents show what a conflict looks like
        marks = [n for n in marks if not _is_shown(file.new_lines, n)]
    sides = {file.new_lines[n - 1][0] for n in marks}
    if marks and ("<" in sides or ">" in sides) and not (file.suffix in _MARKDOWN and sides == {"="}):
        first = marks[0]
        yield Finding(
            CONFLICT.id,
            CONFLICT.severity,
            file.path,
            first,
            marks[-1],
            "This merge conflict is not resolved.",
            0.99,
            source="leftovers",
        )
    debug = _DEBUG.get(file.suffix) if file.suffix != ".java" or not is_test_path(file.path) else None
    for number, text in texts.items():
        if debug is not None and debug.search(text):
            yield Finding(
                DEBUG.id,
                DEBUG.severity,
                file.path,
                number,
                number,
                f"'{text.strip()[:60]}' looks like leftover debugging code.",
                0.9,
                source="leftovers",
            )


def _is_shown(lines: list[str], number: int) -> bool:
    """Whether a line of a document is inside a fenced block."""
    return sum(line.lstrip().startswith(("```", "~~~")) for line in lines[: number - 1]) % 2 == 1


def _secrets(file: ChangedFile) -> Iterator[Finding]:
    """Secrets in added lines, without a limit on their number or length, and in the printable strings of binary files."""
    test = is_test_path(file.path)
    if file.raw is not None:
        words = b"\n".join(re.findall(rb"[\x20-\x7e]{8,}", file.raw[:RAW_BYTES].replace(b"\0", b""))).decode("ascii")
        first = next((line for line in words.split("\n") if _WORTH.search(line) and find_secrets(line[:WINDOW])), "")
        texts = {1: first}
    else:
        numbers = range(1, len(file.new_lines) + 1) if file.whole else sorted(file.added)
        texts = {n: file.new_lines[n - 1] for n in numbers if n <= len(file.new_lines)}
    for number, text in texts.items():
        if not _WORTH.search(text) or "allowlist secret" in text:
            continue
        if re.search(r"-----BEGIN [^-]*PRIVATE KEY", text):
            yield Finding(
                SECRET.id,
                Severity.WARNING if test else SECRET.severity,
                file.path,
                number,
                number,
                "A private key is added.",
                0.9,
                source="leftovers",
            )
            continue
        parts = [text[start : start + WINDOW] for start in range(0, min(len(text), 50 * WINDOW), WINDOW // 2)] or [text]
        secrets = [(k, v) for part in parts for k, v in find_secrets(part) if _likely(k, v, test=test)]
        if secrets:
            kind = secrets[0][0]
            named = kind in ("Named secret", "Hexadecimal key", "Passphrase")
            severity = Severity.WARNING if named or test else SECRET.severity
            if named and (_DOCUMENTS.search(file.path) or re.search(r"https?://\S*[?&]\w*(?:token|key)=", text)):
                severity = Severity.NOTE  # such as the public key of a search, or the token of an image's address
            yield Finding(
                SECRET.id,
                severity,
                file.path,
                number,
                number,
                f"Possible secret ({kind}); if it is real, remove it, then revoke and replace it.",
                0.7 if named else 0.9,
                source="leftovers",
            )


def _likely(kind: str, value: str, *, test: bool) -> bool:
    """Whether a value may be a secret; one known only by its name must look random and not be in a test."""
    if kind not in BY_NAME:
        return True
    if (
        test
        or len(value) < 8
        or re.search(r"[()\[\]{}<>$%]|\.\.\.|\b(?:test|example|dummy|fake|sample|placeholder)", value, re.IGNORECASE)
    ):
        return False
    return bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value) and not re.fullmatch(r"[A-Za-z_.]+\d{0,2}", value))
