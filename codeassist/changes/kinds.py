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
    return f"{'add' if new else 'extend the' if added > 2 * removed else 'change the'} tests of {_joined(subjects)}"


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
