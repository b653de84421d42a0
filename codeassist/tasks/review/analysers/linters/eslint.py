"""The project's own ESLint; it runs code of the project, so it is used only if `project_tools` allows that."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("eslint", "ESLint", "A finding of the project's ESLint on a changed line.", Severity.WARNING)
SUFFIXES = (".js", ".jsx", ".ts", ".tsx", ".mjs")


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of ESLint on changed JavaScript and TypeScript files."""
    eslint = facts.root / "node_modules" / ".bin" / "eslint"
    if not facts.config.project_tools or not eslint.exists():
        return
    linter = Linter(facts, "eslint")
    for file in facts.change.texts():
        if file.suffix not in SUFFIXES:
            continue
        command = [str(eslint), "--format", "json", "--stdin", f"--stdin-filename={file.path}"]
        for result in linter.report(command, facts.root, file.new or "") or ():
            for message in result.get("messages", ()):
                if is_wanted(file, message.get("line", 0)):
                    severity = Severity.WARNING if message.get("severity") == 2 else Severity.NOTE
                    end = message.get("endLine") or message["line"]
                    yield Finding(
                        f"eslint/{message.get('ruleId') or 'parse'}",
                        severity,
                        file.path,
                        message["line"],
                        end,
                        message["message"],
                        0.85,
                        source="linters",
                    )
