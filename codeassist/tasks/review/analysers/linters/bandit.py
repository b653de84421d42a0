"""bandit, if the project configures it; ruff covers its rules for other projects."""

from __future__ import annotations

from collections.abc import Iterator
from configparser import ConfigParser, Error
from pathlib import Path

from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, program, settings
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.files.reading import SMALL_BYTES, read_text

RULE = Rule("bandit", "Bandit", "A finding of the project's bandit on a changed line.", Severity.WARNING, ("security",))


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of bandit on changed Python files."""
    configured = settings(facts.root).get("bandit")
    ini = _ini(facts.root / ".bandit")
    own = ["-c", "pyproject.toml"] if configured is not None else []
    bandit = program(facts.root, "bandit") if configured is not None or ini is not None else None
    if bandit is None:
        return
    linter = Linter(facts, "bandit")
    excluded = [str(folder).removeprefix("./").strip("/") for folder in (configured or {}).get("exclude_dirs", ())]
    for file in python_files(facts.change):
        if any(f"/{folder}/" in f"/{file.path}" for folder in excluded):
            continue  # bandit reads standard input and so cannot apply exclude_dirs itself
        report = linter.report([*bandit, "-q", *own, *(ini or ()), "-f", "json", "-"], facts.root, file.new or "") or {}
        for issue in report.get("results", ()):
            if is_wanted(file, issue["line_number"]):
                confidence = {"HIGH": 0.9, "MEDIUM": 0.7, "LOW": 0.4}.get(issue["issue_confidence"], 0.5)
                severity = Severity.NOTE if issue["issue_severity"] == "LOW" else Severity.WARNING
                yield Finding(
                    f"bandit/{issue['test_id']}",
                    severity,
                    file.path,
                    issue["line_number"],
                    issue["line_number"],
                    issue["issue_text"],
                    confidence,
                    source="linters",
                )


def _ini(path: Path) -> list[str] | None:
    """The options for the tests that `.bandit` selects, or None without that file.

    bandit does not read the file itself: there it may also name a file that the report is written to.
    """
    parser = ConfigParser(interpolation=None)
    try:
        if not path.is_file():
            return None
        parser.read_string(read_text(path, limit=SMALL_BYTES))
    except (OSError, Error, ValueError):
        return None
    chosen = {option: parser.get("bandit", key, fallback="") for option, key in (("skip", "skips"), ("tests", "tests"))}
    return [f"--{option}={value}" for option, value in chosen.items() if value]
