"""The project's own tests of a module are found by their imports and names; coverage is that of the module only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from codeassist.deadline import Deadline
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import ModuleOptions, generate
from codeassist.tasks.gen_tests.checking.project_tests import project_tests
from tests.conftest import write

OTHERS = "-p no:schemathesis -p no:langsmith_plugin -p no:anyio -p no:xdist"
"""Plugins of the development environment that take seconds to import."""

CODE = "def slug(text):\n    if not text:\n        return '-'\n    return text.lower()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from words.text import slug\n", True),
        ("import words\n\n\ndef test_it():\n    assert words.slug('A') == 'a'\n", True),
        ("from words import slug as s\n", True),
        ("import words\n\n\ndef test_it():\n    assert words.other('A') == 'a'\n", False),
        ("def test_slug():\n    assert True\n", False),
        ("import words.text as (\n", False),
    ],
)
def test_the_tests_of_a_module_are_found(tmp_path, text, expected):
    root = write(tmp_path, {"words/__init__.py": "", "words/text.py": CODE, "tests/test_any.py": text})
    box = SimpleNamespace(target=find_target(str(root / "words/text.py"), root), copy=root)
    assert project_tests(box, root / "tests/test_text.py") == [root / "tests/test_any.py"] * expected


def test_the_projects_coverage_settings_are_ignored(tmp_path, interpreter, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")  # the project enables pytest-cov
    root = write(
        tmp_path,
        {
            "words/__init__.py": "from words.text import slug\n",
            "words/text.py": CODE,
            "words/other.py": "x = 1\n" * 50,
            "tests/test_words.py": "import words\n\n\ndef test_slug():\n    assert words.slug('A') == 'a'\n",
            ".coveragerc": "[run]\nsource = words\nomit = */text.py\n",
            "pytest.ini": f"[pytest]\naddopts = --cov=words {OTHERS}\npythonpath = .\n",
        },
    )
    report = generate(
        find_target(str(root / "words/text.py"), root), interpreter, None, ModuleOptions(4, repeats=1), Deadline(300)
    )
    assert (report.before.lines, report.before.branches) == ((3, 4), (1, 2))
    assert (report.after.lines, report.after.branches) == ((4, 4), (2, 2))
