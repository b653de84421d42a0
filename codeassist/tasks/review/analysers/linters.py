"""Linters: those that the project configures, or ruff's plain mistakes and security rules; on changed lines only."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.change import ChangedFile
from codeassist.tasks.review.finding import Finding, Rule, Severity

RUFF = Rule("ruff", "Ruff", "What ruff says of a changed line; the message names its rule.", Severity.WARNING)
ESLINT = Rule("eslint", "ESLint", "What the project's ESLint says of a changed line.", Severity.WARNING)
SHELLCHECK = Rule("shellcheck", "ShellCheck", "What ShellCheck says of a changed line.", Severity.WARNING)
BANDIT = Rule("bandit", "Bandit", "What the project's bandit says of a changed line.", Severity.WARNING, ("security",))

DEFAULTS = "F,E9,B006,B008,B012,B015,B018,B023,B904,PLE,S102,S103,S301,S307,S324,S501,S506,S602,S605,S608,ASYNC"
"""Where a project has no ruff of its own: what is a mistake, and what lets others in; nothing of style."""

ERRORS = ("F821", "F822", "F823", "E9", "PLE", "invalid-syntax")
"""What raises as soon as the line runs."""

SECONDS = 10


class Linters:
    """Programs that are installed; each reads the new text from standard input, so that the work tree does not matter."""

    name = "linters"
    rules = (RUFF, ESLINT, SHELLCHECK, BANDIT)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        files = python_files(facts.change)
        ruff = _program(facts.root, "ruff")
        if ruff and files:
            own = _has_ruff(facts.root)
            for file in files:
                yield from _ruff(facts, file, ruff, own=own)
        bandit = _program(facts.root, "bandit") if _has_bandit(facts.root) else None
        for file in files if bandit else ():
            yield from _bandit(facts, file, bandit or [])
        shell = [
            f
            for f in facts.change.texts()
            if f.suffix in (".sh", ".bash") or f.new_lines[0].endswith(("/sh", "/bash", " bash"))
        ]
        program = shutil.which("shellcheck")
        for file in shell if program else ():
            yield from _shellcheck(facts, file, str(program))
        eslint = facts.root / "node_modules" / ".bin" / "eslint"
        if facts.config.project_tools and eslint.exists():
            for file in facts.change.texts():
                if file.suffix in (".js", ".jsx", ".ts", ".tsx", ".mjs"):
                    yield from _eslint(facts, file, str(eslint))


def _program(root: Path, name: str) -> list[str] | None:
    """A linter installed beside codeassist, or on the path. The project's own copies are only used where that is allowed."""
    beside = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    if beside.exists():
        return [str(beside)]
    found = shutil.which(name)
    return [found] if found and not Path(found).resolve().is_relative_to(root.resolve()) else None


def _has_ruff(root: Path) -> bool:
    if any((root / name).exists() for name in ("ruff.toml", ".ruff.toml")):
        return True
    return "ruff" in _tools(root)


def _has_bandit(root: Path) -> bool:
    return (root / ".bandit").exists() or "bandit" in _tools(root)


def _tools(root: Path) -> dict[str, Any]:
    try:
        return dict(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {}))
    except (OSError, ValueError):
        return {}


def _run(facts: Facts, command: list[str], text: str) -> str:
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
            cwd=facts.root, timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _wanted(file: ChangedFile, line: int) -> bool:
    return file.whole or line in file.touched


def _ruff(facts: Facts, file: ChangedFile, ruff: list[str], *, own: bool) -> Iterator[Finding]:
    command = [*ruff, "check", "--no-cache", "--quiet", "--output-format", "json", "--stdin-filename", file.path]
    command += ["--force-exclude"] if own else ["--isolated", "--select", DEFAULTS]
    for told in _loaded(_run(facts, [*command, "-"], file.new or "")) or ():
        line, code = told["location"]["row"], str(told.get("code") or "invalid-syntax")
        if not _wanted(file, line) or code == "invalid-syntax":
            continue
        severity = (
            Severity.ERROR
            if code.startswith(ERRORS)
            else Severity.NOTE
            if code in ("F401", "F541")
            else Severity.WARNING
            if _serious(code)
            else Severity.NOTE
        )
        end = min(told["end_location"]["row"], line + 20)
        if told["end_location"]["column"] == 1 and end > line:
            end -= 1
        yield Finding(
            f"ruff/{code}", severity, file.path, line, end, f"{told['message'].rstrip('.')}.", 0.9,
            patch=_fixed(file, told, line, end), source="linters",
        )  # fmt: skip


def _serious(code: str) -> bool:
    return code.startswith(("F", "B", "S", "PL", "ASYNC", "RUF", "BLE", "TRY"))


def _fixed(file: ChangedFile, told: dict[str, Any], start: int, end: int) -> str | None:
    """The lines of the finding as ruff's safe fix leaves them; None when it reaches further."""
    fix = told.get("fix")
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


def _bandit(facts: Facts, file: ChangedFile, bandit: list[str]) -> Iterator[Finding]:
    found = _loaded(_run(facts, [*bandit, "-q", "-f", "json", "-"], file.new or "")) or {}
    for told in found.get("results", ()):
        if _wanted(file, told["line_number"]):
            sure = {"HIGH": 0.9, "MEDIUM": 0.7, "LOW": 0.4}.get(told["issue_confidence"], 0.5)
            severity = Severity.NOTE if told["issue_severity"] == "LOW" else Severity.WARNING
            yield Finding(
                f"bandit/{told['test_id']}",
                severity,
                file.path,
                told["line_number"],
                told["line_number"],
                told["issue_text"],
                sure,
                source="linters",
            )


def _shellcheck(facts: Facts, file: ChangedFile, program: str) -> Iterator[Finding]:
    for told in _loaded(_run(facts, [program, "--format=json", "-"], file.new or "")) or ():
        if _wanted(file, told["line"]):
            severity = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(told["level"], Severity.NOTE)
            yield Finding(
                f"shellcheck/SC{told['code']}",
                severity,
                file.path,
                told["line"],
                told["endLine"],
                told["message"],
                0.85,
                source="linters",
            )


def _eslint(facts: Facts, file: ChangedFile, program: str) -> Iterator[Finding]:
    found = _loaded(_run(facts, [program, "--format", "json", "--stdin", "--stdin-filename", file.path], file.new or "")) or ()
    for result in found:
        for told in result.get("messages", ()):
            if _wanted(file, told.get("line", 0)):
                severity = Severity.WARNING if told.get("severity") == 2 else Severity.NOTE
                end = told.get("endLine") or told["line"]
                yield Finding(
                    f"eslint/{told.get('ruleId') or 'parse'}",
                    severity,
                    file.path,
                    told["line"],
                    end,
                    told["message"],
                    0.85,
                    source="linters",
                )
