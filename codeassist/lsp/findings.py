"""Findings of a review as diagnostics, and what can be done about them."""

from __future__ import annotations

from collections import defaultdict

from lsprotocol import types as lsp

from codeassist.errors import CodeassistError
from codeassist.lsp.documents import Documents, utf16, whole_lines
from codeassist.repositories import Repository
from codeassist.tasks.review import Finding
from indexers import IndexerError
from indexers.files.decoding import file_lines

EXPLAIN, TESTS, PROVE = "codeassist.explain", "codeassist.generateTests", "codeassist.prove"

_LEVELS = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}


def findings_of(repository: Repository, path: str) -> list[Finding]:
    """The findings of the analysers in the uncommitted changes, those of one file; outside git none."""
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review

    if not (repository.root / ".git").exists():
        return []
    services = repository.services.for_request()
    found = run_review(ReviewRequest(), review_context(services, model=False)).review.every
    return [finding for finding in found if finding.path == path]


def diagnostics(documents: Documents, path: str, findings: list[Finding]) -> list[lsp.Diagnostic]:
    """Findings as diagnostics at the text of their lines."""
    lines = documents.lines(path)

    def text(number: int) -> str:
        return lines[number - 1] if 0 < number <= len(lines) else ""

    found = []
    for finding in findings:
        first, last = text(finding.start), text(finding.end)
        start = lsp.Position(finding.start - 1, utf16(first) - utf16(first.lstrip()))
        related = [
            lsp.DiagnosticRelatedInformation(documents.location(e.path, e.line), e.text or str(e)) for e in finding.evidence[:5]
        ]
        found.append(
            lsp.Diagnostic(
                lsp.Range(start, lsp.Position(finding.end - 1, utf16(last))),
                finding.message,
                _LEVELS[finding.severity.value],
                finding.rule,
                source="codeassist",
                related_information=related or None,
                data={"fingerprint": finding.fingerprint},
            )
        )
    return found


class Findings:
    """The findings of the last review of each file."""

    def __init__(self) -> None:
        """None yet."""
        self._by_path: dict[str, list[Finding]] = defaultdict(list)
        self._reviewed: dict[str, list[str]] = {}

    def review(self, repository: Repository, path: str) -> list[Finding]:
        """Review a file and keep its findings; a change that cannot be read has none."""
        lines = file_lines(repository.root, path)
        try:
            found = findings_of(repository, path)
        except (CodeassistError, IndexerError):
            found = []
        self._by_path[path], self._reviewed[path] = found, lines
        return found

    def proven(self, path: str, fingerprint: str) -> Finding | None:
        """A finding of the last review of a file that has a program which shows it."""
        return next((f for f in self._by_path.get(path, []) if f.fingerprint == fingerprint and f.reproducer), None)

    def actions(self, documents: Documents, uri: str, chosen: lsp.Range) -> list[lsp.CodeAction | lsp.Command]:
        """What can be done at some lines: patches of findings, explaining and testing the definition around them.

        A patch replaces lines by their numbers: none is offered for a buffer that was edited since it was reviewed.
        """
        path = documents.path_of(uri)
        line = chosen.start.line + 1
        current = self._by_path.get(path, []) if documents.lines(path) == self._reviewed.get(path) else []
        found: list[lsp.CodeAction | lsp.Command] = [
            _fix(uri, finding)
            for finding in current
            if finding.patch is not None and finding.start <= chosen.end.line + 1 and finding.end >= line
        ]
        found += [
            lsp.Command(f"Prove: {finding.message[:80]}", PROVE, arguments=[uri, finding.fingerprint])
            for finding in self._by_path.get(path, [])
            if finding.reproducer and finding.start <= chosen.end.line + 1 and finding.end >= line
        ]
        around = [s for s in documents.symbols(path) if s[2] <= line <= s[3]]
        if around:
            name = min(around, key=lambda s: s[3] - s[2])[0]
            found.append(lsp.Command(f"Explain {name}", EXPLAIN, arguments=[uri, name]))
            if path.endswith(".py"):
                found.append(lsp.Command(f"Generate tests for {name}", TESTS, arguments=[uri, name]))
        return found


def _fix(uri: str, finding: Finding) -> lsp.CodeAction:
    patch = finding.patch or ""
    text = patch if not patch or patch.endswith("\n") else f"{patch}\n"
    edit = lsp.TextEdit(whole_lines(finding.start, finding.end), text)
    return lsp.CodeAction(
        f"Fix: {finding.message[:80]}", lsp.CodeActionKind.QuickFix, edit=lsp.WorkspaceEdit(changes={uri: [edit]})
    )
