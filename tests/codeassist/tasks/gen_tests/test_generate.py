"""Generated tests pass, are stable and catch faults; generating them is safe even for destructive code."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codeassist.deadline import Deadline, Events
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import GenerationError, ModuleOptions, generate
from indexers import Index
from tests.conftest import git, write

TEXT = '''"""Words."""

import re

LIMIT = 12
VOWELS = frozenset("aeiou")


def slug(text: str, separator: str = "-") -> str:
    """Lower-case words joined by a separator.

    >>> slug("Hello World")
    'hello-world'
    """
    if not separator:
        raise ValueError("separator must not be empty")
    words = re.findall(r"[a-z0-9]+", text.lower())
    short = separator.join(words)
    if len(short) > LIMIT:
        return short[:LIMIT].rstrip(separator)
    return short


def plural(word, count=2):
    if count == 1:
        return word
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def chunks(items, size):
    """Cut a list into pieces."""
    if size < 1:
        raise ValueError("size must be positive")
    for start in range(0, len(items), size):
        yield items[start : start + size]


def sort_in_place(items):
    items.sort()


def shout(text: str) -> None:
    print(text.upper() + "!")


def mean(numbers: list) -> float:
    """The mean of numbers."""
    return sum(numbers) / len(numbers)


def note(text: str) -> int:
    with open("note.txt", "w") as file:
        return file.write(text)


def parse(text):
    if text == "zq!7:open sesame":
        return "treasure"
    return None


class Account:
    """Holds cents."""

    def __init__(self, owner: str, cents: int = 0):
        self.owner = owner
        self.cents = cents

    def deposit(self, cents: int) -> int:
        if cents <= 0:
            raise ValueError("a deposit must be positive")
        self.cents += cents
        return self.cents

    @property
    def is_empty(self) -> bool:
        return self.cents == 0

    def __add__(self, other: "Account") -> "Account":
        if not isinstance(other, Account):
            return NotImplemented
        return Account(self.owner, self.cents + other.cents)

    def __eq__(self, other):
        return isinstance(other, Account) and self.cents == other.cents

    def __repr__(self):
        return f"Account({self.owner!r}, {self.cents!r})"
'''


USER = "from words.text import parse\n\n\ndef use():\n    return parse('zq!7:open sesame')\n"


@pytest.fixture(scope="module")
def generated(tmp_path_factory, interpreter):
    """The project root, and the result for its module `words.text`."""
    files = {"src/words/__init__.py": "", "src/words/text.py": TEXT, "src/user.py": USER, "tests/conftest.py": ""}
    root = write(tmp_path_factory.mktemp("project"), files)
    with Index.build(root) as index:
        return root, generate(
            find_target(str(root / "src/words/text.py"), root), interpreter, index, ModuleOptions(9), Deadline(300)
        )


def run_tests(root: Path, text: str) -> subprocess.CompletedProcess[str]:
    path = root / "tests" / "test_generated.py"
    path.write_text(text)
    command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", str(path)]
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_the_generated_file_passes_and_covers_the_module(generated):
    root, report = generated
    assert report.module == "words.text"
    assert report.path == root / "tests" / "test_text.py"
    for _ in range(2):
        done = run_tests(root, report.text)
        assert done.returncode == 0, done.stdout
    covered, total = report.after.branches
    assert covered / total >= 0.8  # a slow machine searches less
    killed, mutants = report.mutants
    assert killed / mutants >= 0.6
    assert not report.path.exists()


@pytest.mark.parametrize(
    ("original", "mutated"),
    [
        ('return word[:-1] + "ies"', 'return word + "ies"'),
        ("self.cents += cents", "self.cents -= cents"),
        ("if size < 1:", "if size < 0:"),
        ("items.sort()", "pass"),
        ('+ "!")', '+ "?")'),
    ],
)
def test_a_fault_in_the_code_is_caught(generated, tmp_path, original, mutated):
    _, report = generated
    assert TEXT.count(original) == 1
    root = write(
        tmp_path, {"src/words/__init__.py": "", "src/words/text.py": TEXT.replace(original, mutated), "tests/x.py": ""}
    )
    assert run_tests(root, report.text).returncode == 1


def test_the_generated_file_is_readable(generated):
    _, report = generated
    tree = ast.parse(report.text)
    tests = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert len({t.name for t in tests}) == len(tests)
    assert all(re.fullmatch(r"test_[a-z0-9_]+", t.name) for t in tests)
    assert any(t.decorator_list for t in tests)
    for test in tests:
        asserts = [
            n for n in ast.walk(test) if isinstance(n, ast.Assert) or (isinstance(n, ast.Attribute) and n.attr == "raises")
        ]
        assert asserts, test.name
    assert "from words.text import" in report.text
    assert "_codeassist" not in report.text
    assert "capsys.readouterr().out ==" in report.text
    assert "test_slug" in report.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import no_such_library\n\n\ndef f(): pass\n", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise RuntimeError('not here')\n\n\ndef f(): pass\n", "RuntimeError: not here"),
        ("import sys\nsys.exit(4)\n\n\ndef f(): pass\n", "SystemExit: 4"),
        ("import os\nos._exit(4)\n\n\ndef f(): pass\n", "importing it ends the process"),
        ("import subprocess\nsubprocess.run(['ls'])\n\n\ndef f(): pass\n", r"refused: subprocess.Popen"),
    ],
)
def test_a_module_that_cannot_be_imported_is_reported(tmp_path, interpreter, source, message):
    root = write(tmp_path, {"odd.py": source})
    with pytest.raises(GenerationError, match=message):
        generate(find_target(str(root / "odd.py"), root), interpreter, None, ModuleOptions(3), Deadline(300))


def test_a_test_that_creates_files_is_not_kept(generated):
    root, report = generated
    assert any(name.startswith("test_plural") for name in report.tests)
    assert "note(" not in report.text
    assert not list(root.rglob("note.txt"))


def test_suspicions_are_reported_with_a_reproducer(generated):
    _, report = generated
    line = TEXT.splitlines().index("    return sum(numbers) / len(numbers)") + 1
    assert any(
        "ZeroDivisionError" in s.what and s.code.endswith(" import mean\nmean([])") and s.line == line
        for s in report.suspicions
    )
    assert "ZeroDivisionError" not in report.text


def test_calls_elsewhere_in_the_repository_become_inputs(generated):
    _, report = generated
    assert "treasure" in report.text
    assert "zq!7:open sesame" in report.text


def test_the_command_prints_writes_and_merges_without_changing_existing_tests(tmp_path, run):
    source = "def slug(text: str) -> str:\n    return text.lower()\n\n\ndef plural(word: str) -> str:\n    return word + 's'\n"
    existing = '"""Mine."""\n\nimport words\n\n\ndef test_slug():\n    assert words.slug("A") == "a"\n'
    root = write(tmp_path / "p", {"words.py": source, "tests/test_words.py": existing})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    options = ("--budget", "60", "--python", sys.executable)
    printed = run("gen-tests", "words.py", *options, cwd=root)
    assert printed.code == 0, printed.err
    assert "+def test_plural" in printed.out
    assert printed.out.startswith("--- a/tests/test_words.py")
    assert '"""Mine."""' not in printed.out.replace("+", "")
    assert "branches" in printed.err
    assert (root / "tests/test_words.py").read_text() == existing
    written = run("gen-tests", "words.py::plural", *options, "--write", cwd=root)
    assert written.code == 0, written.err
    text = (root / "tests/test_words.py").read_text()
    assert 'def test_slug():\n    assert words.slug("A") == "a"' in text
    assert "def test_plural" in text
    assert text.count("slug") == existing.count("slug")
    again = run("gen-tests", "words.py::plural", *options, "--write", cwd=root)
    assert (root / "tests/test_words.py").read_text() == text
    assert again.code == 0
    assert run("gen-tests", "--changed", cwd=root).code == 0
    assert run("gen-tests", cwd=root).code == 2
    assert run("gen-tests", "nope.py", cwd=root).code == 2


class PassesAt(Events):
    """A clock on which a day passes when a step begins."""

    def __init__(self, step: str) -> None:
        self.name, self.offset = step, 0.0

    def clock(self) -> float:
        return time.monotonic() + self.offset

    def step(self, words: str) -> None:
        self.offset += 86_400 * (words == self.name)


def test_no_test_is_kept_that_could_not_be_checked_in_time(tmp_path, interpreter):
    root = write(tmp_path, {"m.py": "def double(x: int) -> int:\n    return 2 * x\n"})
    events = PassesAt("checking")
    deadline = Deadline(300, clock=events.clock)
    target = find_target(str(root / "m.py"), root)
    report = generate(target, interpreter, None, ModuleOptions(5, events=events), deadline)
    assert (report.tests, report.text) == ([], "")
    assert report.incomplete == ["checking: the run of the calls in another process did not finish"]


def test_without_time_to_search_the_error_names_the_budget(tmp_path, interpreter):
    root = write(tmp_path, {"m.py": "def double(x: int) -> int:\n    return 2 * x\n"})
    events = PassesAt("searching")
    deadline = Deadline(300, clock=events.clock)
    with pytest.raises(GenerationError, match="give more with --budget"):
        generate(find_target(str(root / "m.py"), root), interpreter, None, ModuleOptions(5, events=events), deadline)


def test_a_missing_environment_is_said(tmp_path, run, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = write(tmp_path, {"m.py": "import no_such_library\n\n\ndef f(): pass\n"})
    said = run("gen-tests", "m.py", cwd=root).err
    assert "No environment of the project was found" in said
    assert "--python" in said
    assert "No environment" not in run("gen-tests", "m.py", "--python", sys.executable, cwd=root).err
