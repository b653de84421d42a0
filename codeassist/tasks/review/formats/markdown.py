"""Markdown for a comment on a pull request."""

from __future__ import annotations

import re

from codeassist.printable import printable
from codeassist.tasks.review.engine import Review

MARKS = {"error": "**error**", "warning": "**warning**", "note": "note"}


def markdown(review: Review) -> str:
    """Findings by file, with evidence and suggestions; text from the repository is escaped."""
    if not review.findings:
        return f"codeassist has no findings for {_plain(review.title)}."
    parts = [f"codeassist has {len(review.findings)} finding{'s' * (len(review.findings) > 1)} for {_plain(review.title)}.", ""]
    for path in dict.fromkeys(f.path for f in review.findings):
        parts += [f"#### `{_code(path)}`", ""]
        for f in (f for f in review.findings if f.path == path):
            span = f"{f.start}" if f.start == f.end else f"{f.start}-{f.end}"
            parts.append(f"- {MARKS[f.severity.value]} line {span}: {_plain(f.message)} (`{f.rule}`)")
            parts += [f"  - `{_code(str(p))}`: `{_code(p.text)}`" for p in f.evidence[:5]]
            if f.patch is not None:
                fence = "`" * (max((len(m) for m in re.findall(r"`+", f.patch)), default=2) + 1)
                fence = fence if len(fence) > 2 else "```"
                parts += ["", f"  {fence}suggestion", *(f"  {line}" for line in printable(f.patch).split("\n")), f"  {fence}"]
        parts.append("")
    if review.left_out:
        parts.append("Left out: " + ", ".join(f"{n} {reason}" for reason, n in review.left_out.items()) + ".")
    return "\n".join(parts).rstrip()


def _code(text: str) -> str:
    return printable(text).replace("`", "'").replace("\n", " ")


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|@])", r"\\\1", printable(text))
