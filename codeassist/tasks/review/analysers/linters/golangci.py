"""golangci-lint, where it is installed and `project_tools` allows to build the project; it reads the work tree."""

from __future__ import annotations

from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import is_wanted, loaded, output, program, projects
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("golangci-lint", "GolangciLint", "What golangci-lint says of a changed line.", Severity.WARNING)
SECONDS = 60.0
ASKED = (
    ("--output.json.path=stdout", "--show-stats=false"),
    ("--out-format=json",),
)
"""Its options from version 2 on, then those of version 1."""


def findings(facts: Facts) -> Iterator[Finding]:
    """What golangci-lint says of changed Go."""
    found = projects(facts, "go.mod", ".go") if facts.config.project_tools and facts.change.in_work_tree else {}
    linter = program(facts.root, "golangci-lint") if found else None
    if linter is None:
        return
    for folder, files in found.items():
        packages = sorted({f"./{(facts.root / file.path).parent.relative_to(folder).as_posix()}" for file in files})
        for options in ASKED:
            told = loaded(output([*linter, "run", *options, *packages], folder, seconds=SECONDS))
            if isinstance(told, dict):
                break
        known = {(facts.root / file.path).relative_to(folder).as_posix(): file for file in files}
        for issue in (told or {}).get("Issues") or ():
            place = issue["Pos"]
            file = known.get(place["Filename"])
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
