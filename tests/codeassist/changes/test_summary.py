"""Summaries of changes and commit messages, without a model and with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from codeassist.changes.change import Change, ChangedFile, Hunk
from codeassist.changes.diffs import all_added
from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.changes.summary import SUBJECT, Style, plain_message, summarise
from codeassist.config import Config, ModelConfig
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.review.finding import Severity
from codeassist.testing import ScriptedChat
from tests.conftest import write

BEFORE = "def mean(values):\n    return sum(values)\n\n\ndef far():\n    return 1\n" + "\n" * 20 + "END = 1\n"
AFTER = BEFORE.replace("return sum(values)", "return sum(values) / len(values)")


@pytest.fixture
def change(repository: Callable[..., Path]) -> Change:
    """A change of a function, a deleted file and a new document."""
    root = repository({"m.py": BEFORE, "n.py": "def gone():\n    return 1\n"})
    write(root, {"m.py": AFTER, "docs/new.md": "text\n"})
    (root / "n.py").unlink()
    return read_change(root, ChangeSelection())


@pytest.fixture
def made(repository: Callable[..., Path]) -> Callable[[dict[str, tuple[str, str]]], Change]:
    """Make a change of some files, each given as it was and as it is."""

    def make(files: dict[str, tuple[str, str]]) -> Change:
        root = repository({path: before for path, (before, _) in files.items()})
        write(root, {path: after for path, (_, after) in files.items()})
        return read_change(root, ChangeSelection())

    return make


def answering(*answers: object) -> Session:
    return Session(ScriptedChat([a if isinstance(a, str) else json.dumps(a) for a in answers]), ModelConfig())


def made_of(*files: ChangedFile) -> Change:
    return Change("a change", list(files), read=lambda _: None, find=lambda _words, _globs: [])


def added(path: str, text: str) -> ChangedFile:
    return ChangedFile(path, path, "added", [all_added(text)], new=text)


def test_without_a_model_the_summary_is_made_from_the_change(change: Change) -> None:
    plain = summarise(change, (), None, None)
    assert "change mean in m.py" in plain.does
    assert plain.risks[0][0] in ("m.py", "n.py")
    assert plain.message.startswith("Change what mean() returns")


def test_a_model_summarises_and_writes_the_message(change: Change) -> None:
    answer = {"does": ["It divides."], "test_by_hand": ["Try an empty list."], "message": "Divide the sum by `mean`"}
    summary = summarise(change, (), answering(answer), Library.of(None, Config()))
    assert (summary.does, summary.by_hand, summary.message) == (
        ["It divides."],
        ["Try an empty list."],
        "Divide the sum by `mean`",
    )


def test_a_message_with_invented_names_is_replaced_by_the_plain_one(change: Change) -> None:
    invented = answering({"does": [], "test_by_hand": [], "message": "Use `nowhere_at_all`"})
    plain = summarise(change, (), None, None)
    assert summarise(change, (), invented, Library.of(None, Config())).message == plain.message


def test_after_two_invalid_answers_the_summary_is_made_without_the_model(change: Change) -> None:
    summary = summarise(change, (), answering("Good work!", "Approved."), Library.of(None, Config()))
    assert summary == summarise(change, (), None, None)


def test_the_style_is_that_of_the_majority_of_subjects(change: Change) -> None:
    typed = Style.of(["fix: a", "feat(x): b", "docs: c", "Merge x"])
    assert typed == Style(conventional=True, capital=False)
    assert plain_message(change, typed).startswith("fix: change what mean() returns")
    assert Style.of(["parser: do it", "cli: do that"]).scoped
    assert Style.of(["Do it.", "Do that."]) == Style(capital=True, stop=True)
    programs = ["fix(deps): update dependency a to v2", "chore(deps-dev): bump b from 1 to 2", "fix(deps): update c to v3"]
    assert Style.of([*programs, "Explain the cache"]) == Style()
    assert Style.of([*programs, "fix: a", "feat: b"]).conventional
    assert Style.of(["Merge a", 'Revert "b"']) == Style()


@dataclass(frozen=True)
class Remark:
    path: str
    severity: Severity


def test_files_with_findings_are_the_risks_at_the_top_and_tests_those_at_the_bottom() -> None:
    code, test, large = (
        added("a.py", "x = 1\n"),
        added("tests/test_a.py", "x = 1\n" * 61),
        added("b.py", "x = 1\n" * 61),
    )
    findings = [Remark("a.py", Severity.ERROR), Remark("a.py", Severity.NOTE)]
    assert summarise(made_of(test, large, code), findings, None, None).risks == [
        ("a.py", "high", "2 findings, 1 line"),
        ("b.py", "medium", "61 lines"),
        ("tests/test_a.py", "low", "61 lines"),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([added("a.py", "def one():\n    pass\n")], "feat: add a.py with one"),
        ([added("docs/a.md", "text\n")], "docs: add a.md"),
        ([added("tests/test_a.py", "def test_one():\n    pass\n")], "test: add tests of a"),
        ([ChangedFile("a.py", "a.py", "deleted", old="x = 1\n")], "chore: remove a.py"),
        ([ChangedFile("b.py", "a.py", "renamed", new="x = 1\n")], "refactor: rename a.py to b.py"),
        ([ChangedFile("a.png", "a.png", "binary")], "chore: replace a.png"),
        ([ChangedFile("run.sh", "run.sh", "mode")], "chore: change the mode of run.sh"),
    ],
)
def test_the_type_and_subject_say_what_happened(files: list[ChangedFile], message: str) -> None:
    assert plain_message(made_of(*files), Style(conventional=True, capital=False)) == message


def test_a_subject_with_a_scope_and_a_full_stop() -> None:
    file = ChangedFile("lib/parser/a.py", "lib/parser/a.py", "modified", [Hunk(1, 1, 1, 1, {1: "x"}, {1: "y"})], "x", "y")
    assert plain_message(made_of(file), Style(scoped=True, capital=False, stop=True)) == "parser: change a.py."


def test_a_long_subject_names_what_fits_and_several_files_are_listed() -> None:
    names = [f"a_function_with_quite_a_long_name_{n}" for n in range(3)]
    files = [added(f"{name}.py", f"def {name}():\n    pass\n") for name in names]
    subject, empty, *body = plain_message(made_of(*files), Style()).split("\n")
    assert len(subject) <= SUBJECT
    assert subject == f"Add {names[0]} and 2 more"
    assert empty == ""
    assert body == [f"- add {name}.py with {name}" for name in names]


def test_the_body_says_what_each_file_does(made):
    changes = {
        "a.py": ("def f(x):\n    return x\n", "def f(x):\n    if not x:\n        raise ValueError(x)\n    return x\n"),
        "b.py": ("def g(x):\n    return x.strip()\n", "def g(x):\n    return x.lstrip()\n"),
        "c.py": ("def h(x):\n    return [x, 1]\n", "def h(x):\n    return (x, [1])\n"),
    }
    subject, _, *body = plain_message(made(changes), Style(capital=False)).split("\n")
    assert subject == "change f, g, h"  # none is most of the change
    assert body == [
        "- a.py: validate x in f()",
        "- b.py: call x.lstrip() instead of x.strip() in g()",
        "- change h in c.py",
    ]


def test_two_changes_of_one_file_are_both_said(made):
    before = "def f(x):\n    return x\n\n\ndef g(x):\n    return x.strip()\n"
    after = before.replace("    return x\n", "    if not x:\n        raise ValueError(x)\n    return x\n", 1).replace(
        "strip", "lstrip"
    )
    message = plain_message(made({"a.py": (before, after)}), Style(capital=False))
    assert [line for line in message.split("\n") if line.startswith("- ")] == [
        "- validate x in f()",
        "- call x.lstrip() instead of x.strip() in g()",
    ]


def test_a_long_qualified_name_is_shortened_to_its_last_part(made):
    name = "check_whether_a_comprehension_could_be_used_instead"
    before = f"class RefactoringChecker:\n    def {name}(self):\n        return [1, self]\n"
    message = plain_message(made({"a.py": (before, before.replace("[1, self]", "(self, [2])"))}), Style(capital=False))
    assert name in message.partition("\n")[0]
    assert len(message.partition("\n")[0]) <= SUBJECT
