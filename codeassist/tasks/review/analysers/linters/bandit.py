"""bandit, where the project configures it; ruff has its rules, too, for those who do not."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.analysers.linters.programs import is_wanted, loaded, output, program, settings
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("bandit", "Bandit", "What the project's bandit says of a changed line.", Severity.WARNING, ("security",))


def findings(facts: Facts) -> Iterator[Finding]:
    """What bandit says of changed Python."""
    configured = settings(facts.root).get("bandit")
    own = ["-c", "pyproject.toml"] if configured is not None else []
    own += ["--ini", ".bandit"] if (facts.root / ".bandit").exists() else []
    bandit = program(facts.root, "bandit") if own else None
    if bandit is None:
        return
    left_out = [str(folder).strip("./") for folder in (configured or {}).get("exclude_dirs", ())]
    for file in python_files(facts.change):
        if any(f"/{folder}/" in f"/{file.path}" for folder in left_out):
            continue  # it is given on standard input, where bandit knows no folder
        found = loaded(output([*bandit, "-q", *own, "-f", "json", "-"], facts.root, file.new or "")) or {}
        for told in found.get("results", ()):
            if is_wanted(file, told["line_number"]):
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
