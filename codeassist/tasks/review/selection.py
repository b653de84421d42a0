"""Which files of a change are analysed, and the severity that the settings give to a finding."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from codeassist.changes.change import Change, ChangedFile
from codeassist.changes.repository import Repository
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review.finding import Finding, Severity
from indexers.files.content import skip_reason
from indexers.files.exclusions import GENERATED_NAMES, LOCK_FILES
from indexers.files.globs import make_spec
from indexers.syntax.languages import detect, is_test_path, is_vendored_path

ATTRIBUTES = ("linguist-generated", "linguist-vendored")
HEAD = 100_000
"""Characters of a file that are read to find out whether it is generated or minified."""


def leave_out(root: Path, change: Change, config: ReviewConfig) -> list[str]:
    """Mark the files that are not analysed, put the others in order of risk, and return a note on what was left out.

    Files that the user named are always analysed, unless `exclude` matches them.
    """
    excluded = make_spec(config.exclude)
    candidates = [f for f in change.files if f.kind not in ("link", "submodule")]
    attributes = Repository(root).attributes([f.path for f in candidates if not f.whole], ATTRIBUTES)
    for file in candidates:
        if excluded is not None and excluded.match_file(file.path):
            file.skipped = "excluded"
        elif not file.whole:
            file.skipped = _reason(file, attributes.get(file.path, set()))
    change.files.sort(key=_risk)
    skipped = [f"{f.path} ({f.skipped})" for f in change.files if f.skipped]
    if not skipped:
        return []
    more = f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""
    return [f"not analysed: {', '.join(skipped[:5])}{more}"]


def _reason(file: ChangedFile, attributes: Collection[str]) -> str:
    name = PurePosixPath(file.path).name
    if attributes:
        return min(attributes).removeprefix("linguist-")
    if name in LOCK_FILES:
        return "lock file"
    if is_vendored_path(file.path):
        return "vendored"
    if GENERATED_NAMES.search(name):
        return "generated"
    text = (file.new or "")[:HEAD]
    reason = skip_reason(text.encode("utf-8", "replace"), detect(file.path)) if text else ""
    return reason if reason in ("generated", "minified") else ""


def _risk(file: ChangedFile) -> tuple[int, int]:
    """Code before tests, tests before the rest, and many changed lines first; what is not analysed comes last."""
    role = 0 if detect(file.path).grammar else 2
    kind = 3 if file.skipped else 1 if role == 0 and is_test_path(file.path) else role
    return kind, -len(file.added) - len(file.removed)


def configured(finding: Finding, config: ReviewConfig) -> Finding | None:
    """A finding with the severity that the settings give to its rule; None if the rule is off for its path.

    The last matching table of `[[review.paths]]` wins over `[review.rules]`, and a rule over its family.
    """
    levels = [config.rules]
    for table in config.paths:
        spec = make_spec(table.paths)
        if spec is not None and spec.match_file(finding.path):
            levels.append(table.rules)
    for rules in reversed(levels):
        for name in (finding.rule, finding.rule.partition("/")[0]):
            if name in rules:
                return None if rules[name] == "off" else replace(finding, severity=Severity(rules[name]))
    return finding


def unknown_rules(config: ReviewConfig, known: Iterable[str]) -> list[str]:
    """A note for each rule in the settings that no analyser has."""
    named = [*config.rules, *(name for table in config.paths for name in table.rules)]
    return [f"[review.rules] names an unknown rule: {problem}" for problem in unknown(named, known)]


def unknown(names: Sequence[str], known: Iterable[str]) -> list[str]:
    """The names that are neither a rule nor a family of rules, each with the nearest rule."""
    rules = set(known)
    families = {r.partition("/")[0] for r in rules} | {"model"}
    strange = [n for n in dict.fromkeys(names) if n not in rules and n.partition("/")[0] not in families and n != "*"]
    problems = []
    for name in strange:
        close = difflib.get_close_matches(name, sorted(rules), n=1)
        problems.append(f"'{name}'" + (f" (did you mean '{close[0]}'?)" if close else ""))
    return problems
