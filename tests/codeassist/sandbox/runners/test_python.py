"""The runner for Python: test files, objections, and runs in which one bad test never spoils the others."""

from __future__ import annotations

import pytest

from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners.python import Pytest
from tests.conftest import write

CODE = "class Cart:\n    _secret = 1\n\n\ndef slug(text):\n    return text.lower()\n"
IMPORT = ("from m import slug",)


def proposal(name: str, body: str, imports: tuple[str, ...] = IMPORT) -> Proposal:
    return Proposal(name, f"def {name}():\n    {body}", imports)


@pytest.fixture
def box(sandbox):
    return sandbox({"m.py": CODE, "tests/x.txt": ""}, "m.py")


def test_a_test_file_has_each_import_once(box):
    runner = Pytest(box.target)
    later = proposal("test_b", "pytest.fail('x')", ("from __future__ import annotations", *IMPORT, " "))
    text = runner.assemble([proposal("test_a", "assert slug('A') == 'a'"), later])
    assert text.startswith("from __future__ import annotations\nimport pytest\nfrom m import slug\n\n\ndef test_a():\n")
    assert text.endswith("pytest.fail('x')\n")
    assert runner.place() == box.target.root / "tests" / "test_m.py"
    assert "from m import NAME" in runner.form
    with pytest.raises(ValueError, match="it cannot be parsed"):
        runner.assemble([proposal("test_a", "assert (")])


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        ("def test_a():\n    assert slug('A') == 'a'", ""),
        ("def test_a():\n    with pytest.raises(ValueError):\n        slug(None)", ""),
        ("def test_a(mock):\n    mock.assert_called_once()", ""),
        ("def test_a():\n    assert Cart.__name__", ""),
        ("def test_a(:", "cannot be parsed"),
        ("def test_b():\n    assert slug('A')", "is not one test function"),
        ("x = 1", "is not one test function"),
        ("def test_a():\n    assert slug('A')\n\ndef test_b():\n    assert slug('A')", "is not one test function"),
        ("x = slug('A')\n\ndef test_a():\n    assert x", "does something besides one test"),
        ("def helper():\n    return 1\n\ndef test_a():\n    assert helper()", "does something besides one test"),
        ("def test_a():\n    slug('A')", "asserts nothing"),
        ("def test_a():\n    assert 1 == 1", "asserts nothing"),
        ("def test_a():\n    assert slug('A') or True", "asserts nothing"),
        ("def test_a():\n    assert Cart._secret", "touches private state"),
    ],
)
def test_objections(box, code, objection):
    assert Pytest(box.target).objection(Proposal("test_a", code, IMPORT)) == objection


def test_each_test_has_its_result_even_beside_one_that_cannot_be_collected(box):
    proposals = [
        proposal("test_good", "assert slug('A') == 'a'"),
        proposal("test_wrong", "assert slug('A') == 'A'"),
        proposal("test_name", "assert slog('A') == 'a'"),
        proposal("test_import", "assert slug('A') == 'a'", ("from m import nowhere",)),
        proposal("test_syntax", "assert ("),
    ]
    runs = Pytest(box.target).check(box, proposals, frozenset(), 240)
    assert {n: (r.passed, r.own_fault) for n, r in runs.items()} == {
        "test_good": (True, False),
        "test_wrong": (False, False),
        "test_name": (False, True),
        "test_import": (False, True),
        "test_syntax": (False, True),
    }
    assert "AssertionError" in runs["test_wrong"].output
    assert "it cannot be parsed" in runs["test_syntax"].output


def test_runs_against_mutants_replace_the_plain_ones(box):
    def measured(box, path, proposals, known, seconds):
        assert "def test_good" in path.read_text()
        return {p.name: Ran(True, kills=known | {7}) for p in proposals}

    runs = Pytest(box.target, measured).check(box, [proposal("test_good", "assert slug('A')")], frozenset({3}), 60)
    assert runs == {"test_good": Ran(True, kills=frozenset({3, 7}))}


def test_coverage_is_measured_by_the_projects_coverage(box):
    text = "from m import slug\n\n\ndef test_a():\n    assert slug('A') == 'a'\n"
    write(box.copy, {".coveragerc": "[run]\nomit = m.py\n"})
    assert Pytest(box.target).measure(box, text, 60) == Coverage((4, 4), (0, 0), frozenset())
