"""ShellCheck, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import is_wanted, loaded, output, program
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("shellcheck", "ShellCheck", "What ShellCheck says of a changed line.", Severity.WARNING)


def findings(facts: Facts) -> Iterator[Finding]:
    """What ShellCheck says of changed shell scripts."""
    scripts = [
        f for f in facts.change.texts() if f.suffix in (".sh", ".bash") or f.new_lines[0].endswith(("/sh", "/bash", " bash"))
    ]
    shellcheck = program(facts.root, "shellcheck") if scripts else None
    if shellcheck is None:
        return
    for file in scripts:
        for told in loaded(output([*shellcheck, "--format=json", "-"], facts.root, file.new or "")) or ():
            if is_wanted(file, told["line"]):
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
