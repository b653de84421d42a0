"""The project's own ESLint: it runs code of the project, and is only used where `project_tools` allows that."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import is_wanted, loaded, output
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("eslint", "ESLint", "What the project's ESLint says of a changed line.", Severity.WARNING)
SUFFIXES = (".js", ".jsx", ".ts", ".tsx", ".mjs")


def findings(facts: Facts) -> Iterator[Finding]:
    """What ESLint says of changed JavaScript and TypeScript."""
    eslint = facts.root / "node_modules" / ".bin" / "eslint"
    if not facts.config.project_tools or not eslint.exists():
        return
    for file in facts.change.texts():
        if file.suffix not in SUFFIXES:
            continue
        command = [str(eslint), "--format", "json", "--stdin", f"--stdin-filename={file.path}"]
        for result in loaded(output(command, facts.root, file.new or "")) or ():
            for told in result.get("messages", ()):
                if is_wanted(file, told.get("line", 0)):
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
