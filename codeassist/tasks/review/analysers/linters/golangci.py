"""golangci-lint, if it is installed and `project_tools` allows building the project; it reads the working tree."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, loaded, program, projects, reason_of
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("golangci-lint", "GolangciLint", "A finding of golangci-lint on a changed line.", Severity.WARNING)
SECONDS = 60.0
ASKED = (
    ("--output.json.path=stdout", "--show-stats=false"),
    ("--out-format=json",),
)
"""The options of version 2 and later, then those of version 1."""


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of golangci-lint on changed Go files."""
    folders = projects(facts, "go.mod", ".go") if facts.config.project_tools and facts.change.in_work_tree else {}
    linter = program(facts.root, "golangci-lint") if folders else None
    if linter is None:
        return
    runner = Linter(facts, "golangci-lint")
    for folder, files in folders.items():
        packages = sorted({f"./{(facts.root / file.path).parent.relative_to(folder).as_posix()}" for file in files})
        for options in ASKED:
            ended = runner.run([*linter, "run", *options, *packages], folder, seconds=SECONDS)
            report = loaded(ended.out)
            if isinstance(report, dict):
                break
        else:
            runner.failed(reason_of(ended))
        files_by_path = {(facts.root / file.path).relative_to(folder).as_posix(): file for file in files}
        for issue in (report if isinstance(report, dict) else {}).get("Issues") or ():
            place = issue["Pos"]
            file = files_by_path.get(place["Filename"])
            if file is not None and is_wanted(file, place["Line"]):
                severity = Severity.NOTE if issue.get("Severity") in ("info", "low", "note") else Severity.WARNING
                yield Finding(
                    f"golangci-lint/{issue['FromLinter']}",
                    severity,
                    file.path,
                    place["Line"],
                    place["Line"],
                    issue["Text"],
                    0.85,
                    source="linters",
                )
