"""ShellCheck, if it is installed."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, program
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("shellcheck", "ShellCheck", "A finding of ShellCheck on a changed line.", Severity.WARNING)


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of ShellCheck on changed shell scripts."""
    scripts = [
        f for f in facts.change.texts() if f.suffix in (".sh", ".bash") or f.new_lines[0].endswith(("/sh", "/bash", " bash"))
    ]
    shellcheck = program(facts.root, "shellcheck") if scripts else None
    if shellcheck is None:
        return
    linter = Linter(facts, "shellcheck")
    for file in scripts:
        for comment in linter.report([*shellcheck, "--format=json", "-"], facts.root, file.new or "") or ():
            if is_wanted(file, comment["line"]):
                severity = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(comment["level"], Severity.NOTE)
                yield Finding(
                    f"shellcheck/SC{comment['code']}",
                    severity,
                    file.path,
                    comment["line"],
                    comment["endLine"],
                    comment["message"],
                    0.85,
                    source="linters",
                )
