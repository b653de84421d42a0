"""Prints that look like debugging, in code that otherwise does not print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

PRINT = Rule("debug-print", "DebugPrint", "An added print looks like debugging.", Severity.NOTE)

_PRINTS = {
    ".py": re.compile(r"^\s*print\((?P<given>.*)\)\s*(?:#.*)?$"),
    ".js": re.compile(r"^\s*console\.(?:log|debug)\((?P<given>.*)\)\s*;?\s*(?://.*)?$"),
    ".rb": re.compile(r"^\s*(?:p|pp)\s+(?P<given>[\w@.]+)\s*$"),
}
_PRINTS |= dict.fromkeys((".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue"), _PRINTS[".js"])

_PROGRAMS = re.compile(
    r"(?:^|/)(?:_?cli|bin|cmd|scripts?|tools?|commands?|examples?|demos?|docs?|benchmarks?|bench|tasks|ci|\.github|website)/"
    r"|(?:^|/)(?:__main__|_?cli|main|setup|manage|conftest|fabfile|noxfile|tasks|build|release|console|logg\w*|report\w*)\.\w+$"
    r"|(?:^|/)(?:gulp|grunt|rake|jake)file[^/]*$|(?<![A-Za-z])(?:scripts?|config(?:s|ure|uration)?)(?![a-z])[^/]*$"
)
"""Places of code whose purpose is to print."""

_COMMAND = re.compile(
    r"^#!|\bprocess\.(?:argv|stdout|exit)\b|\b(?:commander|yargs)\b|\bsys\.(?:argv|exit|stdout)\b|\b(?:argparse|optparse)\b"
    r"|^\s*(?:import|from) (?:click|typer|docopt)\b",
    re.MULTILINE,
)
"""Code that reads a command line or ends the program."""

_WORDS = re.compile(
    r"""^f?["'`](?:\W*(?:debug|here|xxx+|foo|bar|asdf|test\d*|wtf|got here)\b|[>#*=!-]{3,}\s*\w)""", re.IGNORECASE
)
_SELF_DOCUMENTING = re.compile(r"""^f["'][^{}]*\{[\w.\[\]]+=\}[^{}]*["']$""")
_BARE = re.compile(r"^[A-Za-z_][\w.]*$")
_LABELLED = re.compile(r"""^["'`](?P<label>\w+)\s*[:=]?\s*["'`],\s*(?P<value>[A-Za-z_][\w.]*)$""")


class DebugPrints:
    """Only in files that print nowhere else: there a print is rarely the purpose of the code."""

    name = "prints"
    rules: tuple[Rule, ...] = (PRINT,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on added lines."""
        for file in facts.change.texts():
            pattern = _PRINTS.get(file.suffix)
            if pattern is not None and not file.whole and not is_test_path(file.path) and not _PROGRAMS.search(file.path):
                yield from _added(file, pattern)


def _added(file: ChangedFile, pattern: re.Pattern[str]) -> Iterator[Finding]:
    found = {number: match for number, text in file.added.items() if (match := pattern.match(text)) is not None}
    if (
        not found
        or _COMMAND.search(file.new or "")
        or any(pattern.match(text) for number, text in enumerate(file.new_lines, 1) if number not in found)
    ):
        return
    for number, match in found.items():
        if is_debugging(match["given"].strip()):
            yield Finding(
                PRINT.id,
                PRINT.severity,
                file.path,
                number,
                number,
                f"'{match[0].strip()[:60]}' looks like debugging, and nothing else in this file prints.",
                0.6,
                source="prints",
            )


def is_debugging(given: str) -> bool:
    """Whether the arguments of a print look like debugging: a marker, a value with its own name, or a bare variable."""
    if _WORDS.match(given) or _SELF_DOCUMENTING.match(given) or _BARE.match(given):
        return True
    labelled = _LABELLED.match(given)
    return labelled is not None and labelled["label"] == labelled["value"].rpartition(".")[2]
