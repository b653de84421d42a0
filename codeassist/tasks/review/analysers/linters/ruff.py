"""ruff, with the project's configuration or else with rules for errors and security."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, program, settings
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

RULE = Rule("ruff", "Ruff", "A finding of ruff on a changed line.", Severity.WARNING)

DEFAULTS = "F,E9,B006,B008,B012,B015,B018,B023,B904,PLE,S102,S103,S301,S307,S324,S501,S506,S602,S605,S608,ASYNC"
"""Rules for projects that do not configure ruff: errors and vulnerabilities, no style."""

ERRORS = ("F821", "F822", "F823", "E9", "PLE", "invalid-syntax")
"""Rules for code that fails as soon as it runs."""


_PYTHON_2 = re.compile(
    r"Undefined name `(?:unicode|basestring|xrange|long|raw_input|unichr|cmp|execfile|file|buffer|apply|WindowsError)`"
)
"""Names that Python 2 or one system has: code that uses them is often reached only there."""

CERTAIN = ("F50", "F52", "F601", "F602", "F62", "F63", "F70", "F82", "B006", "S501", "S506", "S602", "S605", "S608", "PLE")
"""Rules whose findings are warnings: the code fails or is open to an attack. Findings of other rules are notes."""


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of ruff on changed Python files."""
    ruff = program(facts.root, "ruff")
    files = python_files(facts.change)
    if ruff and files:
        linter = Linter(facts, "ruff")
        for file in files:
            above = [facts.root / folder for folder in Path(file.path).parents]
            configured = any(
                (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file() or "ruff" in settings(folder)
                for folder in above
            )
            yield from _of_file(facts, file, linter, ruff, own=configured)


def _of_file(facts: Facts, file: ChangedFile, linter: Linter, ruff: list[str], *, own: bool) -> Iterator[Finding]:
    command = [*ruff, "check", "--no-cache", "--quiet", "--no-fix", "--no-show-fixes", "--output-format", "json"]
    command += [f"--stdin-filename={file.path}"]
    command += ["--force-exclude"] if own else ["--isolated", "--select", DEFAULTS]
    for violation in linter.report([*command, "-"], facts.root, file.new or "") or ():
        line, code = violation["location"]["row"], str(violation.get("code") or "invalid-syntax")
        if not is_wanted(file, line) or code == "invalid-syntax":
            continue
        severity = (
            Severity.ERROR
            if code.startswith(ERRORS) and not _PYTHON_2.search(violation["message"])
            else Severity.NOTE
            if code in ("F401", "F541")
            else Severity.WARNING
            if _serious(code, file) and not _PYTHON_2.search(violation["message"])
            else Severity.NOTE
        )
        end = min(violation["end_location"]["row"], line + 20)
        if violation["end_location"]["column"] == 1 and end > line:
            end -= 1
        yield Finding(
            f"ruff/{code}",
            severity,
            file.path,
            line,
            end,
            f"{violation['message'].rstrip('.')}.",
            0.9,
            patch=_fixed(file, violation, line, end),
            source="linters",
        )


def _serious(code: str, file: ChangedFile) -> bool:
    """Whether a finding is a warning: a project's other rules are its style, and its own ruff may be older than this one."""
    return code.startswith(CERTAIN) and not (code.startswith("S") and is_test_path(file.path))


def _fixed(file: ChangedFile, violation: dict[str, Any], start: int, end: int) -> str | None:
    """The lines of the finding after ruff's safe fix; None without one, or when it edits other lines."""
    fix = violation.get("fix")
    if not fix or fix.get("applicability") != "safe" or file.lossy:
        return None
    lines = file.new_lines
    text = "\n".join(lines[start - 1 : end]) + "\n"
    for edit in sorted(fix["edits"], key=lambda e: (-e["location"]["row"], -e["location"]["column"])):
        first, last = edit["location"], edit["end_location"]
        if not (start <= first["row"] and last["row"] <= end + (last["column"] == 1)):
            return None
        before = _offset(lines, start, first["row"], first["column"])
        after = _offset(lines, start, last["row"], last["column"])
        text = text[:before] + edit["content"] + text[after:]
    return text.removesuffix("\n")


def _offset(lines: list[str], start: int, row: int, column: int) -> int:
    return sum(len(lines[n - 1]) + 1 for n in range(start, row)) + column - 1
