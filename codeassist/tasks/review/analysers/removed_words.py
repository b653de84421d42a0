"""Names outside the code that a change removes: environment variables, command-line flags, and keys of JSON and settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.outdated_documents import HISTORY
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

WORD = Rule(
    "name-left-behind",
    "NameLeftBehind",
    "A file still uses an environment variable, a flag or a key that the change renames or removes.",
    Severity.WARNING,
    ("correctness",),
)
SHOWN = 8
COMMON = 200
"""Words that occur on more lines than this are too common to say anything about."""

CODE = ("*.py", "*.js", "*.ts", "*.jsx", "*.tsx", "*.mjs", "*.go", "*.rs", "*.java", "*.rb", "*.php", "*.cs", "*.kt", "*.c")
TEXT = ("*.md", "*.rst", "*.txt", "*.adoc")
SETTINGS = ("*.yml", "*.yaml", "*.toml", "*.ini", "*.cfg", "*.json", "*.env", "*.conf")
SCRIPTS = ("*.sh", "*Dockerfile*", "*Makefile*", "*.service", "*.env*", "*.mk", "*.tf")

_ENVIRONMENT = re.compile(
    r"(?:environ(?:\.get|\.pop|\.setdefault)?|[gG]etenv|LookupEnv|env::var(?:_os)?|ENV(?:\.fetch)?|process\.env)\s*"
    r"(?:[(\[]\s*[\"']|\.)([A-Z][A-Z0-9_]{3,})\b"
)
_FLAG = re.compile(r"(?:add_argument|[oO]ption|flag)\w*\s*\(.*?[\"'](--[a-z][\w-]{3,})|^\s*[\"'](--[a-z][\w-]{3,})[\"']\s*,")
_WRITTEN = re.compile(r"[\"']([A-Za-z_]\w{3,})[\"']\s*:(?!:)|\[[\"']([A-Za-z_]\w{3,})[\"']\]\s*=(?!=)")
_SETTING = re.compile(r"^\s*[\"']?([A-Za-z_]\w{3,})[\"']?\s*[:=]")
_COMMON_FLAGS = frozenset(
    "--help --version --verbose --quiet --output --config --debug --force --name --file --dry-run --all --json --yes --port"
    " --host".split()
)
_COMMON_KEYS = frozenset(
    "name type data value text path status error message result items title code version description content index count "
    "size date time user email label body method headers params args kwargs default options config settings info kind state "
    "tags files key keys values lang language url urls test tests build script scripts main license author authors".split()
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of name: how a line of a file with such a suffix names it, and where and how it may still be used."""

    what: str
    named: re.Pattern[str]
    suffixes: frozenset[str]
    looked_in: tuple[str, ...]
    used: str
    """A pattern of uses, with `WORD` for the name."""

    provided: str
    """A pattern of the places that still provide the name; if there is one, nothing is said."""

    common: frozenset[str] = frozenset()
    renamed: bool = False
    """Whether a new name of the same kind must take its place."""


_PROGRAMS = frozenset(glob[1:] for glob in CODE)
_READ = r"\[[\"']WORD[\"']\](?!\s*=[^=])|\bget\w*\(\s*(?:[\"'][\w.-]+[\"']\s*,\s*)?[\"']WORD[\"']"
_WRITE = r"[\"']WORD[\"']\s*:|\[[\"']WORD[\"']\]\s*=(?!=)|\bWORD\s*=(?!=)|^\s*WORD\s*:"
KINDS = (
    _Kind(
        "environment variable",
        _ENVIRONMENT,
        _PROGRAMS,
        (*TEXT, *SETTINGS, *SCRIPTS, *CODE),
        r"(?<![\w-])WORD(?!\w)",
        _ENVIRONMENT.pattern.replace("([A-Z][A-Z0-9_]{3,})", "WORD"),
    ),
    _Kind("flag", _FLAG, _PROGRAMS, (*TEXT, *SCRIPTS, "*.yml", "*.yaml"), r"(?<![\w-])WORD(?![\w-])", "", _COMMON_FLAGS),
    _Kind(
        "key",
        _WRITTEN,
        frozenset({".py", ".js", ".ts", ".jsx", ".tsx", ".mjs"}),
        CODE,
        _READ,
        _WRITE,
        _COMMON_KEYS,
        renamed=True,
    ),
    _Kind(
        "setting",
        _SETTING,
        frozenset({".toml", ".ini", ".cfg", ".yml", ".yaml", ".json", ".env"}),
        CODE,
        _READ,
        _WRITE,
        _COMMON_KEYS,
        renamed=True,
    ),
)
_FOREIGN_SETTINGS = re.compile(
    r"(?:^|/)(?:\.|package\.json|pyproject\.toml|setup\.cfg|tox\.ini|tsconfig|.*lock)|/(?:locales?|i18n)/"
)
"""Settings of other tools, and translations."""


class RemovedWords:
    """A name is reported if nothing provides it any more and something still uses it."""

    name = "words"
    rules = (WORD,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each removed name."""
        for file in facts.change.texts():
            if file.whole or file.old is None or not file.removed:
                continue
            for kind in KINDS:
                foreign = kind.what == "setting" and _FOREIGN_SETTINGS.search(file.path)
                if file.suffix in kind.suffixes and not foreign:
                    for word, line in _gone(file, kind):
                        yield from _left_behind(facts, file, kind, word, line)


def _gone(file: ChangedFile, kind: _Kind) -> Iterator[tuple[str, int]]:
    """(name, line of the new version) of names that are on removed lines and nowhere in the new file."""
    text = file.new or ""
    seen: set[str] = set()
    for hunk in file.hunks:
        added = {w for line in hunk.added.values() for w in _words(kind, line)}
        for line in hunk.removed.values():
            for word in _words(kind, line):
                is_new = bool(added - {word}) and word not in added
                if word in seen or word in kind.common or not (is_new or not kind.renamed):
                    continue
                if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text):
                    continue
                seen.add(word)
                yield word, min(hunk.added, default=max(1, hunk.new_start))


def _words(kind: _Kind, line: str) -> set[str]:
    return {next(g for g in match.groups() if g) for match in kind.named.finditer(line)}


def _left_behind(facts: Facts, file: ChangedFile, kind: _Kind, word: str, line: int) -> Iterator[Finding]:
    parts = re.findall(r"\w+", word)
    hits = facts.change.find([max(parts, key=len)], ("*",))
    if len(hits) > COMMON:
        return
    provided = re.compile(kind.provided.replace("WORD", re.escape(word))) if kind.provided else kind.named
    for path, _, text in hits:
        suffix = "." + path.rpartition(".")[2]
        if not kind.provided and suffix in kind.suffixes and word in _words(kind, text):
            return
        if (
            kind.provided
            and path != file.path
            and (suffix in _PROGRAMS or kind.what != "environment variable")
            and provided.search(text)
        ):
            return
    used = re.compile(kind.used.replace("WORD", re.escape(word)))
    places = [
        Place(path, number, text.strip()[:160])
        for path, number, text in hits
        if _is_looked_in(path, kind) and not HISTORY.search(path) and used.search(text) and not _is_added(facts, path, number)
    ]
    if places:
        yield Finding(
            WORD.id,
            WORD.severity,
            file.path,
            line,
            line,
            f"The {kind.what} '{word}' is gone here, but {places[0]} still uses it"
            + (f" ({len(places)} places)." if len(places) > 1 else "."),
            0.8,
            tuple(places[:SHOWN]),
            reach=len(places),
            source="words",
        )


def _is_looked_in(path: str, kind: _Kind) -> bool:
    from fnmatch import fnmatch

    return any(fnmatch(path.rpartition("/")[2], glob) for glob in kind.looked_in)


def _is_added(facts: Facts, path: str, number: int) -> bool:
    file = facts.change.file(path)
    return file is not None and number in file.added
