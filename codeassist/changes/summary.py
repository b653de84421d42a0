"""Summarise a change: for reviewers, and as a commit message in the style of the repository."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

from codeassist.changes.change import Change, ChangedFile
from codeassist.changes.commit_subject import python_clauses, python_subject
from codeassist.changes.kinds import comments_subject, conventional_type, documents_subject, tests_subject
from codeassist.changes.line_edits import lines_subject, repeated_subject
from codeassist.errors import AnswerError
from codeassist.evidence.parsed_source import symbols_of
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from codeassist.prompts.records import ChangeSummary
from indexers.syntax.languages import is_test_path

CONVENTIONAL = re.compile(r"^(feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(?:\(([^)]*)\))?!?: ", re.IGNORECASE)
_BY_PROGRAMS = re.compile(
    r"^\w+\((?:[\w-]*deps?[\w-]*|release|main)\)!?: |^(?:\w+(?:\([\w-]*\))?: )?(?:bump|update) .* (?:to v?\d|from \d|digest)"
    r"|^(?:\w+: )?(?:release|version) v?\d|\[(?:bot|pre-commit\.ci)\]",
    re.IGNORECASE,
)
"""Subjects that programs write, such as `fix(deps): update ...`: they say nothing about how people write theirs."""

TEXTS = frozenset(".md .rst .txt .adoc .toml .cfg .ini .yml .yaml .json .lock .in".split())
"""Documents and settings: their changes follow those of the code."""

SUBJECT = 72
MOST_CLAUSES = 3
"""Changes of one file that its line in a message of several files says."""

PREFIX = 12
"""Characters that are left for a prefix such as `refactor: `."""


class Graded(Protocol):
    """A severity; a higher weight is more severe."""

    @property
    def weight(self) -> int:
        """1 for a note, 2 for a warning, 3 for an error."""
        ...


class Remark(Protocol):
    """The parts of a review finding that a summary needs."""

    @property
    def path(self) -> str:
        """The file it is about."""
        ...

    @property
    def severity(self) -> Graded:
        """Its severity."""
        ...


@dataclass(slots=True)
class Summary:
    """What a change does, its risks as (path, low|medium|high, reason) by falling risk, what to test by hand, a message."""

    does: list[str] = field(default_factory=list)
    risks: list[tuple[str, str, str]] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        risks = [{"path": path, "risk": risk, "why": why} for path, risk, why in self.risks]
        return {"does": self.does, "risks": risks, "by_hand": self.by_hand, "message": self.message}


@dataclass(frozen=True, slots=True)
class Style:
    """How a repository writes commit subjects: with a type prefix, a scope prefix, a capital letter, a full stop."""

    conventional: bool = False
    scoped: bool = False
    capital: bool = True
    stop: bool = False

    @classmethod
    def of(cls, subjects: Sequence[str]) -> Style:
        """The style that the majority of some subjects follow."""
        ordinary = [s for s in subjects if s and not s.startswith(("Merge ", "Revert ")) and not _BY_PROGRAMS.search(s)]
        if not ordinary:
            return cls()
        half = len(ordinary) / 2
        typed = [s for s in ordinary if CONVENTIONAL.match(s)]
        bare = [CONVENTIONAL.sub("", s) for s in ordinary]
        return cls(
            len(typed) > half,
            not len(typed) > half and sum(bool(re.match(r"[\w./-]+: ", s)) for s in ordinary) > half,
            sum(r[:1].isupper() for r in bare) >= half,
            sum(s.endswith(".") for s in ordinary) > half,
        )


def summarise(
    change: Change, findings: Sequence[Remark], session: Session | None, library: Library | None, style: Style | None = None
) -> Summary:
    """Summarise a change, without a model from the change alone.

    A model's commit message is used only if every name in backticks occurs in the change.
    """
    summary = Summary(
        [_sentence(f) for f in change.files[:20]], _risks(change, findings), message=plain_message(change, style or Style())
    )
    if session is None or library is None:
        return summary
    prompt = library.find("review-summary")
    room = max(600, int(session.room() * 0.6))
    text = _change_text(change)
    while session.model.count_tokens(text) > room:
        text = text[: int(len(text) * 0.8)]
    style = style or Style()
    conventions = (
        "a type prefix as in 'fix: ...'"
        if style.conventional
        else "a scope prefix as in 'parser: ...'"
        if style.scoped
        else "no prefix"
    )
    conventions += f"; {'a capital' if style.capital else 'a small letter'} first; {'a' if style.stop else 'no'} full stop"
    inputs = {"change": text, "style": conventions, "subjects": change.messages[:5]}
    try:
        answer = ask_for_record(session, render(prompt, inputs), prompt.needed_schema, ChangeSummary, asking=prompt.asking)
    except AnswerError:
        return summary
    summary.does, summary.by_hand = answer.does, answer.test_by_hand
    message = answer.message.strip()
    names = set(re.findall(r"`([\w.]+)`", message))
    mentioned = text + " ".join(f.path for f in change.files)
    if message and all(n in mentioned for n in names):
        summary.message = message
    return summary


def plain_message(change: Change, style: Style) -> str:
    """A commit message made without a model: a subject, and a body with a line for each file or, in one file, each change."""
    own = [f for f in change.files if not is_test_path(f.path)] or change.files
    code = [f for f in own if f.suffix not in TEXTS] or own  # what a document's headings say is not what changed
    subject = tests_subject(change.files) or comments_subject(code) or documents_subject(own) or _subject(code)
    kind = conventional_type(change.files, code, subject)
    subject = subject[:1].upper() + subject[1:] if style.capital else subject[:1].lower() + subject[1:]
    scope = PurePosixPath(code[0].path).parent.name or PurePosixPath(code[0].path).stem
    prefix = f"{kind}: " if style.conventional else f"{scope}: " if style.scoped else ""
    subject = prefix + subject
    subject = subject if len(subject) <= SUBJECT else _cut(subject)
    subject += "." if style.stop and not subject.endswith(".") else ""
    body = _body(change.files, subject)
    return "\n".join([subject, "", *body[:20]]) if body else subject


def _body(files: Sequence[ChangedFile], subject: str) -> list[str]:
    """A line for each of several files; of one file a line for each of several changes that can be said."""
    if len(files) > 1:
        return [f"- {_clauses(f) or _sentence(f)}" for f in files]
    clauses = python_clauses(files[0]) if files else []
    return [f"- {clause}" for clause in clauses] if len(clauses) > 1 and not _says_all(subject, clauses) else []


def _says_all(subject: str, clauses: Sequence[str]) -> bool:
    return all(clause.lower() in subject.lower() for clause in clauses)


def _clauses(file: ChangedFile) -> str:
    """What a file does, with its name in front; "" if only the names of what changed can be said."""
    clauses = python_clauses(file) or [text for text in [_lines_subject(file)] if text]
    more = f" and {len(clauses) - MOST_CLAUSES} more" if len(clauses) > MOST_CLAUSES else ""
    return f"{PurePosixPath(file.path).name}: {'; '.join(clauses[:MOST_CLAUSES])}{more}" if clauses else ""


def _cut(subject: str) -> str:
    """A subject that fits: without the owners of names, else its first words, without a preposition or comma at the end."""
    short = re.sub(r"\b[A-Za-z_][\w.]*\.(?=[A-Za-z_]\w*)", "", subject)
    if len(short) <= SUBJECT:
        return short
    words = short[: SUBJECT - 1].rpartition(" ")[0].split(" ")
    while len(words) > 1 and words[-1] in ("in", "of", "and", "to", "with", "from", "the", "as"):
        words.pop()
    return f"{' '.join(words).rstrip(',')}…" if len(words) > 1 else f"{short[: SUBJECT - 1]}…"


def _subject(code: Sequence[ChangedFile]) -> str:
    """What the files do together: the change of the one that is most of it, else the names that changed."""
    ordered = sorted(code, key=lambda f: -len(f.touched))
    telling = [text for f in ordered if (text := python_subject(f) or _lines_subject(f))]
    if telling and (len(code) == 1 or len(telling) == 1 or _is_most(ordered)):
        return telling[0]
    if repeated := repeated_subject(code):
        return repeated
    names = list(dict.fromkeys(n for f in code for n in _names(f)[: 3 if len(code) == 1 else 1]))
    if code[0].kind != "modified" or not names:
        if len(code) == 1:
            return _sentence(code[0])
        verb = {"added": "add", "deleted": "remove", "renamed": "rename"}.get(_kind(code), "change")
        return f"{verb} {len(code)} files{_common(code)}" if not names else _fitting(verb, names, "")
    places = [f" in {PurePosixPath(code[0].path).name}", ""] if len(code) == 1 else [""]
    clauses = [_fitting("change", names, place) for place in places]
    return next(
        (c for c in clauses if len(c) <= SUBJECT - PREFIX or len(code) > 1), f"change {PurePosixPath(code[0].path).stem}"
    )


def _fitting(verb: str, names: Sequence[str], where: str) -> str:
    """A clause with as many names as fit into a subject."""
    for count in range(min(3, len(names)), 0, -1):
        more = f" and {len(names) - count} more" if len(names) > count else ""
        clause = f"{verb} {', '.join(names[:count])}{more}{where}"
        if len(clause) <= SUBJECT - PREFIX:
            break
    return clause


def _is_most(ordered: Sequence[ChangedFile]) -> bool:
    """Whether the first file has more than half of the changed lines."""
    return 2 * len(ordered[0].touched) > sum(len(f.touched) for f in ordered)


def _kind(files: Sequence[ChangedFile]) -> str:
    return Counter(f.kind for f in files).most_common(1)[0][0]


def _common(files: Sequence[ChangedFile]) -> str:
    folders = {str(PurePosixPath(f.path).parent) for f in files}
    return f" in {folders.pop()}" if len(folders) == 1 and folders != {"."} else ""


def _names(file: ChangedFile) -> list[str]:
    """Names of the definitions that the change adds, removes or modifies, in this order."""
    new = {s[0]: s for s in symbols_of(file.path, file.new or "")} if file.new else {}
    old = {s[0]: s for s in symbols_of(file.old_path, file.old or "")} if file.old else {}
    added, removed = [n for n in new if n not in old], [n for n in old if n not in new]
    touched = [n for n, s in new.items() if n in old and any(s[2] <= line <= s[3] for line in file.touched)]
    inner = [n for n in touched if not any(o != n and o.startswith(f"{n}.") for o in touched)]
    return added + removed + inner


def _lines_subject(file: ChangedFile) -> str:
    """What a file in another language than Python does, by its definitions and lines; "" if that is not clear."""
    if file.suffix == ".py" or file.suffix in TEXTS or file.kind != "modified" or not file.new or not file.old:
        return ""
    old = {s[0]: s for s in symbols_of(file.old_path, file.old)}
    new = {s[0]: s for s in symbols_of(file.path, file.new)}
    return lines_subject(file, old, new)


def _sentence(file: ChangedFile) -> str:
    name = PurePosixPath(file.path).name
    if file.kind == "deleted":
        return f"remove {name}"
    if file.kind == "renamed":
        return f"rename {PurePosixPath(file.old_path).name} to {name}"
    if file.kind == "added":
        names = _names(file)
        return f"add {name}" + (f" with {', '.join(names[:3])}{' and more' if len(names) > 3 else ''}" if names else "")
    if file.kind in ("binary", "mode", "submodule"):
        return {"binary": f"replace {name}", "mode": f"change the mode of {name}", "submodule": f"move submodule {name}"}[
            file.kind
        ]
    names = _names(file)
    return f"change {', '.join(names[:3])}{' and more' if len(names) > 3 else ''} in {name}" if names else f"change {name}"


def _risks(change: Change, findings: Sequence[Remark]) -> list[tuple[str, str, str]]:
    scored = []
    for file in change.files:
        own = [f for f in findings if f.path == file.path]
        worst = max((f.severity.weight for f in own), default=0)
        lines = len(file.touched)
        score = worst + (lines > 60) + (lines > 200) - 2 * is_test_path(file.path) - (file.suffix in (".md", ".rst", ".txt"))
        reasons = [f"{len(own)} finding{'s' * (len(own) > 1)}"] if own else []
        reasons += [f"{lines} line{'s' * (lines > 1)}"] if lines else [file.kind]
        scored.append((score, (file.path, "high" if score >= 3 else "medium" if score >= 1 else "low", ", ".join(reasons))))
    return [risk for _, risk in sorted(scored, key=lambda pair: -pair[0])]


def _change_text(change: Change) -> str:
    parts = []
    for file in change.files:
        parts.append(f"{file.kind} {file.path}")
        if file.is_text:
            parts += [hunk.text for hunk in file.hunks]
    return "\n".join(parts)
