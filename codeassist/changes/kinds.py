"""What kind of change some files are: tests, comments, settings, code; in words for a commit message and as its type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from codeassist.changes.change import ChangedFile
from indexers.syntax.languages import is_test_path

MOST_NAMES = 3
_C_LIKE = ".c .h .cc .cpp .hpp .cs .go .java .js .jsx .mjs .ts .tsx .kt .kts .rs .scala .swift .php .dart .m .css .scss".split()
_C_COMMENT = re.compile(r"//|/\*(?!.*\*/\s*\S)|\*/$|\*$|\*\s(?!.*(?:[;{]|\{(?!@)[^{}]*\}|\*/.+)$)")
"""A comment without code behind it; a line such as `* {` or `* x;` may be code."""

_HASH_COMMENT = re.compile(r"#(?!!)")
_COMMENTS = dict.fromkeys(_C_LIKE, _C_COMMENT) | dict.fromkeys(".rb .sh .bash .pl .r .jl .ex .exs".split(), _HASH_COMMENT)
_DOCUMENTATION = re.compile(r"///|/\*\*|\*")
_AFFIXES = re.compile(r"^(?:tests?_|tests?$)|(?:_tests?|[._-]tests?|[._-]spec|Tests?|IT)$")
_HELPERS = re.compile(r"conftest|fixture|helper|util|__init__|setup", re.IGNORECASE)
_MOVING = ("rename ", "annotate ", "remove ", "decorate ", "move ")
"""How subjects begin that say nothing about behaviour."""


def tests_subject(files: Sequence[ChangedFile]) -> str:
    """What changed in tests, if there is nothing else: `extend the tests of no-void`; "" otherwise."""
    names = [PurePosixPath(f.path) for f in files]
    if not files or any(not is_test_path(f.path) or not f.hunks or _HELPERS.search(PurePosixPath(f.path).stem) for f in files):
        return ""
    subjects = [subject for name in names if (subject := _AFFIXES.sub("", name.stem).strip("_.-"))]
    if not subjects or len(subjects) < len(names):
        return ""
    if any(f.kind not in ("added", "modified") for f in files):
        return ""
    added, removed = sum(len(f.added) for f in files), sum(len(f.removed) for f in files)
    new = all(f.kind == "added" for f in files)
    if title := _only_new_test(files):
        return title
    return f"{'add' if new else 'extend the' if added > 2 * removed else 'change the'} tests of {_joined(subjects)}"


_TEST = re.compile(r"^\s*(?:async\s+)?(?:def|function|func|fn)\s+test_?(\w+)|^\s*(?:it|test)\(\s*([\"'`])(.+?)\2")
LEAST_WORDS = 3
LONGEST_TITLE = 55


def _only_new_test(files: Sequence[ChangedFile]) -> str:
    """What the only test that is added says it tests: `test that ...`; "" if there are more or its name says little."""
    lines = [text for f in files for text in f.added.values()]
    found = [match for text in lines if (match := _TEST.match(text)) is not None]
    if len(found) != 1 or any(f.removed for f in files):
        return ""
    title = found[0][3] or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", found[0][1]).replace("_", " ").strip()
    return f"test {title[:1].lower()}{title[1:]}" if len(title.split()) >= LEAST_WORDS and len(title) <= LONGEST_TITLE else ""


_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^([=\-~^\"'+#*])\1{2,}\s*$")


def documents_subject(files: Sequence[ChangedFile]) -> str:
    """What changed in the only document of a change: `document Timeouts in README.md`; "" otherwise."""
    if (
        len(files) != 1
        or files[0].suffix not in (".md", ".rst", ".adoc")
        or files[0].kind != "modified"
        or not files[0].touched
    ):
        return ""
    file, name = files[0], PurePosixPath(files[0].path).name
    headings = dict(_headings(file.new_lines))
    fresh = [title for line, title in headings.items() if line in file.added]
    old = {title for _, title in _headings((file.old or "").split("\n"))}
    if new := [title for title in fresh if title not in old]:
        return f"document {new[0]} in {name}"
    if gone := [title for _, title in _headings(list(file.removed.values())) if title not in headings.values()]:
        return f"remove {gone[0]} from {name}"
    above = [title for line, title in headings.items() if line <= min(file.touched)]
    about = f"{above[-1]} in {name}" if above else name
    added, removed = len("".join(file.added.values())), len("".join(file.removed.values()))
    return f"{'say more about' if added > 2 * removed else 'shorten' if removed > 2 * added else 'correct'} {about}"


def _headings(lines: Sequence[str]) -> list[tuple[int, str]]:
    """(line, title) of the headings of a document, outside fences."""
    found, fenced = [], False
    for number, text in enumerate(lines, 1):
        fenced ^= text.lstrip().startswith("```")
        if not fenced and (match := _HEADING.match(text)) is not None:
            found.append((number, match[1]))
        elif number > 1 and _UNDERLINE.match(text) and re.match(r"\w", lines[number - 2]):
            found.append((number - 1, lines[number - 2].strip()))
    return [(number, re.sub(r"[`*_]{1,2}|\[|\]\(.*?\)", "", title)) for number, title in found]


def comments_subject(files: Sequence[ChangedFile]) -> str:
    """What changed in comments, if there is nothing else: `correct the documentation of Flowable`; "" otherwise.

    Python is left out: its syntax tree says more.
    """
    if not files or not all(map(_is_only_comments, files)):
        return ""
    lines = [text.strip() for f in files for text in (*f.added.values(), *f.removed.values()) if text.strip()]
    names = _joined([PurePosixPath(f.path).stem for f in files])
    if all(map(_DOCUMENTATION.match, lines)):
        return f"correct the documentation of {names}" if any(f.removed for f in files) else f"document {names}"
    return f"{'change' if any(f.removed for f in files) else 'add'} comments in {names}"


def conventional_type(files: Sequence[ChangedFile], code: Sequence[ChangedFile], subject: str) -> str:
    """The type of a commit as in `fix: ...`; `code` are the files that are neither tests nor, if there are others, documents.

    A change of existing code counts as a fix unless its subject says that nothing was meant to behave differently.
    """
    paths = [f.path for f in files]
    if all(PurePosixPath(p).suffix in (".md", ".rst", ".txt", ".adoc") for p in paths) or comments_subject(code):
        return "docs"
    if all(map(is_test_path, paths)):
        return "test"
    if all(p.startswith((".github/workflows/", ".gitlab-ci", ".circleci/")) for p in paths):
        return "ci"
    kind = Counter(f.kind for f in code).most_common(1)[0][0]
    if kind == "deleted":
        return "chore"
    if kind == "added" or subject.startswith("add "):
        return "feat"
    if subject.startswith(("correct the documentation", "document ")):
        return "docs"
    if subject.startswith(_MOVING) and not subject.startswith("remove the import"):
        return "refactor"
    if all(PurePosixPath(f.path).suffix not in _CODE or not f.hunks for f in code) or subject.startswith(
        ("version ", "remove the import")
    ):
        return "chore"
    return "fix"


_CODE = frozenset([*_COMMENTS, ".py", ".pyi", ".vue", ".svelte", ".lua", ".clj", ".hs", ".ml", ".html", ".sql"])


def _is_only_comments(file: ChangedFile) -> bool:
    """Whether every changed line of a modified file is a comment, or empty."""
    pattern = _COMMENTS.get(file.suffix)
    lines = [text.strip() for text in (*file.added.values(), *file.removed.values())]
    if pattern is None or file.kind != "modified" or not any(lines):
        return False
    return all(not text or pattern.match(text) for text in lines)


def _joined(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    if len(distinct) > MOST_NAMES:
        return f"{', '.join(distinct[:2])} and {len(distinct) - 2} more"
    return " and ".join([", ".join(distinct[:-1]), distinct[-1]]) if len(distinct) > 1 else distinct[0]
