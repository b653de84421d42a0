"""New code that does what existing code already does: found by its vector, confirmed by its tokens, with the twin named."""

from __future__ import annotations

from collections.abc import Iterable

from codeassist.evidence.clones import LEAST_TOKENS, THRESHOLD, likeness, tokens
from codeassist.evidence.functions import functions_of
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

TWIN = Rule("duplicate", "Duplicate", "New code does what existing code already does.", Severity.WARNING, ("maintainability",))

NEW_SHARE = 0.7
"""How much of a function must be added lines for it to count as new."""

LOOKED_AT = 10


class Duplicated:
    """New functions against every function of the index."""

    name = "duplicates"
    rules = (TWIN,)
    needs_index = True

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings with the twin as evidence."""
        if facts.index is None:
            return
        fresh = []
        for file in facts.change.texts():
            if is_test_path(file.path) or file.whole:
                continue
            for name, start, end in functions_of(file.path, file.new or ""):
                added = sum(1 for n in range(start, end + 1) if n in file.added)
                text = "\n".join(file.new_lines[start - 1 : end])
                if end - start >= 4 and added >= NEW_SHARE * (end - start + 1) and len(tokens(text)) >= LEAST_TOKENS:
                    fresh.append((file, name, start, end, text))
        near = facts.index.similar([text for *_, text in fresh], LOOKED_AT)
        for (file, name, start, end, text), hits in zip(fresh, near, strict=True):
            best: tuple[float, Place, str] | None = None
            looked: set[tuple[str, int]] = set()
            for hit in hits:
                other = facts.change.read(hit.path)
                if other is None or is_test_path(hit.path):
                    continue
                lines = other.replace("\r\n", "\n").split("\n")
                for twin, first, last in functions_of(hit.path, other):
                    if not (first <= hit.end_line and last >= hit.start_line) or (hit.path, first) in looked:
                        continue
                    looked.add((hit.path, first))
                    if hit.path == file.path and first <= end and last >= start:
                        continue
                    score = likeness(text, "\n".join(lines[first - 1 : last]), THRESHOLD)
                    if score >= THRESHOLD and (best is None or score > best[0]):
                        best = score, Place(hit.path, first, lines[first - 1].strip()[:160]), twin
            if best is not None:
                score, place, twin = best
                yield Finding(
                    TWIN.id,
                    TWIN.severity,
                    file.path,
                    start,
                    end,
                    f"'{name}' does what '{twin}' at {place} already does ({score:.0%} alike); "
                    "use that, or say how it differs.",
                    min(0.95, score),
                    (place,),
                    source="duplicates",
                )
